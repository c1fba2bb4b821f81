import type { ClaimedLocation } from '../domain/finding.ts';
import type { LineRange } from '../domain/location.ts';

const highestLine = 1_000_000_000;

/**
 * The lines a reviewer names, made a range: fractions cut off, reversed ends swapped, a missing end taken from the
 * other. null when neither end is a line number.
 */
export function claimedLines(claim: Pick<ClaimedLocation, 'startLine' | 'endLine'>): LineRange | null {
  const start = asLine(claim.startLine);
  const end = asLine(claim.endLine);
  if (start === null && end === null) return null;
  const [a, b] = [start ?? end ?? 1, end ?? start ?? 1];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** `10-14`, `10`, or `no line` for a claim without usable numbers. */
export function formatLines(range: LineRange | null): string {
  if (range === null) return 'no line';
  return range.start === range.end ? `${range.start}` : `${range.start}-${range.end}`;
}

function asLine(value: number): number | null {
  if (!Number.isFinite(value) || value < 1) return null;
  return Math.min(Math.floor(value), highestLine);
}
