import { isDowngraded, isFalsePositive, isWithdrawn, type LedgerEntry } from '../../domain/ledger.ts';
import type { CoverageRow, PublishedFinding, ReportObservation, RetroColumn } from '../../domain/report.ts';
import type { Review, ToolCallRecord } from '../../domain/review.ts';
import { compareSeverity } from '../../domain/vocabulary.ts';
import { findUnique } from '../same-lines.ts';
import { countSeverities } from '../text/words.ts';
import type { RunIndex } from './run-index.ts';

export interface RetroInput {
  reviews: readonly Review[];
  index: RunIndex;
  findings: readonly PublishedFinding[];
  observations: readonly ReportObservation[];
  coverage: readonly CoverageRow[];
}

/**
 * The retro's summary table, one column for each reviewer. Withdrawn findings count neither as findings nor as
 * dropped, so that for every reviewer findings = published members + moved + dropped.
 */
export function computeRetroColumns(input: RetroInput): RetroColumn[] {
  return input.reviews.map((review, at) => {
    const reviewer = review.reviewer.id;
    const own = input.index.members.filter((member) => member.entry.reviewer === reviewer);
    const standing = own.filter((member) => !isWithdrawn(member.entry)).map((member) => member.entry);
    const published = input.findings.filter((finding) => finding.reviewers.includes(reviewer));
    const cells = input.coverage.map((row) => row.cells[at]?.cell);
    return {
      reviewer,
      durationMs: review.durationMs,
      findings: countSeverities(standing.map((entry) => entry.severity)),
      toolCalls: countToolCalls(review.toolCalls),
      designObservations: input.observations.filter((one) => one.reviewers.includes(reviewer)).length,
      falsePositives: standing.filter(isFalsePositive).length,
      uniqueInsights: findUnique(reviewer, input.findings).length,
      filesReviewed: cells.filter((cell) => cell === 'read').length,
      coverageMisses: cells.filter((cell) => cell === 'missed').length,
      totals: countSeverities(published.map((finding) => finding.severity)),
      downgraded: countDowngrades(standing),
      dropped: standing.filter((entry) => entry.fate.fate === 'dropped').length,
      costUsd: review.costUsd,
    };
  });
}

/** Calls by tool, the most used first. */
export function countToolCalls(calls: readonly ToolCallRecord[]): RetroColumn['toolCalls'] {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call.tool, (counts.get(call.tool) ?? 0) + 1);
  const byTool = [...counts].map(([tool, count]) => ({ tool, count }));
  byTool.sort((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1));
  return { total: calls.length, byTool };
}

function countDowngrades(entries: readonly LedgerEntry[]): RetroColumn['downgraded'] {
  const counts = new Map<string, RetroColumn['downgraded'][number]>();
  for (const entry of entries) {
    if (!isDowngraded(entry) || entry.finalSeverity === null) continue;
    const { severity: from, finalSeverity: to } = entry;
    const known = counts.get(`${from} ${to}`);
    if (known === undefined) counts.set(`${from} ${to}`, { from, to, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].toSorted(
    (a, b) => compareSeverity(a.from, b.from) || compareSeverity(a.to, b.to),
  );
}
