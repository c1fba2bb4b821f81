import { applyPatch } from 'diff';
import { isElision } from './elision.ts';
import type { PatchHunk } from './parse-patch.ts';
import { squeeze } from './squeeze.ts';

export interface HunkQuestion {
  text: string;
  hunks: readonly PatchHunk[];
  /** Line near which a hunk without numbers belongs; null when nobody said. */
  near: number | null;
}

export type HunkResult =
  | { outcome: 'applied'; text: string; remarks: readonly string[] }
  | { outcome: 'failed'; why: string };

interface PlacedHunk {
  /** Index of the first old line; for an insertion of the line it goes before. */
  at: number;
  old: number;
  lines: readonly string[];
}

const lineComparisons = 20_000_000;

/**
 * Applies hunks to a text. Lines may be off by any number, their content not at all, white space at their ends aside.
 * A hunk whose context leaves lines out (`...`) is taken for several.
 */
export function applyHunks({ text, hunks, near }: HunkQuestion): HunkResult {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const placed: PlacedHunk[] = [];
  const remarks: string[] = [];
  const budget = { left: lineComparisons };
  for (const [index, hunk] of hunks.entries()) {
    const name = hunks.length === 1 ? 'the hunk' : `hunk ${index + 1}`;
    const result = place({ hunk, name, lines, near, budget });
    if (typeof result === 'string') return { outcome: 'failed', why: result };
    placed.push(...result.placed);
    remarks.push(...result.remarks);
  }
  const cores = placed.map(withoutContext).sort((a, b) => a.at - b.at);
  const overlap = cores.some((one, index) => one.at < endOf(cores[index - 1]));
  const structured = { ...nameless, hunks: cores.map(asStructured) };
  const patched = overlap ? false : applyPatch(text, structured, { compareLine: sameLine });
  if (patched === false) return { outcome: 'failed', why: 'its hunks overlap each other' };
  return { outcome: 'applied', text: patched, remarks };
}

interface PlaceInput {
  hunk: PatchHunk;
  name: string;
  lines: readonly string[];
  near: number | null;
  budget: { left: number };
}

type Placing = { placed: PlacedHunk[]; remarks: string[] } | string;

function place(input: PlaceInput): Placing {
  const whole = placeWhole(input);
  if (typeof whole !== 'string') return whole;
  const pieces = splitAtElisions(input.hunk);
  if (pieces.length < 2) return whole;
  const placed: PlacedHunk[] = [];
  let from = 0;
  for (const piece of pieces) {
    const result = placeWhole({ ...input, hunk: piece }, from);
    if (typeof result === 'string') return result;
    placed.push(...result.placed);
    const last = result.placed.at(-1);
    from = last === undefined ? from : last.at + last.old;
  }
  return { placed: placed.filter((one) => one.lines.some(isChange)), remarks: [] };
}

function placeWhole({ hunk, name, lines, near, budget }: PlaceInput, from = 0): Placing {
  const old = hunk.lines.filter((line) => line[0] !== '+').map((line) => line.slice(1).trimEnd());
  if (old.length === 0) {
    if (!hunk.insertion || hunk.start === null || hunk.start >= lines.length + 1)
      return `${name} only adds lines and nothing in it says where`;
    return { placed: [{ at: hunk.start, old: 0, lines: hunk.lines }], remarks: [] };
  }
  const places = findRuns(old, lines, budget).filter((at) => at >= from);
  const wanted = hunk.start ?? near;
  if (places.length > 1 && wanted === null && from === 0)
    return `${name} fits in ${places.length} places and nothing says which is meant`;
  const target = from > 0 ? from : (wanted ?? 1) - 1;
  const at = places.reduce<number | undefined>(
    (best, one) => (best === undefined || Math.abs(one - target) < Math.abs(best - target) ? one : best),
    undefined,
  );
  if (at === undefined) return whyNot(old, lines, name);
  const remarks =
    places.length > 1 && hunk.start !== at + 1
      ? [`${name} fits in ${places.length} places; the one at line ${at + 1} was taken`]
      : [];
  return { placed: [{ at, old: old.length, lines: hunk.lines }], remarks };
}

function findRuns(wanted: readonly string[], lines: readonly string[], budget: { left: number }): number[] {
  const places: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length && budget.left > 0; at += 1) {
    const matches = wanted.every((line, index) => {
      budget.left -= 1;
      return lines[at + index] === line;
    });
    if (matches) places.push(at);
  }
  return places;
}

function whyNot(old: readonly string[], lines: readonly string[], name: string): string {
  const squeezed = lines.map(squeeze);
  const wanted = old.map(squeeze);
  if (findRuns(wanted, squeezed, { left: lineComparisons }).length > 0)
    return `${name} differs from the file in white space`;
  const missing = wanted.findIndex((line) => line !== '' && !squeezed.includes(line));
  if (missing === -1) return `the old lines of ${name} do not stand together in the file`;
  return `the file has no line ${JSON.stringify((old[missing] ?? '').trim().slice(0, 120))}, which ${name} changes or keeps`;
}

/** The hunk in pieces, without its elision marks; only the first keeps the line number. */
function splitAtElisions(hunk: PatchHunk): PatchHunk[] {
  const pieces: PatchHunk[] = [{ ...hunk, lines: [] }];
  for (const line of hunk.lines) {
    if (line[0] === ' ' && isElision(line.slice(1)))
      pieces.push({ start: null, insertion: false, lines: [] });
    else pieces.at(-1)?.lines.push(line);
  }
  return pieces.filter((piece) => piece.lines.length > 0);
}

const nameless = {
  oldFileName: '',
  newFileName: '',
  oldHeader: undefined,
  newHeader: undefined,
};

/** The hunk from its first to its last change: where it stands is known, and context may be shared. */
function withoutContext({ at, old, lines }: PlacedHunk): PlacedHunk {
  const first = lines.findIndex(isChange);
  const last = lines.findLastIndex(isChange);
  return {
    at: at + first,
    old: old - first - (lines.length - 1 - last),
    lines: lines.slice(first, last + 1),
  };
}

function isChange(line: string): boolean {
  return line[0] !== ' ';
}

function endOf(hunk: PlacedHunk | undefined): number {
  return hunk === undefined ? 0 : hunk.at + hunk.old;
}

function asStructured({ at, old, lines }: PlacedHunk) {
  const added = lines.filter((line) => line[0] === '+').length;
  const kept = lines.filter((line) => line[0] === ' ').length;
  return { oldStart: at + 1, oldLines: old, newStart: at + 1, newLines: added + kept, lines: [...lines] };
}

function sameLine(_number: number, line: string | undefined, _operation: string, wanted: string): boolean {
  return line !== undefined && line.trimEnd() === wanted.trimEnd();
}
