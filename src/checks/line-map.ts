import type { FileDiff } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';

/** Tells of a line of the head where it stands at the merge base; null for a line that the change wrote. */
export function mapToBase(file: FileDiff): (line: number) => number | null {
  const added = file.hunks.flatMap((hunk) => hunk.added);
  const removed = file.hunks.flatMap((hunk) => hunk.removed);
  return (line) => {
    if (added.some((run) => contains(run, line))) return null;
    const addedBefore = countUpTo(added, line);
    let base = line - addedBefore;
    for (const run of removed) {
      if (run.start > base) break;
      base += run.end - run.start + 1;
    }
    return base;
  };
}

function countUpTo(runs: readonly LineRange[], line: number): number {
  return runs.filter((run) => run.end < line).reduce((sum, run) => sum + run.end - run.start + 1, 0);
}

function contains(run: LineRange, line: number): boolean {
  return run.start <= line && line <= run.end;
}
