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
  /** A line was changed, removed or parted from the next; `places` are where it would be, if its file is there. */
  | { outcome: 'changed'; places: Location[] }
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
  const { repository, change, signal } = input;
  const filesBetween = remember((key) => {
    const [then = '', now = ''] = key.split(' ');
    return then === now
      ? Promise.resolve([])
      : repository.diff(then, now).then((patch) => toFileDiffs(parsePatch(patch)));
  });
  const isHeld = remember((commit) => holds(repository, commit));
  return async ({ finding, round }) => {
    const places: Location[] = [];
    let changed = false;
    try {
      for (const [at, location] of finding.locations.entries()) {
        signal.throwIfAborted();
        const [then, now] = commitsOf(location.side, round, change);
        const quote = at === 0 ? finding.quote : null;
        const followed =
          then !== null && (await isHeld(then))
            ? followLocation(location, await filesBetween(`${then} ${now}`))
            : await findAgain(repository, { location, now, quote });
        if (followed === 'unknown') {
          if (at === 0) return { outcome: 'unknown', why: `${formatLocation(location)} could not be read` };
          continue;
        }
        if (followed.place !== null) places.push(followed.place);
        changed ||= followed.changed;
      }
    } catch (cause) {
      signal.throwIfAborted();
      if (!(cause instanceof GitError)) throw cause;
      return { outcome: 'unknown', why: cause.message };
    }
    return changed ? { outcome: 'changed', places } : { outcome: 'stands', places };
  };
}

/** Asks once for each key. */
function remember<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const answer = known.get(key) ?? ask(key);
    known.set(key, answer);
    return answer;
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
async function holds(repository: ObjectRepository, commit: ObjectId): Promise<boolean> {
  try {
    await repository.resolveCommit(`${commit}^{commit}`);
    return true;
  } catch (cause) {
    if (cause instanceof RepositoryError) return false;
    throw cause;
  }
}

interface FollowedPlace {
  /** Where it is, or would be; null where the file is not there any more. */
  place: Location | null;
  changed: boolean;
}

function followLocation(location: Location, files: readonly FileDiff[]): FollowedPlace {
  const file = files.find((one) => pathOn(one, 'base') === location.path);
  if (file === undefined) return { place: location, changed: false };
  const path = pathOn(file, 'head');
  if (path === null || file.binary) return { place: null, changed: true };
  const { range, changed } = followLines(file, { start: location.startLine, end: location.endLine });
  const startLine = Math.max(1, range.start);
  return { place: { ...location, path, startLine, endLine: Math.max(startLine, range.end) }, changed };
}

/** Without that round's commit only the quoted lines can be looked for; of other places nothing is known. */
async function findAgain(
  repository: ObjectRepository,
  { location, now, quote }: { location: Location; now: ObjectId; quote: string | null },
): Promise<FollowedPlace | 'unknown'> {
  // Of a round that only a comment tells of, no quote is known.
  if (quote === null || quote.trim() === '') return 'unknown';
  const { path, side } = location;
  const { listings, sources } = viewOf(repository);
  const entry = (await listings.of(now)).find(path);
  if (entry === undefined) return { place: null, changed: true };
  const source = await sources.read(now, entry);
  if (source.outcome !== 'text') return 'unknown';
  const found = findQuote({
    source: source.text,
    path,
    readings: readQuote(quote, { side, path }),
    claimed: { start: location.startLine, end: location.endLine },
  });
  if (found.outcome === 'absent') return { place: null, changed: true };
  const { start, end } = found.range;
  return { place: { ...location, startLine: start, endLine: end }, changed: false };
}
