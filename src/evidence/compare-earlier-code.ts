import type { Change, EarlierFinding, EarlierRound, FileDiff, ObjectId } from '../domain/change.ts';
import { formatLocation, type Location, type Side } from '../domain/location.ts';
import { GitError, RepositoryError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { parsePatch } from '../git/patch/parse-patch.ts';
import { toFileDiffs } from '../git/patch/to-file-diffs.ts';
import { findQuote } from './find-quote.ts';
import { followLines } from './follow-lines.ts';
import { readQuote } from './quote-reading.ts';
import { viewOf } from './repository-view.ts';
import { pathOn } from './touched-lines.ts';

/** What became of the code that a finding of an earlier round was about. */
export type EarlierCode =
  /** It stands as it did; `places` are where, in this change's commits. Empty for a text that is in no file. */
  | { outcome: 'stands'; places: Location[] }
  | { outcome: 'changed'; how: string }
  /** Nobody could tell: that is no answer about the code. */
  | { outcome: 'unknown'; why: string };

export interface EarlierCodeQuestion {
  finding: Pick<EarlierFinding, 'locations' | 'quote'>;
  round: Pick<EarlierRound, 'head' | 'mergeBase'>;
}

export type CompareEarlierCode = (question: EarlierCodeQuestion) => Promise<EarlierCode>;

export interface CompareEarlierCodeInput {
  repository: ObjectRepository;
  change: Pick<Change, 'head' | 'mergeBase'>;
  signal: AbortSignal;
}

/**
 * Tells whether the code of earlier findings still stands: none of their lines was changed, removed or parted since that
 * round, wherever they were moved. Where that round's commit is gone, the quoted lines have to stand in their file.
 */
export function createEarlierCode(input: CompareEarlierCodeInput): CompareEarlierCode {
  const patches = new Map<string, Promise<FileDiff[]>>();
  const filesBetween = (then: ObjectId, now: ObjectId) => {
    const key = `${then} ${now}`;
    const files =
      patches.get(key) ?? input.repository.diff(then, now).then((patch) => toFileDiffs(parsePatch(patch)));
    patches.set(key, files);
    return files;
  };
  return async ({ finding, round }) => {
    const places: Location[] = [];
    try {
      for (const [at, location] of finding.locations.entries()) {
        input.signal.throwIfAborted();
        const [then, now] = commitsOf(location.side, round, input.change);
        const quote = at === 0 ? finding.quote : null;
        const followed =
          then !== null && (await isHeld(input.repository, then))
            ? followLocation(location, then === now ? [] : await filesBetween(then, now))
            : await findAgain(input.repository, { location, now, quote });
        if (followed === null)
          return { outcome: 'changed', how: `${formatLocation(location)} changed since` };
        if (followed !== 'unknown') places.push(followed);
        else if (at === 0)
          return { outcome: 'unknown', why: `${formatLocation(location)} could not be read` };
      }
    } catch (cause) {
      input.signal.throwIfAborted();
      if (!(cause instanceof GitError)) throw cause;
      return { outcome: 'unknown', why: cause.message };
    }
    return { outcome: 'stands', places };
  };
}

function commitsOf(
  side: Side,
  round: EarlierCodeQuestion['round'],
  change: CompareEarlierCodeInput['change'],
): [then: ObjectId | null, now: ObjectId] {
  return side === 'head' ? [round.head, change.head.sha] : [round.mergeBase ?? null, change.mergeBase];
}

/** false: the commit was proved not to be here, such as one that was rewritten and cleared away. */
async function isHeld(repository: ObjectRepository, commit: ObjectId): Promise<boolean> {
  try {
    await repository.resolveCommit(`${commit}^{commit}`);
    return true;
  } catch (cause) {
    if (cause instanceof RepositoryError) return false;
    throw cause;
  }
}

/** null when the lines, or the file, are not there any more. */
function followLocation(location: Location, files: readonly FileDiff[]): Location | null {
  const file = files.find((one) => pathOn(one, 'base') === location.path);
  if (file === undefined) return location;
  const path = pathOn(file, 'head');
  if (path === null || file.binary) return null;
  const range = followLines(file, { start: location.startLine, end: location.endLine });
  return range === null ? null : { ...location, path, startLine: range.start, endLine: range.end };
}

/** Without that round's commit only the quoted lines can be looked for; of other places nothing is known. */
async function findAgain(
  repository: ObjectRepository,
  { location, now, quote }: { location: Location; now: ObjectId; quote: string | null },
): Promise<Location | null | 'unknown'> {
  if (quote === null) return 'unknown';
  const { path, side } = location;
  const { listings, sources } = viewOf(repository);
  const entry = (await listings.of(now)).find(path);
  if (entry === undefined) return null;
  const source = await sources.read(now, entry);
  if (source.outcome !== 'text') return 'unknown';
  const found = findQuote({
    source: source.text,
    path,
    readings: readQuote(quote, { side, path }),
    claimed: { start: location.startLine, end: location.endLine },
  });
  if (found.outcome === 'absent') return null;
  return { ...location, startLine: found.range.start, endLine: found.range.end };
}
