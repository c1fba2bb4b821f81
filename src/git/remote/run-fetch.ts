import { GitError } from '../../errors.ts';
import { killGroup } from '../process-group.ts';
import { explainStartFailure, type GitCall, startGit } from '../run-git.ts';

export interface FetchCall
  extends Pick<GitCall, 'gitDirectory' | 'searchPath' | 'signal' | 'variables' | 'mostFileBytes'> {
  argv: readonly string[];
  settings: readonly string[];
  /** Milliseconds without a word from git, which tells its progress; then it counts as stalled. */
  idleMs: number;
  /** Milliseconds for the whole. */
  totalMs: number;
}

export type FetchEnd =
  | { outcome: 'fetched' }
  /** What git and the server said, the last lines of it; progress left out. */
  | { outcome: 'failed'; said: string }
  | { outcome: 'stalled' | 'too-long' };

/** Most characters of what git says that are kept, the last ones. */
const keptCharacters = 16_384;

/**
 * One `git fetch` to its end, watched by its progress. No process is left behind in any case. Rejects with the signal's
 * reason when aborted, and when git could not be started.
 */
export async function runFetch(call: FetchCall): Promise<FetchEnd> {
  const { signal, idleMs, totalMs } = call;
  signal?.throwIfAborted();
  const child = startGit({
    ...call,
    argv: ['fetch', '--progress', ...call.argv],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const timers: NodeJS.Timeout[] = [];
  let onAbort: (() => void) | null = null;
  try {
    return await new Promise<FetchEnd>((resolve, reject) => {
      let said = '';
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const idle = setTimeout(() => resolve({ outcome: 'stalled' }), idleMs);
      timers.push(
        idle,
        setTimeout(() => resolve({ outcome: 'too-long' }), totalMs),
      );
      child.once('error', (cause) => reject(explainStartFailure(cause)));
      child.stdout?.on('data', () => idle.refresh());
      child.stderr?.on('data', (chunk: Buffer) => {
        idle.refresh();
        said = `${said}${chunk.toString('utf8')}`.slice(-keptCharacters);
      });
      child.once('close', (code, killedBy) => {
        if (code === 0) resolve({ outcome: 'fetched' });
        else if (code !== null) resolve({ outcome: 'failed', said: withoutProgress(said) });
        else reject(new GitError(`git fetch was ended by ${killedBy ?? 'a signal'}`));
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end();
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
    if (onAbort !== null) signal?.removeEventListener('abort', onAbort);
    killGroup(child);
    await gone;
  }
}

/** A line of progress is written over by the next one, after a carriage return. */
function withoutProgress(said: string): string {
  return said
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trim())
    .filter((line) => line !== '' && !/\d+% \(\d+\/\d+\)/.test(line))
    .join('\n');
}
