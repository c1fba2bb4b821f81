import type { Change, ObjectId } from '../domain/change.ts';
import type { ClaimedLocation, FindingClaim, GateAnswer, RefusalReason } from '../domain/finding.ts';
import type { LineRange, Location, Side } from '../domain/location.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { claimedLines } from './claimed-lines.ts';
import { findQuote, type QuoteLookup } from './find-quote.ts';
import {
  acceptedMessage,
  lostLocation,
  otherSideHint,
  refusedForLines,
  refusedForLittle,
  showPath,
} from './gate-messages.ts';
import { findNearest, showLines } from './nearest-lines.ts';
import { readQuote } from './quote-reading.ts';
import { viewOf } from './repository-view.ts';
import { resolvePath } from './resolve-path.ts';
import type { SourceText } from './source-text.ts';

export interface GateResult {
  answer: GateAnswer;
  /** Proved places: the quote's first, then the claim's others that exist. Empty when refused. */
  locations: Location[];
}

/** Decides mechanically whether what a claim quotes stands in the commit it names, and where really. */
export interface Gate {
  /** Never throws for anything a claim holds; rejects when git fails, and with the signal's reason. */
  check(claim: FindingClaim, signal?: AbortSignal): Promise<GateResult>;
}

export interface GateDependencies {
  repository: ObjectRepository;
  change: Change;
}

const longestQuote = 256 * 1024;
const mostQuotedLines = 2000;
const mostLocations = 50;

/** A gate for one change. Keeps the files it looked at, so that many claims on few files cost little. */
export function createGate({ repository, change }: GateDependencies): Gate {
  const { listings, sources } = viewOf(repository);
  const commits: Record<Side, ObjectId> = { head: change.head.sha, base: change.mergeBase };

  return {
    async check(claim, signal) {
      const { quote } = claim;
      const [first] = claim.locations;
      if (quote.length > longestQuote || quote.split('\n').length > mostQuotedLines)
        return refuse(
          'too-large',
          `The quote is over ${mostQuotedLines} lines long; quote what shows the defect.`,
        );
      if (readQuote(quote, { side: 'head', path: '' }).length === 0)
        return refuse('empty-quote', 'The quote is empty; quote the lines of the first location.');
      let refusal: Extract<Attempt, { outcome: 'refused' }> | undefined;
      for (const claimed of claim.locations.slice(0, mostLocations)) {
        const attempt = await lookFor(quote, claimed, signal);
        if (attempt.outcome === 'found') return accept(claim, claimed, attempt, signal);
        refusal ??= attempt;
      }
      if (first === undefined || refusal === undefined)
        return refuse('no-such-path', 'The finding names no location.');
      const hint = refusal.mayBeElsewhere ? await hintAtOtherSide(quote, first, signal) : '';
      return refuse(refusal.reason, refusal.message + hint, refusal.nearest);
    },
  };

  async function lookFor(quote: string, claimed: ClaimedLocation, signal?: AbortSignal): Promise<Attempt> {
    const file = await open(claimed, signal);
    if (file.outcome === 'refused') return file;
    const { path, source } = file;
    const range = claimedLines(claimed);
    const readings = readQuote(quote, { side: claimed.side, path });
    const found = findQuote({ source, path, readings, claimed: range });
    if (found.outcome === 'found') return { ...file, outcome: 'found', found };
    if (found.outcome === 'too-little')
      return {
        outcome: 'refused',
        reason: 'no-such-lines',
        message: refusedForLittle(claimed, { path, range: found.range, places: found.places }),
        nearest: { location: at(path, found.range, claimed.side), lines: showLines(source, found.range) },
        mayBeElsewhere: false,
      };
    const barest = readings.at(-1)?.lines.map((line) => line.text) ?? [];
    const window = findNearest(source, barest, range);
    const nearest =
      window === null ? null : { location: at(path, window.range, claimed.side), lines: window.lines };
    return {
      outcome: 'refused',
      reason: 'no-such-lines',
      message: refusedForLines({ path, side: claimed.side, nearest, note: file.note }),
      nearest,
      mayBeElsewhere: true,
    };
  }

  async function open(claimed: ClaimedLocation, signal?: AbortSignal): Promise<OpenedFile | Refused> {
    signal?.throwIfAborted();
    const commit = commits[claimed.side];
    const files = await listings.of(commit);
    const resolved = resolvePath({ claimed: claimed.path, side: claimed.side, files, change });
    if (resolved.outcome === 'refused') return notOpened(resolved.reason, `${resolved.message}.`);
    signal?.throwIfAborted();
    const lookup = await sources.read(commit, resolved.entry);
    const { path } = resolved.entry;
    if (lookup.outcome !== 'text')
      return notOpened(
        lookup.outcome,
        `${showPath(path)} is ${lookup.what}; no lines can be looked for in it.`,
      );
    return {
      outcome: 'opened',
      path,
      source: lookup.text,
      asClaimed: resolved.asClaimed,
      note: resolved.note,
    };
  }

  async function accept(
    claim: FindingClaim,
    claimed: ClaimedLocation,
    { path, asClaimed, note, found }: FoundQuote,
    signal?: AbortSignal,
  ): Promise<GateResult> {
    const location = at(path, found.range, claimed.side);
    const locations = [location];
    const lost: string[] = [];
    for (const other of claim.locations.slice(0, mostLocations)) {
      if (other === claimed) continue;
      const proved = await prove(other, signal);
      if (typeof proved === 'string') lost.push(lostLocation(other, proved));
      else if (!locations.some((one) => isSame(one, proved))) locations.push(proved);
    }
    for (const other of claim.locations.slice(mostLocations)) lost.push(lostLocation(other, 'not looked at'));
    const range = claimedLines(claimed);
    const isFirst = claimed === claim.locations[0];
    const overlaps = range !== null && range.start <= found.range.end && found.range.start <= range.end;
    const stands = isFirst && asClaimed && overlaps;
    const message = acceptedMessage({
      location,
      claimed: claim.locations[0] ?? claimed,
      stands,
      note,
      found,
      lost,
    });
    const answer: GateAnswer = stands
      ? { outcome: 'stands', location, message }
      : { outcome: 're-anchored', location, claimed: printable(claim.locations[0] ?? claimed), message };
    return { answer, locations };
  }

  /** A further location as it exists, or why it does not. */
  async function prove(claimed: ClaimedLocation, signal?: AbortSignal): Promise<Location | string> {
    const file = await open(claimed, signal);
    if (file.outcome === 'refused') return file.message.replace(/\.$/, '');
    const range = claimedLines(claimed);
    const count = file.source.lines.length;
    if (range === null) return 'it names no line';
    if (range.start > count) return `the file has ${count} lines`;
    return at(file.path, { start: range.start, end: Math.min(range.end, count) }, claimed.side);
  }

  async function hintAtOtherSide(
    quote: string,
    claimed: ClaimedLocation,
    signal?: AbortSignal,
  ): Promise<string> {
    const side = claimed.side === 'head' ? 'base' : 'head';
    const attempt = await lookFor(quote, { ...claimed, side }, signal);
    return attempt.outcome === 'found' ? otherSideHint(at(attempt.path, attempt.found.range, side)) : '';
  }
}

