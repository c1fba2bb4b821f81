import type { LineRange } from '../domain/location.ts';
import type { QuoteLine } from './quote-reading.ts';
import type { SourceText } from './source-text.ts';

/** Where a quote stands in a file: indexes into its solid lines, both ends included. */
export interface Place {
  first: number;
  last: number;
  /** What of the quote is not literally so at this place, in words; empty when all of it is. */
  remarks: readonly string[];
}

export interface PlaceQuestion {
  source: SourceText;
  /** The file's path, for what begins a comment in it. */
  path: string;
  /** At least one. */
  lines: readonly QuoteLine[];
  /** Looked at first; null when the claim has no usable line numbers. */
  claimed: LineRange | null;
}

/** Lines that may be left out for one elision mark. */
export const elidedLines = 400;

/** The tight range of real lines. */
export function lineRangeOf(source: SourceText, place: Pick<Place, 'first' | 'last'>): LineRange {
  return { start: source.numberAt(place.first), end: source.numberAt(place.last) };
}

/** Sorts what is nearer to the claimed lines first; without a claim, what comes first in the file. */
export function compareNearness(a: LineRange, b: LineRange, claimed: LineRange | null): number {
  const origin = claimed ?? { start: 1, end: 1 };
  return (
    gapBetween(a, origin) - gapBetween(b, origin) ||
    offset(a, origin) - offset(b, origin) ||
    a.start - b.start
  );
}

/** Ascending solid-line indexes, those near the claimed lines first, one at a time. */
export function* nearestFirst(
  source: SourceText,
  ascending: readonly number[],
  claimed: LineRange | null,
): Generator<number> {
  const wanted = claimed?.start ?? 1;
  let above = lowerBound(ascending, (index) => source.numberAt(index) >= wanted);
  let below = above - 1;
  while (below >= 0 || above < ascending.length) {
    const before = below >= 0 ? wanted - source.numberAt(ascending[below] ?? 0) : Number.POSITIVE_INFINITY;
    const behind =
      above < ascending.length ? source.numberAt(ascending[above] ?? 0) - wanted : Number.POSITIVE_INFINITY;
    const next = before <= behind ? ascending[below--] : ascending[above++];
    if (next !== undefined) yield next;
  }
}

/** Position of the first entry for which `holds`, which must hold for all that follow; the length when there is none. */
export function lowerBound(ascending: readonly number[], holds: (entry: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of places that end at the same line only the shortest is one. */
export function withoutLooser(places: readonly Place[]): Place[] {
  const byEnd = new Map<number, Place>();
  for (const place of places) {
    const known = byEnd.get(place.last);
    if (known === undefined || known.first < place.first) byEnd.set(place.last, place);
  }
  return [...byEnd.values()];
}

function gapBetween(a: LineRange, b: LineRange): number {
  return Math.max(0, a.start - b.end, b.start - a.end);
}

function offset(a: LineRange, b: LineRange): number {
  return Math.abs(a.start - b.start) + Math.abs(a.end - b.end);
}
