import { isAltered, LineLikeness } from './line-likeness.ts';
import { elidedLines, nearestFirst, type Place, type PlaceQuestion, withoutLooser } from './place.ts';
import type { QuoteLine } from './quote-reading.ts';
import type { SourceText } from './source-text.ts';
import { firstAfter } from './whole-lines.ts';

/** Longer quotes have to say themselves where they leave lines out. */
const longestQuote = 300;
/** Comparisons spent on finding the lines that quoted lines may loosely stand for. */
const looseBudget = 4_000_000;
const triedStarts = 200;
/** Steps of alignment spent on one quote; the starts nearest to the claim are tried first. */
const alignmentBudget = 50_000_000;
/** Lines of the file beyond which no marks stretch a place. */
const longestPlace = 4000;
/** Of a quote's lines, how many may have altered characters. */
const toleratedShare = 0.2;

/**
 * Places where the quoted lines stand in order with lines left out silently between them, as reviewers do. All of
 * these hold: the first and the last quoted line are there; at least 80 % of the lines are, so of up to four all;
 * each of the others is one of the left-out lines with characters altered, so none is invented; and the place is no
 * longer than three times the quote and 20 lines (400 more for each elision mark).
 */
export function findGappedLines(question: PlaceQuestion): Place[] {
  const { source, lines, claimed } = question;
  if (lines.length > longestQuote) return [];
  const likeness = new LineLikeness(question.path);
  const tolerated = Math.floor(lines.length * toleratedShare);
  const positions = positionsOfEach(question, likeness, tolerated);
  const [first = []] = positions;
  if (first.length === 0 || (positions.at(-1)?.length ?? 0) === 0) return [];
  const marks = lines.filter((line) => line.afterElision).length;
  const longest = Math.min(longestPlace, 3 * lines.length + 20 + elidedLines * marks);
  const starts = Math.min(triedStarts, Math.ceil(alignmentBudget / (lines.length * longest)));
  const places: (Place & { cost: number })[] = [];
  let tried = 0;
  for (const start of nearestFirst(source, first, claimed)) {
    tried += 1;
    if (tried > starts) break;
    const path = align(positions, { start, longest, tolerated });
    const remarks = path === null ? null : remarksOn(path, question);
    if (path === null || remarks === null) continue;
    const cost = path.filter((at) => at === null).length;
    places.push({ first: start, last: path.at(-1) ?? start, remarks, cost });
  }
  const least = Math.min(...places.map((place) => place.cost));
  return withoutLooser(places.filter((place) => place.cost === least));
}

/** For each quoted line the indexes of the solid lines it can stand for, ascending; empty when too many have none. */
function positionsOfEach(
  { source, lines }: PlaceQuestion,
  likeness: LineLikeness,
  tolerated: number,
): (readonly number[])[] {
  const positions = lines.map((line) => source.positionsOf(line.squeezed));
  const missing = [...lines.keys()].filter((at) => positions[at]?.length === 0);
  const present = [...lines.keys()].filter((at) => positions[at]?.length !== 0);
  const affordAll = lines.length * source.solid.length <= looseBudget;
  let budget = looseBudget;
  let lost = 0;
  for (const at of affordAll ? [...missing, ...present] : missing) {
    budget -= source.solid.length;
    const line = lines[at];
    if (line !== undefined && budget >= 0) positions[at] = loosePositions(source, line, likeness);
    if (positions[at]?.length === 0) lost += 1;
    if (lost > tolerated) return [];
  }
  return positions;
}

function loosePositions(source: SourceText, line: QuoteLine, likeness: LineLikeness): number[] {
  const stands = likeness.loosely(line);
  return source.solid.flatMap(({ number, squeezed }, index) =>
    squeezed === line.squeezed || stands({ raw: source.lines[number - 1] ?? '', squeezed }) ? index : [],
  );
}

interface AlignmentLimits {
  start: number;
  /** Solid lines. */
  longest: number;
  /** Quoted lines that may stay without a place. */
  tolerated: number;
}

/** The cheapest way to place the quoted lines in order from `start` on, the shortest of those; null when there is none. */
function align(positions: readonly (readonly number[])[], limits: AlignmentLimits): (number | null)[] | null {
  const { start, longest, tolerated } = limits;
  const size = longest + 1;
  let costs = new Array<number>(size).fill(Number.POSITIVE_INFINITY);
  costs[0] = 0;
  /** For each line and place: the place of the line placed before it; -1 where the line itself is not placed. */
  const previous: Int32Array[] = [];
  for (const candidates of positions.slice(1)) {
    const next = costs.map((cost) => cost + 1);
    const from = new Int32Array(size).fill(-1);
    let best = Number.POSITIVE_INFINITY;
    let bestAt = -1;
    let scanned = 0;
    for (const candidate of inWindow(candidates, start, size)) {
      for (; scanned < candidate; scanned += 1) {
        const cost = costs[scanned] ?? Number.POSITIVE_INFINITY;
        if (cost <= best) [best, bestAt] = [cost, scanned];
      }
      if (best <= (next[candidate] ?? 0)) {
        next[candidate] = best;
        from[candidate] = bestAt;
      }
    }
    previous.push(from);
    costs = next;
  }
  const lastFrom = previous.at(-1);
  const ends = [...costs.keys()].filter(
    (at) => (lastFrom === undefined ? at === 0 : (lastFrom[at] ?? -1) >= 0) && (costs[at] ?? 0) <= tolerated,
  );
  if (ends.length === 0) return null;
  const end = ends.reduce((a, b) => ((costs[b] ?? 0) < (costs[a] ?? 0) ? b : a));
  return trace(previous, end).map((at) => (at === null ? null : at + start));
}

function inWindow(candidates: readonly number[], start: number, size: number): number[] {
  const offsets: number[] = [];
  for (
    let at = firstAfter(candidates, start);
    at !== undefined && at - start < size;
    at = firstAfter(candidates, at)
  )
    offsets.push(at - start);
  return offsets;
}

function trace(previous: readonly Int32Array[], end: number): (number | null)[] {
  const path: (number | null)[] = [];
  let at = end;
  for (const from of [...previous].reverse()) {
    const before = from[at] ?? -1;
    path.push(before === -1 ? null : at);
    if (before !== -1) at = before;
  }
  path.push(0);
  return path.reverse();
}

/** What differs at this place, in words; null when a line that has no place was invented. */
function remarksOn(path: readonly (number | null)[], { source, lines }: PlaceQuestion): string[] | null {
  const remarks: string[] = [];
  const placed = path.flatMap((at) => at ?? []);
  const leftOut = (placed.at(-1) ?? 0) - (placed[0] ?? 0) + 1 - placed.length;
  if (leftOut > 0)
    remarks.push(`with ${leftOut} ${leftOut === 1 ? 'line' : 'lines'} between that it leaves out`);
  if (path.some((at, index) => at !== null && source.solid[at]?.squeezed !== lines[index]?.squeezed))
    remarks.push('some of them written out in the file');
  for (const [index, at] of path.entries()) {
    const line = lines[index];
    if (at !== null || line === undefined) continue;
    const before = path.slice(0, index).findLast((one) => one !== null) ?? 0;
    const after = path.slice(index).find((one) => one !== null && one !== undefined) ?? before;
    const altered = source.solid
      .slice(before + 1, after)
      .find((one) => isAltered(line.squeezed, one.squeezed));
    if (altered === undefined) return null;
    remarks.push(`its line ${index + 1} reads otherwise at ${altered.number}`);
  }
  return remarks;
}
