import type { Report } from '../../domain/report.ts';
import { plural, shorten } from '../text/words.ts';
import { viewTitle } from '../view/finding-view.ts';

/** Findings that the stopping rule keeps out of what is posted, as a comment names them. */
export interface DeferredView {
  /** `3 findings are deferred` */
  heading: string;
  rows: { name: string; title: string }[];
  /** `2 more findings`; empty when all are named. */
  more: string;
}

const mostRows = 30;

/** The report without what is deferred; its counts stay those of all findings. */
export function withoutDeferred(report: Report): Report {
  const deferred = new Set(report.deferred);
  return { ...report, findings: report.findings.filter(({ shortId }) => !deferred.has(shortId)) };
}

/** null: nothing is deferred. */
export function viewDeferred(report: Report): DeferredView | null {
  const deferred = new Set(report.deferred);
  const findings = report.findings.filter(({ shortId }) => deferred.has(shortId));
  if (findings.length === 0) return null;
  const rest = findings.length - mostRows;
  return {
    heading: `Deferred: ${plural(findings.length, 'finding')} of the report`,
    rows: findings.slice(0, mostRows).map(({ label, shortId, title }) => ({
      name: `${label}·${shorten(shortId, 40)}`,
      title: shorten(viewTitle(title), 120),
    })),
    more: rest > 0 ? plural(rest, 'more finding') : '',
  };
}
