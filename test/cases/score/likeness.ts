import type { Location } from '../../../src/domain/location.ts';
import type { ExpectedFinding } from '../generate/create-case.ts';
import type { Place } from '../generate/file-tree.ts';
import type { JudgedFinding } from './judged-finding.ts';

/** Lines between a finding and a planted place that still count as near. */
export const nearLines = 10;
/** A finding that spans more lines than this names a file, not a place, unless the planted place is as long. */
export const longestPlace = 60;
/** Share of the ideas that have to be named where lines are shared, and where they are only near. */
export const neededShare = { overlap: 0.6, near: 0.7 };

export interface Likeness {
  place: 'overlap' | 'near';
  /** Lines between the two, 0 when they share one. */
  gap: number;
  /** Share of the expected finding's ideas that the finding's words name, 0 to 1. */
  share: number;
}

/**
 * Whether a finding speaks of a planted defect: it stands there or near it, and names enough of the defect's ideas.
 * null when it does not.
 */
export function compare(finding: JudgedFinding, expected: ExpectedFinding): Likeness | null {
  const gaps = [expected.place, ...expected.alternatives].flatMap((place) =>
    finding.locations.map((location) => gapBetween(location, place)),
  );
  const gap = Math.min(...gaps, Number.POSITIVE_INFINITY);
  if (gap > nearLines) return null;
  const place = gap === 0 ? 'overlap' : 'near';
  const share = shareOfIdeas(`${finding.title}\n${finding.text}`, expected.terms);
  return share >= neededShare[place] ? { place, gap, share } : null;
}

/** Share of the ideas of which a text uses a word: each idea is `a|b`, beginnings of words; `a$` is a whole word. */
export function shareOfIdeas(text: string, terms: readonly string[]): number {
  const words = wordsOf(text);
  const named = terms.filter((term) =>
    term.split('|').some((start) => words.some((word) => `${word}$`.startsWith(start))),
  );
  return named.length / terms.length;
}

function gapBetween(location: Location, place: Place): number {
  if (location.path !== place.path || location.side !== place.side) return Number.POSITIVE_INFINITY;
  const length = location.endLine - location.startLine + 1;
  const planted = place.endLine - place.startLine + 1;
  if (length > Math.max(longestPlace, planted + nearLines)) return Number.POSITIVE_INFINITY;
  return Math.max(0, location.startLine - place.endLine, place.startLine - location.endLine);
}

/**
 * The words of a text in lower case, identifiers whole and in their parts. Of its own, not the one that reconciles: what
 * is measured must not move the measure.
 */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/[\p{L}\p{N}_]+/gu)].flatMap(([word]) => [
    word.toLowerCase(),
    ...word.split(/_+|(?<=\p{Ll})(?=\p{Lu})/u).map((part) => part.toLowerCase()),
  ]);
}
