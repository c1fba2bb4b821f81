import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectId } from '../../domain/change.ts';
import { GitError, RepositoryError } from '../../errors.ts';
import { runGit } from '../run-git.ts';
import { type Ends, isDeepEnough } from './deep-enough.ts';
import { type FetchFromRemoteInput, fetchFromRemote } from './fetch-from-remote.ts';
import { describeRemote } from './remote-address.ts';

export interface BringCommitsInput extends Omit<FetchFromRemoteInput, 'refspecs' | 'depth'> {
  number: number;
  /** What the forge said is under review; these very commits are brought. */
  ends: Ends;
  /** Branch that the pull request goes to; null when it is not known. */
  baseBranch: string | null;
  /** Whether the repository was just made and holds nothing. */
  isNew: boolean;
  /** Commits of history, first and with each further step. */
  depths: readonly number[];
}

/**
 * How much history is fetched at first, and with at most three steps while it does not prove the common ancestor. It
 * costs little beside one whole commit: a thousand commits of this project add a third to the size of the last one.
 */
export const usualDepths: readonly number[] = [1_000, 8_000, 64_000, 512_000];

/**
 * Both ends of a pull request, with as much history as it takes to know where they meet. What is there already is not
 * fetched again. `RepositoryError` when an end can no longer be had, or the history is not enough after all steps;
 * `ForgeError` when the server refuses; `GitError` when git failed in this repository.
 */
export async function bringCommits(input: BringCommitsInput): Promise<void> {
  const { gitDirectory, searchPath, signal, ends, depths } = input;
  const call = { gitDirectory, searchPath, signal };
  const reached = await readDepth(gitDirectory);
  const steps = depths.filter((depth) => depth >= reached);
  const [first = reached, ...further] = steps;
  if (input.isNew || !(await isHere(input))) {
    await input.onProgress(`fetching the code of #${input.number} from ${describeRemote(input.remote)}`);
    await fetchEnds(input, first);
  }
  for (const depth of further) {
    if (await isDeepEnough(call, ends)) return;
    await input.onProgress(`the history is not long enough; fetching up to ${depth} commits of it`);
    await fetchEnds(input, depth);
  }
  if (await isDeepEnough(call, ends)) return;
  const most = Math.max(reached, ...depths);
  throw new RepositoryError(
    `the newest ${most} commits of history do not tell where ${ends.base} and ${ends.head} parted`,
    {
      hint: 'bring the branch up to date with its base, or review it in a full clone with --range BASE..HEAD',
    },
  );
}

/** By id, which a force push in the meantime does not change; where a server hands out branches only, by their names. */
async function fetchEnds(input: BringCommitsInput, depth: number): Promise<void> {
  const { ends, number, gitDirectory } = input;
  const own = refsOf(number);
  const failed = await fetchFromRemote({
    ...input,
    depth,
    refspecs: [`+${ends.base}:${own.base}`, `+${ends.head}:${own.head}`],
  });
  if (failed !== null && failed.kind !== 'missing') throw failed.error;
  if (failed !== null) await fetchByName(input, depth);
  await writeFile(join(gitDirectory, depthFile), `${depth}\n`);
}

async function fetchByName(input: BringCommitsInput, depth: number): Promise<void> {
  const { ends, number, baseBranch, gitDirectory, searchPath, signal } = input;
  const names = {
    head: `refs/pull/${number}/head`,
    base: baseBranch === null ? null : `refs/heads/${baseBranch}`,
  };
  for (const [end, name] of Object.entries(names)) {
    if (name === null || !isPlainRef(name)) continue;
    const failed = await fetchFromRemote({ ...input, depth, refspecs: [`+${name}:refs/named/${end}`] });
    if (failed !== null && failed.kind !== 'missing') throw failed.error;
  }
  const own = refsOf(number);
  for (const end of ['head', 'base'] as const) {
    const sha = ends[end];
    if (!(await hasCommit(input, sha)))
      throw new RepositoryError(
        `${describeRemote(input.remote)} no longer has ${sha}, the ${end} of #${number} when it was asked about`,
        { hint: 'it was replaced in the meantime (a force push); review it again as it is now' },
      );
    await runGit({ gitDirectory, searchPath, signal, argv: ['update-ref', own[end], sha] });
  }
}

/** Refs are written by git after it has looked whether all objects are there. */
async function isHere(input: BringCommitsInput): Promise<boolean> {
  const { gitDirectory, searchPath, signal, number, ends } = input;
  const own = refsOf(number);
  const { stdout } = await runGit({
    gitDirectory,
    searchPath,
    signal,
    argv: ['for-each-ref', '--format=%(refname) %(objectname)', own.base, own.head],
  });
  const lines = stdout.toString('latin1').split('\n');
  const isNamed = lines.includes(`${own.base} ${ends.base}`) && lines.includes(`${own.head} ${ends.head}`);
  if (!isNamed) return false;
  if ((await hasCommit(input, ends.base)) && (await hasCommit(input, ends.head))) return true;
  throw new GitError('a commit that was fetched is gone');
}

async function hasCommit(
  { gitDirectory, searchPath, signal }: Pick<BringCommitsInput, 'gitDirectory' | 'searchPath' | 'signal'>,
  sha: ObjectId,
): Promise<boolean> {
  const { stdout } = await runGit({
    gitDirectory,
    searchPath,
    signal,
    argv: ['cat-file', '--batch-check=%(objecttype)'],
    input: `${sha}^{commit}\n${sha}^{tree}\n`,
  });
  return stdout.toString('latin1') === 'commit\ntree\n';
}

function refsOf(number: number): Record<'base' | 'head', string> {
  return { base: `refs/pull/${number}/base`, head: `refs/pull/${number}/head` };
}

/** A name from a forge becomes part of a refspec, where some characters mean something. */
function isPlainRef(name: string): boolean {
  return !/[\p{Cc} :*?[\\^~]|\.\.|@\{|\/\/|\.lock$|[./]$/u.test(name);
}

const depthFile = 'history-depth';

/** How deep an earlier fetch went: less would cut off what others have needed. */
async function readDepth(gitDirectory: string): Promise<number> {
  const text = await readFile(join(gitDirectory, depthFile), 'latin1').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  });
  return /^\d{1,9}\n$/.test(text) ? Number(text) : 0;
}
