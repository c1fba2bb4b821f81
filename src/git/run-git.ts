import type { ChildProcess } from 'node:child_process';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodePath } from '../domain/git-path.ts';
import { GitError, RepositoryError } from '../errors.ts';
import { explainCacheFailure, tryToWrite } from './bare-repository.ts';
import { FollowedFile } from './followed-file.ts';
import { gitEnvironment, guardingFlags } from './git-environment.ts';
import { killGroup, startGroup } from './process-group.ts';

const mebibyte = 2 ** 20;

export interface GitCall {
  /** Subcommand and what follows it. */
  argv: readonly string[];
  /** `-c name=value` flags that outrank `guardingFlags`. */
  settings?: readonly string[];
  /** A repository path that is the last argument, in its exact bytes. */
  lastPath?: string;
  /** The folder of the repository's data (`GIT_DIR`); absent: git looks for a repository from `directory` upwards. */
  gitDirectory?: string | undefined;
  /** Where the process runs; default the repository's data. */
  directory?: string | undefined;
  /** More variables, such as `GIT_INDEX_FILE`; undefined takes one of ours away. */
  variables?: Record<string, string | undefined>;
  input?: string | Uint8Array;
  /** The user's PATH; absent: the usual places. */
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds; default two minutes. */
  timeout?: number;
  /** Bytes of output; default 256 MiB. More is a `GitError`, never a silent cut. */
  maxOutput?: number;
  /** Told each piece of the output as it comes; what it throws ends the call. */
  onOutput?: (piece: Buffer) => void;
  /**
   * Path of a file in a folder of ours that git prints into and that is read meanwhile; made anew and gone afterwards.
   * For large outputs: git waits for nobody then, and the system holds it to `maxOutput`. Absent: a pipe.
   */
  throughFile?: string;
  /**
   * Most bytes of each file that git may write, held by the system: a larger one fails as "File too large". Absent: no
   * bound. Windows has none such.
   */
  mostFileBytes?: number;
  /** Codes besides 0 that are answers. */
  answers?: readonly number[];
}

export interface GitOutput {
  code: number;
  stdout: Buffer;
  /** What git complained about, trimmed, the first part of it; empty for nothing. */
  complaint: string;
}

/**
 * Runs one git command to its end, under `gitEnvironment` and `guardingFlags`. Rejects with `GitError` for an
 * unexpected exit code, too much output or a passed time limit, with `RepositoryError` when git is not installed,
 * and with the signal's reason when aborted. No process is left behind in any case.
 */
export async function runGit(call: GitCall): Promise<GitOutput> {
  call.signal?.throwIfAborted();
  if (call.throughFile === undefined) return runToEnd(call, null);
  const folder = dirname(call.throughFile);
  const file = await open(call.throughFile, 'wx+', 0o600).catch((cause: unknown) => {
    throw explainCacheFailure(folder, cause);
  });
  try {
    return await runToEnd(call, file);
  } catch (cause) {
    const refusal = cause instanceof GitError ? await tryToWrite(folder) : null;
    throw refusal === null ? cause : explainCacheFailure(folder, refusal);
  } finally {
    await file.close();
    await rm(call.throughFile, { force: true });
  }
}

async function runToEnd(call: GitCall, file: FileHandle | null): Promise<GitOutput> {
  // A block more than is read, so that what is too much is seen to be.
  const bound = file === null ? {} : { mostFileBytes: mostOutput(call) + 512 };
  const child = startGit({ ...call, ...bound }, file);
  const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  try {
    return await collectOutput(child, call, file);
  } finally {
    killGroup(child);
    await gone;
  }
}

/**
 * Starts git with pipes on all three streams, its output into a file where one is given, as the head of a process group of
 * its own; for processes that live longer than one question. `killGroup` ends it; it does not outlive this process.
 */
