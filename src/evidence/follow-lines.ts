import type { FileDiff } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';

export interface FollowedLines {
  /** Where the lines stand on the new side; of changed ones, where they would. */
  range: LineRange;
  /** Whether the patch removed or rewrote one of them, or put lines between them. */
  changed: boolean;
}

/** Where lines of the old side stand on the new one. The file must be one whose lines git compared. */
export function followLines({ hunks }: Pick<FileDiff, 'hunks'>, range: LineRange): FollowedLines {
  const removed = hunks.flatMap((hunk) => hunk.removed);
  const added = hunks.flatMap((hunk) => hunk.added);
  const follow = (line: number) => {
    let now = line;
    for (const { start, end } of removed) now -= Math.max(0, Math.min(end + 1, line) - start);
    for (const { start, end } of added) if (start <= now) now += end - start + 1;
    return now;
  };
  const [start, end] = [follow(range.start), follow(range.end)];
  const isTorn = removed.some((run) => run.start <= range.end && range.start <= run.end);
  return { range: { start, end }, changed: isTorn || end - start !== range.end - range.start };
}
