import type { Change, FileDiff, Hunk } from '../domain/change.ts';
import { type LineRange, type Location, rangesOverlap, type Side } from '../domain/location.ts';

/** The change's entry for a file by its path on one side; undefined when the change leaves the file alone. */
export function fileOf(change: Change, path: string, side: Side): FileDiff | undefined {
  return change.files.find((file) => pathOn(file, side) === path);
}

/** A changed file's path on one side; null where it does not exist. A copy has no past of its own. */
export function pathOn(file: FileDiff, side: Side): string | null {
  if (side === 'head') return file.status === 'removed' ? null : file.path;
  return file.status === 'added' || file.status === 'copied' ? null : (file.oldPath ?? file.path);
}

/**
 * Whether the change wrote a line of the range, or took lines away from inside it or from right beside it. On the
 * merge base's side the other way round. A file without readable lines is touched as a whole.
 */
export function isTouched(change: Change, location: Location): boolean {
  const file = fileOf(change, location.path, location.side);
  if (file === undefined) return false;
  if (file.binary) return true;
  const range = { start: location.startLine, end: location.endLine };
  return file.hunks.some((hunk) => {
    const here = seenFrom(hunk, location.side);
    return (
      here.own.some((run) => rangesOverlap(run, range)) ||
      seamsOf(here).some((seam) => range.end >= seam && range.start <= seam + 1)
    );
  });
}

/** Lines of the range that the change wrote (head) or took away (merge base). */
export function ownLines(file: FileDiff, side: Side, range: LineRange): number {
  let count = 0;
  for (const run of file.hunks.flatMap((hunk) => seenFrom(hunk, side).own))
    count += Math.max(0, Math.min(run.end, range.end) - Math.max(run.start, range.start) + 1);
  return count;
}

/** A hunk from one side: its own runs of lines are on no other side, the other side's are between its lines. */
interface SidedHunk {
  start: number;
  own: readonly LineRange[];
  otherStart: number;
  other: readonly LineRange[];
}

function seenFrom(hunk: Hunk, side: Side): SidedHunk {
  const head = { start: firstLine(hunk.newStart, hunk.newLines), runs: hunk.added };
  const base = { start: firstLine(hunk.oldStart, hunk.oldLines), runs: hunk.removed };
  const [own, other] = side === 'head' ? [head, base] : [base, head];
  return { start: own.start, own: own.runs, otherStart: other.start, other: other.runs };
}

/** A side without lines is numbered by the line before it. */
function firstLine(start: number, lines: number): number {
  return lines === 0 ? start + 1 : start;
}

/** For each run of the other side the line behind which it would stand on this side. */
function seamsOf(hunk: SidedHunk): number[] {
  let otherBefore = 0;
  return hunk.other.map((run) => {
    const contextBefore = run.start - hunk.otherStart - otherBefore;
    otherBefore += run.end - run.start + 1;
    return behindContext(hunk, contextBefore);
  });
}

/** The line of this side that has `count` of the hunk's common lines up to it. */
function behindContext(hunk: SidedHunk, count: number): number {
  let line = hunk.start - 1;
  let left = count;
  for (const run of hunk.own) {
    const common = run.start - line - 1;
    if (common >= left) break;
    left -= common;
    line = run.end;
  }
  return line + left;
}
