import type { FileDiff, Hunk } from '../../domain/change.ts';
import type { LineRange, Location } from '../../domain/location.ts';

/** Where the forge takes comments: the lines of the diff, with the context it was printed with. */
export interface DiffPlaces {
  /** The part of a place on which a comment can stand: it lies in one hunk, on one side. null: on no line of the diff. */
  find(location: Location): Location | null;
  /** Whether lines of a file at the head lie in one hunk. */
  holds(path: string, range: LineRange): boolean;
}

/** Of the places in a file the last hunk that is touched counts: a comment stands below what it is about. */
export function createDiffPlaces(files: readonly FileDiff[]): DiffPlaces {
  const atHead = new Map(files.filter(hasHead).map((file) => [file.path, file]));
  const atBase = new Map(files.filter(hasBase).map((file) => [file.oldPath ?? file.path, file]));
  return {
    find(location) {
      const isHead = location.side === 'head';
      const file = (isHead ? atHead : atBase).get(location.path);
      if (file === undefined || hasOddBytes.test(file.path)) return null;
      const range = file.hunks
        .map((hunk) => (isHead ? meet(location, headLines(hunk)) : meetRemoved(location, hunk)))
        .findLast((one) => one !== null);
      return range == null
        ? null
        : { path: file.path, side: location.side, startLine: range.start, endLine: range.end };
    },
    holds(path, { start, end }) {
      const hunks = atHead.get(path)?.hunks ?? [];
      return hunks.map(headLines).some((lines) => lines.start <= start && end <= lines.end);
    },
  };
}

/** A path of bytes that are no text: the forge cannot be told of it. */
const hasOddBytes = /\p{Cs}/u;

function hasHead({ status, binary }: FileDiff): boolean {
  return status !== 'removed' && !binary;
}

function hasBase({ status, binary }: FileDiff): boolean {
  return status !== 'added' && status !== 'copied' && !binary;
}

function headLines({ newStart, newLines }: Hunk): LineRange {
  return { start: newStart, end: newStart + newLines - 1 };
}

function meet({ startLine, endLine }: Location, lines: LineRange): LineRange | null {
  const start = Math.max(startLine, lines.start);
  const end = Math.min(endLine, lines.end);
  return start <= end ? { start, end } : null;
}

/** Of the merge base's lines only removed ones belong to that side of a diff; the others stand on the head's. */
function meetRemoved(location: Location, hunk: Hunk): LineRange | null {
  const met = hunk.removed.flatMap((run) => meet(location, run) ?? []);
  const [first] = met;
  const last = met.at(-1);
  return first === undefined || last === undefined ? null : { start: first.start, end: last.end };
}
