/**
 * One class per kind of failure. Each says what happened, where, and what to do; `cause` keeps the origin.
 * Only `cli.ts` and `action.ts` print them. `exitCode` follows the table in the README.
 */
export interface ErrorDetail {
  /** What the reader should do next; absent when nothing sensible can be said. */
  hint?: string;
  cause?: unknown;
}

export abstract class DeepReviewError extends Error {
  /** Stable, machine-readable name of the kind, kebab-case. */
  abstract readonly code: string;
  abstract readonly exitCode: 2 | 3 | 4 | 130;
  readonly hint: string | undefined;

  constructor(message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.hint = detail.hint;
  }
}

/** The command line was wrong: unknown flag, unknown reviewer, contradictory targets. */
export class UsageError extends DeepReviewError {
  readonly code = 'usage';
  readonly exitCode = 2;
}

/** A configuration file or environment value is malformed or not allowed where it stands. */
export class ConfigError extends DeepReviewError {
  readonly code = 'config';
  readonly exitCode = 2;
}

/** The repository cannot answer: not a repository, unknown revision, missing history, git too old or absent. */
export class RepositoryError extends DeepReviewError {
  readonly code = 'repository';
  readonly exitCode = 2;
}

/** A file of a run directory is missing, malformed, of another schema version, or locked by a live process. */
export class RunDirectoryError extends DeepReviewError {
  readonly code = 'run-directory';
  readonly exitCode = 2;
}

/** An input file of the user's (SARIF, report to render) cannot be read as what it claims to be. */
export class InputFileError extends DeepReviewError {
  readonly code = 'input-file';
  readonly exitCode = 2;
}

/** The disk took no more of a run that had begun. Nothing stands half-written under its final name. */
export class StorageError extends DeepReviewError {
  readonly code = 'storage';
  readonly exitCode = 4;
  /** By absolute path: what could not be written, and the report, so that what was paid for is handed over still. */
  readonly rescued: ReadonlyMap<string, string | Uint8Array>;

  constructor(
    message: string,
    detail: ErrorDetail & { rescued?: ReadonlyMap<string, string | Uint8Array> } = {},
  ) {
    super(message, detail);
    this.rescued = detail.rescued ?? new Map();
  }
}

/** Whether an error of the file system says that there is no room, or that the device failed. */
export function isOutOfSpace(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'code' in cause &&
    ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(String(cause.code))
  );
}

/** Why the system refused, without its call and the path, which the message around it names. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^([A-Z]+: [^,]+), \w+( '.*')?$/s.exec(message)?.[1] ?? message;
}

/** git was started and failed in a way that is no answer about the repository. */
export class GitError extends DeepReviewError {
  readonly code = 'git';
  readonly exitCode = 4;
}

/**
 * Why a forge did not do what was asked. `not-found`: it is not there, or not visible to this token. `unauthorized`: the
 * token is none, or no longer one. `forbidden`: the token lacks a permission. `rate-limit`: too much was asked, by its own
 * rules. `gone`: closed to it for good (410, locked). `invalid`: it was understood and refused (422). `too-large`: it
 * answers only in parts (406). `unreachable`: no answer, or an answer of a broken server. `protocol`: an answer that
 * means nothing.
 */
export type ForgeReason =
  | 'not-found'
  | 'unauthorized'
  | 'forbidden'
  | 'rate-limit'
  | 'gone'
  | 'invalid'
  | 'too-large'
  | 'unreachable'
  | 'protocol';

/** A forge did not do what was asked. */
export class ForgeError extends DeepReviewError {
  readonly code = 'forge';
  readonly exitCode: 2 | 4;
  readonly reason: ForgeReason;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** A write that may have come through all the same: it has to be looked for before it is tried again. */
  readonly mayHaveWritten: boolean;
  /** Permissions that would have done, in the forge's words (`pull_requests=write`); null when it did not say. */
  readonly neededPermissions: string | null;
  /** How long it asks to wait; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    detail: ErrorDetail & {
      reason: ForgeReason;
      status?: number | null;
      mayHaveWritten?: boolean;
      neededPermissions?: string | null;
      retryAfterMs?: number | null;
    },
  ) {
    super(message, detail);
    this.reason = detail.reason;
    this.status = detail.status ?? null;
    this.mayHaveWritten = detail.mayHaveWritten ?? false;
    this.neededPermissions = detail.neededPermissions ?? null;
    this.retryAfterMs = detail.retryAfterMs ?? null;
    this.exitCode = ['not-found', 'unauthorized', 'forbidden', 'gone'].includes(detail.reason) ? 2 : 4;
  }
}

/** The sandbox could not be made or lost hold of a command: no answer about the command itself. */
export class SandboxError extends DeepReviewError {
  readonly code = 'sandbox';
  readonly exitCode = 4;
}

/** The run was stopped by the user or the runner. */
export class CancelledError extends DeepReviewError {
  readonly code = 'cancelled';
  readonly exitCode = 130;
}

/** The run's own time, `budget.minutes`, is over: no wish of the user, and no failure. */
export class RunDeadlineError extends DeepReviewError {
  readonly code = 'run-deadline';
  readonly exitCode = 3;
}

/** A promise of this program to itself was broken; please report it. */
export class InternalError extends DeepReviewError {
  readonly code = 'internal';
  readonly exitCode = 4;
}
