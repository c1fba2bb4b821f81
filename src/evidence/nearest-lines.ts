import type { LineRange } from '../domain/location.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { resemblance } from './resemblance.ts';
import type { SourceText } from './source-text.ts';
import { squeeze } from './squeeze.ts';

export interface NearestWindow {
  range: LineRange;
  /** The lines as reviewers are shown them, overlong ones cut. */
  lines: string[];
}

const longestWindow = 20;
const longestLineShown = 300;
const charactersRead = 2000;
const tokensUsed = 400;
const windowsCompared = 12;
const charactersCompared = 4000;
/** Windows less alike than this are no help. */
const leastLikeness = 0.15;

/**
 * The window of the file that resembles a quote most: found by the words they share, rare words counting more, and
 * decided by likeness of the text. One pass over the file, whatever its size. null when nothing resembles it.
 */
export function findNearest(
  source: SourceText,
  quoted: readonly string[],
  claimed: LineRange | null,
): NearestWindow | null {
  const solid = quoted.filter((line) => line.trim() !== '');
  const wanted = countWords(solid);
  if (wanted.size === 0) return null;
  const shared = source.lines.map((line) => sharedWords(line, wanted));
  const weights = weigh(shared);
  const size = Math.min(longestWindow, Math.max(1, solid.length));
  const text = compared(solid);
  let best: { range: LineRange; likeness: number } | undefined;
  for (const start of bestStarts({ shared, weights, wanted, size, claimed })) {
    const range = trim(shared, start, Math.min(start + size, source.lines.length));
    if (range === null) continue;
    const likeness = resemblance(compared(source.lines.slice(range.start - 1, range.end)), text);
    if (best === undefined || likeness > best.likeness) best = { range, likeness };
  }
  if (best === undefined || best.likeness < leastLikeness) return null;
  return { range: best.range, lines: showLines(source, best.range) };
}

/** Lines of a file as reviewers are shown them, overlong ones cut. */
export function showLines(source: SourceText, range: LineRange): string[] {
  return source.lines
    .slice(range.start - 1, Math.min(range.end, range.start - 1 + longestWindow))
    .map((line) => {
      const text = line.replace(/\r$/, '');
      const cut = text.length > longestLineShown ? `${text.slice(0, longestLineShown)}…` : text;
      return cut.split('\t').map(makeVisibleLine).join('\t');
    });
}

function words(line: string): string[] {
  return line.slice(0, charactersRead).match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
}

function countWords(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of lines.flatMap(words)) {
    if (counts.size >= tokensUsed && !counts.has(word)) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function sharedWords(line: string, wanted: ReadonlyMap<string, number>): readonly string[] {
  return words(line).filter((word) => wanted.has(word));
}

/** How much a word tells: the more lines have it, the less. */
function weigh(shared: readonly (readonly string[])[]): Map<string, number> {
  const linesWith = new Map<string, number>();
  for (const line of shared)
    for (const word of new Set(line)) linesWith.set(word, (linesWith.get(word) ?? 0) + 1);
  return new Map([...linesWith].map(([word, count]) => [word, Math.log(1 + shared.length / count)]));
}

interface WindowSearch {
  shared: readonly (readonly string[])[];
  weights: ReadonlyMap<string, number>;
  wanted: ReadonlyMap<string, number>;
  /** Lines. */
  size: number;
  claimed: LineRange | null;
}

/** Where the windows start that share most with the quote, from 0; of equals those nearer to the claim. */
function bestStarts({ shared, weights, wanted, size, claimed }: WindowSearch): number[] {
  const inside = new Map<string, number>();
  let score = 0;
  const windows: { start: number; score: number }[] = [];
  const change = (line: readonly string[] | undefined, by: 1 | -1) => {
    for (const word of line ?? []) {
      const count = inside.get(word) ?? 0;
      inside.set(word, count + by);
      if ((by === 1 ? count : count - 1) < (wanted.get(word) ?? 0)) score += by * (weights.get(word) ?? 0);
    }
  };
  for (const [index, line] of shared.entries()) {
    change(line, 1);
    change(shared[index - size], -1);
    if (line.length > 0 && score > 0) windows.push({ start: Math.max(0, index - size + 1), score });
  }
  const distance = (start: number) => (claimed === null ? start : Math.abs(start + 1 - claimed.start));
  windows.sort((a, b) => b.score - a.score || distance(a.start) - distance(b.start));
  return windows.slice(0, windowsCompared).map((window) => window.start);
}

/** The window without the lines at its ends that share no word; lines from 1. */
function trim(shared: readonly (readonly string[])[], from: number, to: number): LineRange | null {
  let [first, last] = [from, to - 1];
  while (first <= last && (shared[first]?.length ?? 0) === 0) first += 1;
  while (last >= first && (shared[last]?.length ?? 0) === 0) last -= 1;
  return first > last ? null : { start: first + 1, end: last + 1 };
}

function compared(lines: readonly string[]): string {
  return lines
    .map((line) => squeeze(line.slice(0, charactersRead)))
    .join('')
    .slice(0, charactersCompared);
}
