import type { ObjectId } from '../domain/change.ts';
import { decodePath } from '../domain/git-path.ts';
import { GitError } from '../errors.ts';
import type { ObjectRepository } from './object-repository.ts';
import { runGit } from './run-git.ts';

/** One file of one commit's difference from one of its parents. Ids of zeros stand for no file. */
export interface PathChange {
  oldOid: ObjectId;
  newOid: ObjectId;
  oldPath: string;
  newPath: string;
  /** git's letter: A, M, D, T, R or C. */
  status: string;
}

export interface PathHistoryQuestion {
  /** Commits whose history is looked through, and those whose history is left out. */
  tips: readonly ObjectId[];
  without?: readonly ObjectId[];
  /** Whether a file that moved or was copied is one change with two paths. */
  renames: boolean;
  signal: AbortSignal;
}

/** Every change of every path in a history, merges against each parent. Rejects with `GitError`, also after a minute. */
export async function readPathHistory(
  repository: ObjectRepository,
  { tips, without = [], renames, signal }: PathHistoryQuestion,
): Promise<PathChange[]> {
  const { gitDirectory, searchPath } = repository;
  const { stdout } = await runGit({
    gitDirectory,
    searchPath,
    signal,
    timeout: 60_000,
    argv: [
      'log',
      '-z',
      '--raw',
      '--no-abbrev',
      '--format=',
      '--diff-merges=separate',
      ...(renames ? ['--find-renames', '--find-copies', '-l2000'] : ['--no-renames']),
      ...tips.map(requireId),
      ...without.map((commit) => `^${requireId(commit)}`),
      '--',
    ],
  });
  return parse(stdout);
}

/** `:<mode> <mode> <id> <id> <status> NUL <path> NUL`, with a second path for R and C. */
function parse(output: Buffer): PathChange[] {
  const changes: PathChange[] = [];
  let at = 0;
  const next = () => {
    const end = output.indexOf(0, at);
    if (end < 0) throw new GitError('git log ended in the middle of a record');
    const token = output.subarray(at, end);
    at = end + 1;
    return token;
  };
  while (at < output.length) {
    const meta = next().toString('latin1').trimStart();
    if (meta === '') continue;
    const match = /^:\d{6} \d{6} ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(meta);
    if (match === null) throw new GitError(`git log printed what is no raw change: ${meta.slice(0, 100)}`);
    const [, oldOid = '', newOid = '', status = ''] = match;
    const oldPath = decodePath(next());
    const newPath = status === 'R' || status === 'C' ? decodePath(next()) : oldPath;
    changes.push({ oldOid, newOid, oldPath, newPath, status });
  }
  return changes;
}

function requireId(commit: ObjectId): ObjectId {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new GitError(`not an object id: ${JSON.stringify(commit)}`);
  return commit;
}