interface OpenedFile {
  outcome: 'opened';
  path: string;
  source: SourceText;
  asClaimed: boolean;
  note: string;
}

interface FoundQuote extends Omit<OpenedFile, 'outcome'> {
  outcome: 'found';
  found: Extract<QuoteLookup, { outcome: 'found' }>;
}

type Refused = Extract<GateAnswer, { outcome: 'refused' }> & {
  /** Whether the same quote may be found in the other side's commit. */
  mayBeElsewhere: boolean;
};

type Attempt = FoundQuote | Refused;

function refuse(reason: RefusalReason, message: string, nearest: Refused['nearest'] = null): GateResult {
  return { answer: { outcome: 'refused', reason, nearest, message }, locations: [] };
}

function notOpened(reason: RefusalReason, message: string): Refused {
  return { outcome: 'refused', reason, message, nearest: null, mayBeElsewhere: reason === 'no-such-path' };
}

function at(path: string, range: LineRange, side: Side): Location {
  return { path, startLine: range.start, endLine: range.end, side };
}

function isSame(a: Location, b: Location): boolean {
  return a.path === b.path && a.side === b.side && a.startLine === b.startLine && a.endLine === b.endLine;
}

/** A claim's place in numbers that survive being written as JSON. */
function printable(claimed: ClaimedLocation): ClaimedLocation {
  const asNumber = (value: number) => (Number.isFinite(value) ? value : 0);
  return { ...claimed, startLine: asNumber(claimed.startLine), endLine: asNumber(claimed.endLine) };
}