export function startGit(call: GitCall, output: FileHandle | null = null): ChildProcess {
  const gitDirectory = call.gitDirectory === undefined ? {} : { GIT_DIR: call.gitDirectory };
  const [program, ...argv] = commandLine(call);
  try {
    return startGroup(program, argv, {
      cwd: call.directory ?? call.gitDirectory,
      env: { ...gitEnvironment(call.searchPath), ...gitDirectory, ...call.variables },
      stdio: ['pipe', output?.fd ?? 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (cause) {
    // An argument that no process can be given, such as a path with a NUL in it.
    throw explainStartFailure(cause);
  }
}

/** Blocks of 512 bytes. A lower bound that is there already stays; the signal is ignored, so that git says what is wrong. */
const bounded = `trap '' XFSZ; ulimit -f "$1" 2>/dev/null; shift && exec "$@"`;

function commandLine(call: GitCall): [string, ...string[]] {
  const { mostFileBytes } = call;
  const words = plainCommandLine(call);
  if (mostFileBytes === undefined || process.platform === 'win32') return words;
  return ['/bin/sh', '-c', bounded, 'sh', `${Math.ceil(mostFileBytes / 512)}`, ...words];
}

/** Node hands arguments over as UTF-8 only; a path that is not goes through a shell, spelled in octal digits alone. */
function plainCommandLine(call: GitCall): [string, ...string[]] {
  const argv = [...guardingFlags, ...(call.settings ?? []), ...call.argv];
  if (call.lastPath === undefined) return ['git', ...argv];
  const bytes = encodePath(call.lastPath);
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return ['git', ...argv, text];
  const octal = [...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
  const script = 'path=$(printf %b. "$1") && shift && exec git "$@" "${path%.}"';
  return ['sh', '-c', script, 'sh', octal, ...argv];
}

/** What a failed start means to the reader. */
export function explainStartFailure(cause: unknown): RepositoryError | GitError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  if (code === 'ENOENT' || code === 'EACCES') {
    const why = code === 'ENOENT' ? 'no such program, or its folder is gone' : 'it may not be executed';
    return new RepositoryError(`git could not be started: ${why}`, {
      hint: 'install git 2.31 or newer and put it on the PATH',
      cause,
    });
  }
  return new GitError(`git could not be started: ${String(cause)}`, { cause });
}

function collectOutput(child: ChildProcess, call: GitCall, file: FileHandle | null): Promise<GitOutput> {
  const { signal, timeout = 120_000, answers = [] } = call;
  const maxOutput = mostOutput(call);
  const name = `git ${call.argv[0] ?? ''}`;
  return new Promise((resolve, reject) => {
    const followed = file === null ? null : new FollowedFile(file, maxOutput);
    const pieces: Buffer[] = [];
    const complaints: Buffer[] = [];
    let size = 0;
    const onAbort = () => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(new GitError(`${name} did not end within ${timeout / 1000} seconds`)),
      timeout,
    );
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      followed?.abandon();
    };
    const fail = (cause: unknown) => {
      settle();
      reject(cause);
    };
    const take = (piece: Buffer) => {
      size += piece.length;
      if (size > maxOutput) throw new GitError(`${name} printed over ${formatMebibytes(maxOutput)}`);
      call.onOutput?.(piece);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (cause) => fail(explainStartFailure(cause)));
    child.stdout?.on('data', (piece: Buffer) => {
      pieces.push(piece);
      try {
        take(piece);
      } catch (cause) {
        fail(cause);
      }
    });
    const isRead = followed?.read(take);
    isRead?.catch(fail);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaints.length < 64) complaints.push(chunk);
    });
    child.once('close', (code, killedBy) => {
      followed?.end();
      // Read to its end in any case: too much of it says more than the complaint that it could not be written.
      Promise.resolve(isRead)
        .then((all) => {
          if (code === null || (code !== 0 && !answers.includes(code))) {
            const said = firstLines(complaints) || 'it said nothing';
            throw new GitError(`${name} ${describeEnd(code, killedBy)}: ${said}`);
          }
          settle();
          resolve({ code, stdout: all ?? Buffer.concat(pieces), complaint: firstLines(complaints) });
        })
        .catch(fail);
    });
    /** A process that ends before it has read its input says why by its exit code, not by a broken pipe. */
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input ?? '');
  });
}

function mostOutput({ maxOutput = 256 * mebibyte }: GitCall): number {
  return maxOutput;
}

function describeEnd(code: number | null, killedBy: string | null): string {
  return code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with code ${code}`;
}

function firstLines(complaints: readonly Buffer[]): string {
  const text = Buffer.concat(complaints).toString('utf8').trim();
  return text.split('\n').slice(0, 3).join(' / ').slice(0, 600);
}

/** `512 MiB`, `900 bytes`. */
export function formatMebibytes(bytes: number): string {
  return bytes < mebibyte ? `${bytes} bytes` : `${Math.floor(bytes / mebibyte)} MiB`;
}
