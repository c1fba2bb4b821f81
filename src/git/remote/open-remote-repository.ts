import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeepReviewError, GitError, RepositoryError } from '../../errors.ts';
import { areBorrowed, explainCacheFailure } from '../bare-repository.ts';
import { requireGitVersion } from '../git-version.ts';
import type { LocalRepository } from '../local-repository.ts';
import { openOwnRepository } from '../open-local-repository.ts';
import { type BringCommitsInput, bringCommits } from './bring-commits.ts';
import {
  discardCachedRepository,
  evictRepositories,
  type HeldLock,
  ignoreAbsent,
  makeCachedRepository,
  makePlace,
  markUsed,
  tidyCachedRepository,
} from './cached-repositories.ts';
import { describeRemote, placeOf } from './remote-address.ts';

export interface OpenRemoteInput extends Omit<BringCommitsInput, 'gitDirectory' | 'onProgress' | 'isNew'> {
  /** Folder of the repositories that were fetched; made when absent. Made and removed by this program alone. */
  root: string;
  /** Where bare repositories that borrow live. */
  cacheDirectory: string;
  /** Most bytes of `root`; more, and what was not used for longest goes. */
  mostBytes: number;
  locks: RemoteLocks;
  /** Told what the user should know while it is done. */
  onNotice: (level: 'info' | 'warning', message: string) => void | Promise<void>;
}

export interface RemoteLocks {
  /** Waits, not without bound, until the lock is free. */
  wait(path: string): Promise<HeldLock>;
  /** null: somebody has it. */
  attempt(path: string): Promise<HeldLock | null>;
}

export const usualMostBytes = 20 * 2 ** 30;

/** So many fetches leave so many packs that each look-up takes long. */
const mostPacks = 200;

/**
 * Both ends of a pull request out of a repository of ours in the cache, fetched where they are not there yet; the caller
 * closes it. While it is fetched nobody else works on it; to be read it is borrowed, by any number of runs. A damaged one
 * is made anew. Errors as `bringCommits`.
 */
export async function openRemoteRepository(input: OpenRemoteInput): Promise<LocalRepository> {
  const { root, remote, searchPath, signal } = input;
  await Promise.all([requireGitVersion({ searchPath, signal }), makePlace(placeOf(root, remote))]);
  const place = placeOf(await realpath(root), remote);
  const lock = await input.locks.wait(`${place}.lock`);
  try {
    return await openLocked(input, place);
  } finally {
    await lock.release();
    await keepSmall(input);
  }
}

async function openLocked(input: OpenRemoteInput, place: string): Promise<LocalRepository> {
  const name = describeRemote(input.remote);
  if ((await stat(place).catch(ignoreAbsent(null))) !== null) {
    await tidyCachedRepository(place);
    const problem = (await isWorn(place, input))
      ? 'it is made of very many pieces'
      : await tryToOpen(input, place);
    if (typeof problem !== 'string') return problem;
    if (await areBorrowed(join(place, 'objects'), input.cacheDirectory))
      throw new RepositoryError(
        `the cached repository of ${name} is damaged, and another run reads it: ${problem}`,
        {
          hint: `wait for that run to end, or remove ${place}`,
        },
      );
    await input.onNotice('warning', `the cached repository of ${name} is made anew: ${problem}`);
    await discardCachedRepository(place);
  }
  try {
    await makeCachedRepository({ ...input, place, objectFormat: objectFormatOf(input) });
  } catch (cause) {
    throw cause instanceof DeepReviewError ? cause : explainCacheFailure(input.root, cause);
  }
  return bringAndOpen(input, place, true);
}

/** What is wrong with a repository that does not serve, in words. */
async function tryToOpen(input: OpenRemoteInput, place: string): Promise<LocalRepository | string> {
  try {
    return await bringAndOpen(input, place, false);
  } catch (cause) {
    input.signal?.throwIfAborted();
    if (!(cause instanceof GitError)) throw cause;
    return cause.message;
  }
}

async function bringAndOpen(input: OpenRemoteInput, place: string, isNew: boolean): Promise<LocalRepository> {
  const { cacheDirectory, searchPath, signal } = input;
  await bringCommits({
    ...input,
    gitDirectory: place,
    isNew,
    onProgress: (message) => input.onNotice('info', message),
  });
  await markUsed(place);
  return openOwnRepository(place, objectFormatOf(input), { cacheDirectory, searchPath, signal });
}

function objectFormatOf({ ends }: OpenRemoteInput): 'sha1' | 'sha256' {
  return ends.head.length === 64 ? 'sha256' : 'sha1';
}

async function isWorn(place: string, { cacheDirectory }: OpenRemoteInput): Promise<boolean> {
  const names = await readdir(join(place, 'objects', 'pack')).catch(ignoreAbsent([]));
  if (names.filter((name) => name.endsWith('.pack')).length <= mostPacks) return false;
  return !(await areBorrowed(join(place, 'objects'), cacheDirectory));
}

/** Failing to remove old ones is no reason not to review. */
async function keepSmall(input: OpenRemoteInput): Promise<void> {
  const { cacheDirectory, mostBytes, locks } = input;
  try {
    const root = await realpath(input.root);
    await evictRepositories({ root, cacheDirectory, mostBytes, attemptLock: locks.attempt });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    await input.onNotice('warning', `old repositories in ${input.root} could not be removed: ${reason}`);
  }
}
