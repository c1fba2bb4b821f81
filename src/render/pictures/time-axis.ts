import { formatDuration } from '../text/words.ts';
import { round } from './picture.ts';

export interface Span {
  /** Milliseconds since 1970. */
  start: number;
  end: number;
}

/** Turns moments into percents of a picture's width; long times in which nothing ran take little room. */
export interface TimeAxis {
  at(moment: number): number;
  ticks: { x: number; text: string; anchor: 'start' | 'middle' | 'end' }[];
  /** Times without work that were shortened. */
  breaks: { x: number; width: number; text: string }[];
}

const longestGapMs = 60_000;
const longestGapPart = 0.15;
const breakPart = 0.06;
const mostTicks = 6;
const nearestTicks = 12;
const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

interface Piece extends Span {
  /** Where it begins, and its length, in milliseconds as drawn. */
  from: number;
  length: number;
  isBreak: boolean;
}

/** Throws nothing; `spans` must not be empty. */
export function createTimeAxis(spans: readonly Span[]): TimeAxis {
  const pieces = layPieces(joinSpans(spans));
  const last = pieces.at(-1);
  const total = Math.max(1, (last?.from ?? 0) + (last?.length ?? 0));
  const percent = (drawn: number) => round((100 * drawn) / total);
  const at = (moment: number) => {
    const piece = pieces.find(({ end }) => moment <= end) ?? last;
    if (piece === undefined) return 0;
    const part = piece.end === piece.start ? 0 : (moment - piece.start) / (piece.end - piece.start);
    return percent(piece.from + Math.min(1, Math.max(0, part)) * piece.length);
  };
  return {
    at,
    ticks: listTicks(pieces, total, at),
    breaks: pieces.flatMap(({ isBreak, start, end, from, length }) =>
      isBreak
        ? [{ x: percent(from), width: percent(length), text: `${formatDuration(end - start)} without work` }]
        : [],
    ),
  };
}

/** The spans in which anything ran, joined where they touch or nearly do. */
function joinSpans(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  const joined: Span[] = [];
  for (const { start, end } of sorted) {
    const open = joined.at(-1);
    if (open !== undefined && start <= open.end) open.end = Math.max(open.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

function layPieces(spans: readonly Span[]): Piece[] {
  const busy = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const longest = Math.max(longestGapMs, longestGapPart * busy);
  const pieces: Piece[] = [];
  let from = 0;
  const lay = (span: Span, length: number, isBreak: boolean) => {
    pieces.push({ start: span.start, end: span.end, from, length, isBreak });
    from += length;
  };
  spans.forEach((span, at) => {
    const before = spans[at - 1];
    if (before !== undefined) {
      const gap = { start: before.end, end: span.start };
      const isBreak = gap.end - gap.start > longest;
      lay(gap, isBreak ? Math.max(1, breakPart * busy) : gap.end - gap.start, isBreak);
    }
    lay(span, span.end - span.start, false);
  });
  return pieces;
}

function listTicks(
  pieces: readonly Piece[],
  total: number,
  at: (moment: number) => number,
): TimeAxis['ticks'] {
  const start = pieces[0]?.start ?? 0;
  const step = 1000 * (steps.find((seconds) => total / (seconds * 1000) <= mostTicks) ?? 86_400 * 7);
  const ticks: TimeAxis['ticks'] = [];
  for (const piece of pieces) {
    if (piece.isBreak) continue;
    const first = Math.ceil((piece.start - start) / step);
    for (let count = first; start + count * step <= piece.end; count += 1) {
      const x = at(start + count * step);
      const before = ticks.at(-1);
      if (before !== undefined && x - before.x < nearestTicks) continue;
      const anchor = x < 5 ? 'start' : x > 95 ? 'end' : 'middle';
      ticks.push({ x, text: count === 0 ? '0' : shortDuration(count * step), anchor });
    }
  }
  return ticks;
}

/** `5m` instead of `5m 0s`. */
function shortDuration(ms: number): string {
  return formatDuration(ms).replace(/(?<=[hm])(?: 0[ms])+$/, '');
}
