import type { FileDiff } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';

/**
 * Where lines of the old side stand on the new one. null when the patch removed or rewrote one of them, or put lines
 * between them. The file must be one whose lines git compared.
 */
export function followLines({ hunks }: Pick<FileDiff, 'hunks'>, range: LineRange): LineRange | null {
  const removed = hunks.flatMap((hunk) => hunk.removed);
  if (removed.some(({ start, end }) => start <= range.end && range.start <= end)) return null;
  const added = hunks.flatMap((hunk) => hunk.added);
  const gone = removed.reduce((sum, { start, end }) => sum + (end < range.start ? end - start + 1 : 0), 0);
  const follow = (line: number) => {
    let now = line - gone;
    for (const { start, end } of added) if (start <= now) now += end - start + 1;
    return now;
  };
  const [start, end] = [follow(range.start), follow(range.end)];
  return end - start === range.end - range.start ? { start, end } : null;
}
