import type { LineRange } from '../domain/location.ts';
import { findFlowingText } from './flowing-text.ts';
import { findGappedLines } from './gapped-lines.ts';
import { compareNearness, lineRangeOf, type Place } from './place.ts';
import type { QuoteReading } from './quote-reading.ts';
import type { SourceText } from './source-text.ts';
import { contentLength } from './squeeze.ts';
import { findWholeLines } from './whole-lines.ts';

export interface QuoteSearch {
  source: SourceText;
  /** Of the file; decides what a comment is. */
  path: string;
  readings: readonly QuoteReading[];
  claimed: LineRange | null;
}

export type QuoteLookup =
  | {
      outcome: 'found';
      range: LineRange;
      remarks: readonly string[];
      /** How often the quote stands in the file, the place given included. */
      places: number;
      reading: QuoteReading;
    }
  /** It stands there, but has too little in it to say that this place is meant. */
  | { outcome: 'too-little'; range: LineRange; places: number }
  | { outcome: 'absent' };

/** Letters and digits below which a quote counts only at the very lines it is claimed to stand at … */
const tooLittle = 4;
/** … and below which also where it stands only once. */
const little = 12;

/**
 * Where a quote stands in a file. Whole lines come before text with other line breaks, that before lines left out
 * silently; in each of these the most literal reading of the quote comes first. Of several places the one nearest
 * to the claimed lines counts.
 */
export function findQuote(search: QuoteSearch): QuoteLookup {
  for (const find of [findWholeLines, findFlowingText, findGappedLines]) {
    for (const reading of search.readings) {
      const places = find({ ...search, lines: reading.lines });
      if (places.length > 0) return choose(places, reading, search);
    }
  }
  return { outcome: 'absent' };
}

function choose(places: readonly Place[], reading: QuoteReading, search: QuoteSearch): QuoteLookup {
  const { source, claimed } = search;
  const ranked = places
    .map((place) => ({ place, range: lineRangeOf(source, place) }))
    .sort((a, b) => compareNearness(a.range, b.range, claimed));
  const [nearest] = ranked;
  if (nearest === undefined) return { outcome: 'absent' };
  const { range, place } = nearest;
  const content = contentLength(reading.lines.map((line) => line.squeezed).join(''));
  const isClaimed = claimed !== null && range.start <= claimed.end && claimed.start <= range.end;
  if (!isClaimed && (content < tooLittle || (content < little && places.length > 1)))
    return { outcome: 'too-little', range, places: places.length };
  return { outcome: 'found', range, remarks: place.remarks, places: places.length, reading };
}
