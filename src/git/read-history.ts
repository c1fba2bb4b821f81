import type { ObjectId } from '../domain/change.ts';
import { GitError } from '../errors.ts';
import type { ObjectRepository } from './object-repository.ts';
import { runGit } from './run-git.ts';

export interface HistoryEntry {
  sha: ObjectId;
  /** UTC offset as the author had it, ISO 8601. */
  authoredAt: string;
  author: string;
  subject: string;
}

export interface HistoryQuestion {
  commit: ObjectId;
  /** Commits that touched this path only, renames not followed; null for all. */
  path: string | null;
  limit: number;
  signal?: AbortSignal;
}

const mebibyte = 2 ** 20;

/** Newest first. Rejects with `GitError` when git failed, and when it took over 20 seconds. */
export async function readHistory(
  repository: ObjectRepository,
  { commit, path, limit, signal }: HistoryQuestion,
): Promise<HistoryEntry[]> {
  const { stdout } = await runGit({
    argv: [
      'log',
      '-z',
      '--encoding=UTF-8',
      '--no-show-signature',
      '--format=%H%x01%aI%x01%an%x01%s',
      `--max-count=${limit}`,
      requireId(commit),
      '--',
    ],
    ...(path === null ? {} : { lastPath: path }),
    ...callOf(repository, signal),
    maxOutput: 16 * mebibyte,
  });
  return stdout.toString('utf8').split('\0').filter(Boolean).map(readEntry);
}

/**
 * What a commit changed against its first parent (all of it for a first commit), as `git diff` prints it. Rejects
 * with `GitError` when git failed, took over 20 seconds or printed over 32 MiB.
 */
export async function showCommitPatch(
  repository: ObjectRepository,
  { commit, signal }: { commit: ObjectId; signal?: AbortSignal },
): Promise<Buffer> {
  const { stdout } = await runGit({
    argv: [
      'log',
      '--no-walk',
      '--format=',
      '--patch',
      '--diff-merges=first-parent',
      '--find-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--full-index',
      '--no-show-signature',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      '--submodule=short',
      requireId(commit),
      '--',
    ],
    ...callOf(repository, signal),
    maxOutput: 32 * mebibyte,
  });
  return stdout;
}

/** Whether the id names a commit of the repository that is one of the tips or in the history of one. */
export async function isReachable(
  repository: ObjectRepository,
  { commit, tips, signal }: { commit: ObjectId; tips: readonly ObjectId[]; signal?: AbortSignal },
): Promise<boolean> {
  const call = callOf(repository, signal);
  for (const tip of tips) {
    const answer = await runGit({
      ...call,
      argv: ['merge-base', '--is-ancestor', requireId(commit), tip],
      answers: [1, 128],
    });
    if (answer.code === 0) return true;
    if (answer.code === 1) continue;
    const known = await runGit({
      ...call,
      argv: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`],
      answers: [1, 128],
    });
    if (known.code !== 0) return false;
    throw new GitError(`git merge-base ended with code 128: ${answer.complaint}`);
  }
  return false;
}

function callOf(repository: ObjectRepository, signal: AbortSignal | undefined) {
  const { gitDirectory, searchPath } = repository;
  return { gitDirectory, searchPath, signal, timeout: 20_000 };
}

function requireId(commit: ObjectId): ObjectId {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new GitError(`not an object id: ${JSON.stringify(commit)}`);
  return commit;
}

function readEntry(record: string): HistoryEntry {
  const [sha = '', authoredAt = '', author = '', subject = ''] = record.split('\x01');
  return { sha, authoredAt, author, subject };
}
