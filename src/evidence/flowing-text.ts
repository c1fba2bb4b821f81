import { findOccurrences } from './find-occurrences.ts';
import { elidedLines, type Place, type PlaceQuestion, withoutLooser } from './place.ts';
import type { SourceText } from './source-text.ts';
import { contentLength } from './squeeze.ts';
import { firstAfter, splitAtElisions } from './whole-lines.ts';

/** Letters and digits a quote needs to be found by, when only the line breaks are others … */
const enoughAcrossLines = 8;
/** … and when it begins or ends within a line. */
const enoughWithinLines = 20;
/** Occurrences looked at for one piece of a quote, and pieces of a quote looked for. */
const maxOccurrences = 2000;
const maxPieces = 50;

/**
 * Places where the quote's text stands as it is, but for its line breaks: wrapped or unwrapped by the reviewer,
 * a part of a long line, a file whose lines end in lone carriage returns.
 */
export function findFlowingText({ source, lines }: PlaceQuestion): Place[] {
  const texts = splitAtElisions(lines).map((segment) => segment.map((line) => line.squeezed).join(''));
  if (texts.length > maxPieces || texts.some((text) => contentLength(text) < enoughAcrossLines)) return [];
  const { text: whole } = source.joined;
  const found = texts.map((text) => findOccurrences(text, whole, maxOccurrences));
  const longest = lines.length + elidedLines * texts.length;
  const mayCut = texts.every((text) => contentLength(text) >= enoughWithinLines);
  const places: Place[] = [];
  for (const from of found[0] ?? []) {
    const starts = followFrom(from, texts, found);
    if (starts === null) continue;
    const ends = starts.map((start, index) => start + (texts[index]?.length ?? 0));
    const first = source.indexAt(from);
    const last = source.indexAt((ends.at(-1) ?? 0) - 1);
    const isWhole = [...starts, ...ends].every((at) => at === whole.length || startsLine(source, at));
    if (last - first > longest || !(isWhole || mayCut)) continue;
    places.push({ first, last, remarks: [isWhole ? 'with other line breaks' : 'as a part of its lines'] });
  }
  return withoutLooser(places);
}

/** Where each piece begins when the first begins at `from` and each other follows as early as it can. */
function followFrom(
  from: number,
  texts: readonly string[],
  found: readonly (readonly number[])[],
): number[] | null {
  const starts = [from];
  let end = from + (texts[0]?.length ?? 0);
  for (let at = 1; at < texts.length; at += 1) {
    const next = firstAfter(found[at] ?? [], end - 1);
    if (next === undefined) return null;
    starts.push(next);
    end = next + (texts[at]?.length ?? 0);
  }
  return starts;
}

function startsLine(source: SourceText, offset: number): boolean {
  return source.joined.starts[source.indexAt(offset)] === offset;
}
