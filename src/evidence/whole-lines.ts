import {
  elidedLines,
  lowerBound,
  nearestFirst,
  type Place,
  type PlaceQuestion,
  withoutLooser,
} from './place.ts';
import type { QuoteLine } from './quote-reading.ts';

/** Steps spent on one quote, shared among its pieces; the places nearest to the claim are tried first. */
const stepBudget = 2_000_000;

/**
 * Places where every quoted line is a whole line of the file, one directly after the other, blank lines aside.
 * Only where the quote says so itself may lines be left out, up to 400 for each mark.
 */
export function findWholeLines(question: PlaceQuestion): Place[] {
  const { source, lines, claimed } = question;
  const segments = splitAtElisions(lines);
  const share = Math.ceil(stepBudget / segments.length);
  const runs = segments.map((segment) => findRuns(segment, question, share));
  if (runs.some((starts) => starts.length === 0)) return [];
  const longest = lines.length + elidedLines * (segments.length - 1);
  const places: Place[] = [];
  let steps = 0;
  for (const first of nearestFirst(source, runs[0] ?? [], claimed)) {
    steps += segments.length;
    if (steps > stepBudget) break;
    let last: number | undefined = first + (segments[0]?.length ?? 0) - 1;
    for (let at = 1; at < segments.length && last !== undefined; at += 1) {
      const next = firstAfter(runs[at] ?? [], last);
      last = next === undefined ? undefined : next + (segments[at]?.length ?? 0) - 1;
    }
    if (last !== undefined && last - first < longest && last < source.solid.length)
      places.push({ first, last, remarks: [] });
  }
  return withoutLooser(places);
}

/** The quote's lines in the pieces between its elision marks. */
export function splitAtElisions(lines: readonly QuoteLine[]): QuoteLine[][] {
  const segments: QuoteLine[][] = [];
  for (const line of lines) {
    const open = segments.at(-1);
    if (open === undefined || line.afterElision) segments.push([line]);
    else open.push(line);
  }
  return segments;
}

/** The smallest of ascending numbers that is greater than `bound`. */
export function firstAfter(ascending: readonly number[], bound: number): number | undefined {
  return ascending[lowerBound(ascending, (entry) => entry > bound)];
}

/** Where the segment stands, ascending. Looked for by its rarest line. */
function findRuns(
  segment: readonly QuoteLine[],
  { source, claimed }: PlaceQuestion,
  steps: number,
): number[] {
  let rarest = 0;
  let positions: readonly number[] = [];
  for (const [index, line] of segment.entries()) {
    const known = source.positionsOf(line.squeezed);
    if (known.length === 0) return [];
    if (index === 0 || known.length < positions.length) {
      rarest = index;
      positions = known;
    }
  }
  const starts: number[] = [];
  let left = steps;
  for (const position of nearestFirst(source, positions, claimed)) {
    if (left <= 0) break;
    const start = position - rarest;
    const matches = segment.every((line, index) => {
      left -= 1;
      return source.solid[start + index]?.squeezed === line.squeezed;
    });
    if (matches) starts.push(start);
  }
  return starts.sort((a, b) => a - b);
}
