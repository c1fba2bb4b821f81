import { noLostRequests } from '../../domain/cost.ts';
import { isWithdrawn } from '../../domain/ledger.ts';
import type { CoverageRow, Report, RetroColumn, SeverityCounts } from '../../domain/report.ts';
import { type Severity, severityLetter } from '../../domain/vocabulary.ts';
import { wordCost } from '../text/word-cost.ts';
import { countSeverities, formatCounts, formatDuration } from '../text/words.ts';
import { type RetroFiguresView, viewRetroFigures } from './retro-figures-view.ts';
import type { BadgeView, ViewContext } from './view-context.ts';

export interface RetroRow {
  name: string;
  strong: boolean;
  /** `short` leaves out what the appendix says too: for a table that must stay narrow. */
  cells: { text: string; short: string; strong: boolean }[];
}

export interface RetroView {
  columns: { badge: BadgeView; model: string }[];
  rows: RetroRow[];
  figures: RetroFiguresView;
  paragraphs: { reviewers: BadgeView[]; text: string }[];
  reconciliation: string[];
  closing: string;
}

const mostTools = 8;

export function viewRetro({ report, badge }: ViewContext): RetroView {
  const { retro } = report;
  return {
    columns: retro.columns.map(({ reviewer }) => ({
      badge: badge(reviewer),
      model: modelOf(report.reviewers, reviewer),
    })),
    rows: listRows(retro.columns, report),
    figures: viewRetroFigures(retro, badge),
    paragraphs: retro.paragraphs.map(({ reviewers, text }) => ({ reviewers: reviewers.map(badge), text })),
    reconciliation: retro.reconciliation.map(({ text }) => text),
    closing: retro.closing,
  };
}

/** Model or program behind a reviewer's id; empty when it is not in the run. */
function modelOf(reviewers: ViewContext['report']['reviewers'], id: string): string {
  const reviewer = reviewers.find((outcome) => outcome.reviewer.id === id)?.reviewer;
  if (reviewer === undefined) return '';
  return reviewer.type === 'model' ? reviewer.model : reviewer.program;
}

function listRows(
  columns: readonly RetroColumn[],
  report: Pick<Report, 'coverage' | 'reviewers' | 'ledger'>,
): RetroRow[] {
  const { coverage, reviewers } = report;
  const row = (
    name: string,
    cell: (column: RetroColumn) => string,
    { strong = false, short = cell } = {},
  ): RetroRow => ({
    name,
    strong,
    cells: columns.map((column) => ({ text: cell(column), short: short(column), strong })),
  });
  return [
    row('Duration', (column) => formatDuration(column.durationMs)),
    row('Findings', ({ reviewer, findings }) => formatFindings(findings, withdrawnBy(report, reviewer))),
    row('Tool calls', ({ toolCalls }) => formatToolCalls(toolCalls), {
      short: ({ toolCalls }) => `${toolCalls.total}`,
    }),
    row('Design observations', (column) => `${column.designObservations}`),
    row('False positives', (column) => `${column.falsePositives}`),
    row('Unique insights', (column) => `${column.uniqueInsights}`),
    row('Files reviewed', (column) => formatFilesReviewed(column, coverage)),
    row('Coverage misses', (column) => `${column.coverageMisses}`),
    row('Totals', (column) => formatCounts(column.totals), { strong: true }),
    row('Downgraded', (column) => formatDowngraded(column.downgraded)),
    row('Dropped', (column) => `${column.dropped}`),
    row('Cost', ({ reviewer, costUsd }) => {
      const outcome = reviewers.find((one) => one.reviewer.id === reviewer);
      return wordCost({ costUsd, lostRequests: outcome?.lostRequests ?? noLostRequests });
    }),
  ];
}

/** Severities of what a reviewer took back itself: not among its findings, and not dropped. */
function withdrawnBy({ ledger }: Pick<Report, 'ledger'>, reviewer: string): Severity[] {
  return ledger.entries
    .filter((entry) => entry.reviewer === reviewer && isWithdrawn(entry))
    .map(({ severity }) => severity);
}

function formatFindings(findings: SeverityCounts, withdrawn: readonly Severity[]): string {
  const counts = formatCounts(findings);
  return withdrawn.length === 0
    ? counts
    : `${counts} (+${formatCounts(countSeverities(withdrawn))} withdrawn)`;
}

/** `20 (read_file 7, search 3)`: how often a reviewer called which tool, the most used first. */
export function formatToolCalls({ total, byTool }: RetroColumn['toolCalls']): string {
  if (total === 0) return '0';
  const shown = byTool.slice(0, mostTools);
  const rest = byTool.slice(mostTools).reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...shown.map(({ tool, count }) => `${tool} ${count}`),
    ...(rest > 0 ? [`others ${rest}`] : []),
  ];
  return `${total} (${parts.join(', ')})`;
}

/** A file that a reviewer only says it reviewed, without having opened it, is counted apart. */
function formatFilesReviewed(
  { reviewer, filesReviewed }: RetroColumn,
  coverage: readonly CoverageRow[],
): string {
  const listed = coverage.filter((row) =>
    row.cells.some((cell) => cell.reviewer === reviewer && cell.cell === 'listed'),
  ).length;
  return listed === 0 ? `${filesReviewed}` : `${filesReviewed} (+${listed} listed)`;
}

function formatDowngraded(downgraded: RetroColumn['downgraded']): string {
  const total = downgraded.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return '0';
  const steps = downgraded.map(({ from, to, count }) => {
    const step = `${severityLetter(from)}→${severityLetter(to)}`;
    return downgraded.length === 1 ? step : `${count} ${step}`;
  });
  return `${total} (${steps.join(', ')})`;
}
