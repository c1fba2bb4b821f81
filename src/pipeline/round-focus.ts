import type { Change, FileDiff, ObjectId, RoundFocus } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';
import type { CoverageRow } from '../domain/report.ts';
import { RepositoryError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { parsePatch } from '../git/patch/parse-patch.ts';
import { toFileDiffs } from '../git/patch/to-file-diffs.ts';
import { findTouched } from './find-touched.ts';

/** The newest review of the same target before this one. */
export interface LastReview {
  round: number;
  /** null: not known. */
  head: ObjectId | null;
  mergeBase: ObjectId | null;
  /** Whether every reviewer came to its end. */
  complete: boolean;
  /** null: not known. */
  configDigest: string | null;
  coverage: readonly CoverageRow[];
  /** Whether a comment is all that is known of it. */
  isRemembered: boolean;
}

export type KnownRounds = Pick<Change, 'round' | 'earlierRounds'> & {
  /** The newest review before this one; null for a first one. */
  last: LastReview | null;
  /** What a run that was begun looked at first; absent for a new one. */
  focus?: Change['focus'];
};

export interface RoundFocusInput {
  repository: ObjectRepository;
  change: Change;
  last: LastReview;
  /** `--full`. */
  full: boolean;
  configDigest: string;
  signal: AbortSignal;
}

type Whole = NonNullable<RoundFocus['whole']>;

/** From this share of the diff's added lines on, looking at what is new is looking at everything. */
const mostNew = 0.6;

/**
 * What this round looks at first: what changed since the head that was reviewed last, and which other changed files use
 * that. `whole` says why everything is looked at as if for the first time; then nothing counts as reviewed before.
 */
export async function findRoundFocus(input: RoundFocusInput): Promise<RoundFocus> {
  const { repository, change, last } = input;
  const { round, head } = last;
  const none = { round, head, changed: [], touched: [], reviewed: [] };
  if (head === null)
    return { ...none, whole: { code: 'head-unknown', text: 'which head it reviewed is not known' } };
  if (head === change.head.sha)
    return { ...none, whole: { code: 'same-head', text: 'nothing was changed since' } };
  if (!(await isHeld(repository, head))) {
    const text = `the head it reviewed, ${head.slice(0, 12)}, is not in this repository any more`;
    return { ...none, whole: { code: 'head-gone', text } };
  }
  const since = toFileDiffs(parsePatch(await repository.diff(head, change.head.sha)));
  const changed = listChanged(change.files, since);
  const whole = await findReason({ ...input, head }, changed);
  if (whole !== null) return { ...none, whole, changed };
  const touched = await findTouched({ ...input, changed });
  return { ...none, whole: null, changed, touched, reviewed: listReviewed(last, change.files, since) };
}

/** false: the commit was proved not to be here. */
async function isHeld(repository: ObjectRepository, commit: ObjectId): Promise<boolean> {
  try {
    await repository.resolveCommit(`${commit}^{commit}`);
    return true;
  } catch (cause) {
    if (cause instanceof RepositoryError) return false;
    throw cause;
  }
}

/** Why what did not change since is looked at all the same; null: it is not. */
async function findReason(
  { repository, change, last, full, configDigest, head, signal }: RoundFocusInput & { head: ObjectId },
  changed: RoundFocus['changed'],
): Promise<Whole | null> {
  if (full) return { code: 'asked', text: 'a full review was asked for' };
  // A comment can be forged: it may say where to look first, and never that something was looked at.
  if (last.isRemembered) return { code: 'known-from-comment', text: 'it is known from a comment only' };
  if (!last.complete) return { code: 'incomplete', text: 'it was not complete' };
  if (last.configDigest !== configDigest)
    return { code: 'configuration-changed', text: 'reviewers or their configuration are others now' };
  signal.throwIfAborted();
  const meeting = await repository.mergeBase(head, change.head.sha);
  if (meeting.outcome !== 'found' || meeting.sha !== head) {
    const text = `the head it reviewed, ${head.slice(0, 12)}, is no ancestor of this one (a rebase, or a forced push)`;
    return { code: 'not-ancestor', text };
  }
  if (last.mergeBase !== change.mergeBase)
    return { code: 'base-moved', text: 'the change starts from another commit of its base now' };
  const all = change.files.reduce((sum, file) => sum + (file.additions ?? 0), 0);
  const own = changed.flatMap(({ lines }) => lines).reduce((sum, { start, end }) => sum + end - start + 1, 0);
  return own > all * mostNew
    ? { code: 'mostly-new', text: `${own} of its ${all} added lines are new` }
    : null;
}

/** Files of the diff that changed since, each with the lines at today's head that were written since. */
function listChanged(files: readonly FileDiff[], since: readonly FileDiff[]): RoundFocus['changed'] {
  const byPath = new Map(since.map((file) => [file.path, file]));
  return files.flatMap((file) => {
    const found = byPath.get(file.path) ?? (file.oldPath === null ? undefined : byPath.get(file.oldPath));
    return found === undefined ? [] : [{ path: file.path, lines: addedLines(found) }];
  });
}

function addedLines({ hunks }: FileDiff): LineRange[] {
  return hunks.flatMap(({ added }) => added);
}

/** What each reviewer opened before, of files that stand since as they did. */
function listReviewed(
  { round, coverage }: LastReview,
  files: readonly FileDiff[],
  since: readonly FileDiff[],
): RoundFocus['reviewed'] {
  const moved = new Set(since.flatMap(({ path, oldPath }) => [path, oldPath ?? path]));
  const standing = new Set(files.map(({ path }) => path).filter((path) => !moved.has(path)));
  const found = new Map<string, { reviewer: string; round: number; paths: string[] }>();
  for (const { path, cells } of coverage)
    for (const { reviewer, cell, round: then = round } of cells) {
      if (!standing.has(path) || (cell !== 'read' && cell !== 'earlier')) continue;
      const key = `${reviewer} ${then}`;
      const one = found.get(key) ?? { reviewer, round: then, paths: [] };
      one.paths.push(path);
      found.set(key, one);
    }
  return [...found.values()];
}

/** The change with the rounds before it, and with what this one looks at first. */
export async function withRounds(
  change: Change,
  known: KnownRounds,
  input: Omit<RoundFocusInput, 'change' | 'last'>,
): Promise<Change> {
  const { last, ...rounds } = known;
  const later = { ...change, ...rounds };
  return last === null ? later : { ...later, focus: await findRoundFocus({ ...input, change: later, last }) };
}
