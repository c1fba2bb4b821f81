import * as z from 'zod';

/** Which commit a location speaks of: the head under review, or the merge base. */
export const Side = z.enum(['head', 'base']);
export type Side = z.infer<typeof Side>;

/**
 * A place that was proved to exist. Lines count from 1, both ends included.
 * `path` is a repository path as `decodePath` gives it (see git-path.ts).
 */
export const Location = z.object({
  path: z.string(),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
  side: Side,
});
export type Location = z.infer<typeof Location>;

/** Inclusive line numbers, from 1. */
export const LineRange = z.object({ start: z.int().min(1), end: z.int().min(1) });
export type LineRange = z.infer<typeof LineRange>;

export function rangesOverlap(a: LineRange, b: LineRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** Whether two places share a line of one file on one side. */
export function locationsOverlap(a: Location, b: Location): boolean {
  return (
    a.path === b.path &&
    a.side === b.side &&
    rangesOverlap({ start: a.startLine, end: a.endLine }, { start: b.startLine, end: b.endLine })
  );
}

/** `path:12` or `path:12-14`, with ` (base)` for the merge base's side. */
export function formatLocation(location: Location): string {
  const lines =
    location.startLine === location.endLine
      ? `${location.startLine}`
      : `${location.startLine}-${location.endLine}`;
  return `${location.path}:${lines}${location.side === 'base' ? ' (base)' : ''}`;
}
