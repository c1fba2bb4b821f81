import type { Interval, Quality } from './measures.ts';

/** One line of the table: what was measured, beside the baseline of the same run. */
export interface Row {
  name: string;
  baseline: string;
  reached: string;
  target: string;
  /** null for a figure without a target. */
  met: boolean | null;
}

/** A block of figures without a target. */
export interface Detail {
  title: string;
  lines: string[];
}

export interface Measured {
  rows: Row[];
  details: Detail[];
}

/** `.853`, or `1.000`. */
export function figure(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.');
}

export function quality({ precision, recall, f1 }: Quality): string {
  return `F1 ${figure(f1)} (P ${figure(precision)}, R ${figure(recall)})`;
}

export function interval({ low, high }: Interval): string {
  return `[${figure(low)}, ${figure(high)}]`;
}
