import { constants } from 'node:os';
import type { Change } from '../../domain/change.ts';
import type { CommandResult } from '../../domain/command.ts';
import type { Side } from '../../domain/location.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { treeFiles } from './tree-files.ts';

/** A command from the user's own configuration. */
export interface NamedCommand {
  name: string;
  /** For the shell. */
  run: string;
  /** Milliseconds. */
  timeoutMs: number;
}

export interface RunNamedCommandInput {
  command: NamedCommand;
  at: Side;
  change: Pick<Change, 'head' | 'mergeBase'>;
  repository: ObjectRepository;
  sandbox: Sandbox;
  signal?: AbortSignal | undefined;
}

const shownDifferences = 20;

/**
 * Runs a command that the user named on one side of a change, in the sandbox, and says how it ended. `SandboxError`
 * or `GitError` when it could not be run: that is no answer about the code.
 */
export async function runNamedCommand(input: RunNamedCommandInput): Promise<CommandResult> {
  const { command, at, change, repository, sandbox, signal } = input;
  const commit = at === 'head' ? change.head.sha : change.mergeBase;
  const end = await sandbox.run({
    command: command.run,
    timeoutMs: command.timeoutMs,
    commit,
    files: () => treeFiles(repository, commit),
    signal,
  });
  const { differences } = end.tree;
  const more = differences.length - shownDifferences;
  return {
    name: command.name,
    at,
    exitCode: end.exitCode,
    signal: end.exitCode === null ? 'SIGKILL' : signalOf(end.exitCode),
    timedOut: end.killedFor === 'time',
    killedFor: end.killedFor,
    output: end.output,
    durationMs: end.durationMs,
    differences: [...differences.slice(0, shownDifferences), ...(more > 0 ? [`and ${more} more`] : [])],
  };
}

/** Shells tell of a signal by a code over 128. */
function signalOf(exitCode: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return found?.[0] ?? null;
}
