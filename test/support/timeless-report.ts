import type { Report } from '../../src/domain/report.ts';

/**
 * The fields of a report that two runs over the same answers may differ in, and nothing else: when things began and how
 * long they took, what they cost (a vendor's cache remembers the run before), and what the run's folder is called.
 */
const setAside: ReadonlySet<string> = new Set(['startedAt', 'durationMs', 'wallClockMs', 'costUsd']);

/** A report as text, byte for byte, with `setAside` and the run's id put to one value. */
export function timelessReport(report: Report): string {
  const text = JSON.stringify(report, (key, value) => (setAside.has(key) ? 0 : value), 2);
  return text.replaceAll(report.run.id, 'RUN');
}
