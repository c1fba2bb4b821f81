import type { Report } from '../../domain/report.ts';
import type { Templates } from '../templates.ts';
import { mostShown, type Shown, shed, viewSummary } from '../view/summary-view.ts';
import { createMarkdownHelpers } from './markdown-helpers.ts';

export interface SummaryInput {
  report: Report;
  templates: Templates;
  /** Where the whole report is; null when that is not known. */
  reportUrl: string | null;
}

/** Bytes; the forge takes 65,536 characters. */
const budget = 60_000;

/**
 * summary.md: at most six findings, the most severe first, and at most 60,000 bytes. What does not fit is shed from
 * the least severe on, then notices and reviewers from the last on; all of it is counted and named.
 */
export function renderSummary({ report, templates, reportUrl }: SummaryInput): string {
  const helpers = createMarkdownHelpers({ reference: () => null, isOwn: () => false });
  const render = (shown: Shown) =>
    `${templates.summary(viewSummary(report, shown, reportUrl), helpers).trim()}\n`;
  let shown = mostShown(report);
  let text = render(shown);
  for (let next = shed(shown); next !== null && Buffer.byteLength(text) > budget; next = shed(shown)) {
    shown = next;
    text = render(shown);
  }
  return text;
}
