import type { Change } from '../domain/change.ts';
import type { Location } from '../domain/location.ts';
import type { FindingFacts } from '../domain/verdict.ts';
import { GitError } from '../errors.ts';
import type { BlameLine, ObjectRepository } from '../git/object-repository.ts';
import { findQuote, type QuoteLookup } from './find-quote.ts';
import { readQuote } from './quote-reading.ts';
import { viewOf } from './repository-view.ts';
import type { SourceText } from './source-text.ts';
import { squeeze } from './squeeze.ts';
import { fileOf, isTouched, ownLines, pathOn } from './touched-lines.ts';

/** The part of a finding's facts that git alone can tell. */
export type OriginFacts = Pick<FindingFacts, 'touchedByChange' | 'standsAtMergeBase' | 'introducedBy'>;

export interface OriginQuestion {
  repository: ObjectRepository;
  change: Change;
  /** Proved places, the quote's first; what the gate gave. */
  locations: readonly Location[];
  quote: string;
  signal?: AbortSignal;
  /** Told what could not be read, where the facts can only say that something is unknown. */
  onUnknown?: (problem: string) => void;
}

/**
 * Since when the quoted lines are there. Where git cannot answer, the fact is null and `onUnknown` is told;
 * rejects with the signal's reason.
 */
export async function traceOrigin(question: OriginQuestion): Promise<OriginFacts> {
  const { change, locations } = question;
  const [first] = locations;
  if (first === undefined) return { touchedByChange: false, standsAtMergeBase: null, introducedBy: null };
  return {
    touchedByChange: locations.some((location) => isTouched(change, location)),
    standsAtMergeBase: await orUnknown(question, () => standsAtMergeBase(question, first)),
    introducedBy: await orUnknown(question, () => findIntroduction(question, first)),
  };
}

/**
 * Lines the change did not write stand at the merge base. Of those it did write, the same text may stand there as
 * often as at the head: then it was moved or indented anew, not written.
 */
async function standsAtMergeBase(question: OriginQuestion, location: Location): Promise<boolean | null> {
  const { change, quote } = question;
  if (location.side === 'base') return true;
  const file = fileOf(change, location.path, 'head');
  if (file === undefined) return true;
  const oldPath = pathOn(file, 'base');
  if (oldPath === null) return false;
  const range = { start: location.startLine, end: location.endLine };
  if (!file.binary && ownLines(file, 'head', range) === 0) return true;
  const [before, after] = [
    await readLines(question, oldPath, change.mergeBase),
    await readLines(question, location.path, change.head.sha),
  ];
  if (before === null || after === null) return null;
  if (before === 'absent' || after === 'absent') return false;
  const lookUp = (source: SourceText, path: string) =>
    findQuote({ source, path, readings: readQuote(quote, { side: 'head', path }), claimed: range });
  return placesIn(lookUp(before, oldPath)) >= Math.max(1, placesIn(lookUp(after, location.path)));
}

function placesIn(found: QuoteLookup): number {
  return found.outcome === 'absent' ? 0 : found.places;
}

/** null when the file is there and has no lines to read. */
async function readLines(
  { repository, signal }: OriginQuestion,
  path: string,
  commit: string,
): Promise<SourceText | 'absent' | null> {
  signal?.throwIfAborted();
  const { listings, sources } = viewOf(repository);
  const entry = (await listings.of(commit)).find(path);
  if (entry === undefined) return 'absent';
  const lookup = await sources.read(commit, entry);
  return lookup.outcome === 'text' ? lookup.text : null;
}

async function findIntroduction(
  question: OriginQuestion,
  location: Location,
): Promise<FindingFacts['introducedBy']> {
  const { repository, change, quote, signal } = question;
  const commit = location.side === 'head' ? change.head.sha : change.mergeBase;
  const source = await readLines(question, location.path, commit);
  if (source === null || source === 'absent') return null;
  signal?.throwIfAborted();
  const range = { start: location.startLine, end: Math.min(location.endLine, source.lines.length) };
  const lineCount = source.lines.length;
  const lines = await viewOf(repository).blames.blame({ commit, path: location.path, range, lineCount });
  const quoted = new Set(
    readQuote(quote, { side: location.side, path: location.path }).flatMap((reading) =>
      reading.lines.map((line) => line.squeezed),
    ),
  );
  const solid = lines.filter((line) => squeeze(source.lines[line.line - 1] ?? '') !== '');
  const own = solid.filter((line) => quoted.has(squeeze(source.lines[line.line - 1] ?? '')));
  const newest = newestOf(own.length > 0 ? own : solid, change);
  return newest === undefined ? null : { sha: newest.sha, subject: newest.subject };
}

/** Commits of the change are newer than all others and known in order; the others are told by their dates. */
function newestOf(lines: readonly BlameLine[], change: Change): BlameLine | undefined {
  const order = new Map(change.commits.map((commit, index) => [commit.sha, index]));
  if (change.headKind !== 'commit') order.set(change.head.sha, change.commits.length);
  const rank = (line: BlameLine) => order.get(line.sha) ?? -1;
  return [...lines].sort(
    (a, b) => rank(b) - rank(a) || (a.authoredAt < b.authoredAt ? 1 : a.authoredAt > b.authoredAt ? -1 : 0),
  )[0];
}

async function orUnknown<Fact>(
  { onUnknown }: OriginQuestion,
  find: () => Promise<Fact | null>,
): Promise<Fact | null> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    onUnknown?.(error.message);
    return null;
  }
}
