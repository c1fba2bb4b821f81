import { isGuard } from '../../domain/guard.ts';
import { isWithdrawn, type LedgerEntry } from '../../domain/ledger.ts';
import type { PublishedFinding } from '../../domain/report.ts';
import type { AgreementOutcome, SeverityInflation } from '../../domain/retro-figures.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import { severities } from '../../domain/vocabulary.ts';
import { InternalError } from '../../errors.ts';

/** One row for each reviewer, in their order. */
export function computeInflation(
  reviewers: readonly ReviewerId[],
  entries: readonly LedgerEntry[],
): SeverityInflation[] {
  return reviewers.map((reviewer) => {
    const own = entries.filter((entry) => entry.reviewer === reviewer && !isWithdrawn(entry));
    const steps = own.flatMap(({ severity, finalSeverity }) =>
      finalSeverity === null ? [] : [severities.indexOf(finalSeverity) - severities.indexOf(severity)],
    );
    const critical = own.filter(({ severity }) => severity === 'critical');
    return {
      reviewer,
      published: steps.length,
      higher: steps.filter((step) => step > 0).length,
      equal: steps.filter((step) => step === 0).length,
      lower: steps.filter((step) => step < 0).length,
      steps: steps.reduce((sum, step) => sum + step, 0),
      criticals: {
        rated: critical.length,
        stood: critical.filter(({ finalSeverity }) => finalSeverity === 'critical').length,
      },
    };
  });
}

/** One row for each number of reviewers that raised a cluster together, fewest first. */
export function computeAgreement(
  entries: readonly LedgerEntry[],
  findings: readonly PublishedFinding[],
): AgreementOutcome[] {
  const verdicts = new Map(findings.map(({ cluster, verdict }) => [cluster, verdict]));
  const rows = new Map<number, AgreementOutcome>();
  for (const [cluster, members] of byCluster(entries)) {
    const reviewers = new Set(members.map(({ reviewer }) => reviewer)).size;
    const row = rows.get(reviewers) ?? emptyRow(reviewers);
    row.clusters += 1;
    row[verdicts.get(cluster) ?? endOf(cluster, members)] += 1;
    rows.set(reviewers, row);
  }
  return [...rows.values()].sort((a, b) => a.reviewers - b.reviewers);
}

function byCluster(entries: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const clusters = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    if (entry.cluster === null || isGuard(entry.reviewer)) continue;
    clusters.set(entry.cluster, [...(clusters.get(entry.cluster) ?? []), entry]);
  }
  return clusters;
}

/** What became of a cluster that was not published. */
function endOf(cluster: string, members: readonly LedgerEntry[]): 'refuted' | 'moved' | 'declined' {
  for (const { fate } of members) {
    if (fate.fate === 'moved') return 'moved';
    if (fate.fate !== 'dropped') continue;
    if (fate.reason === 'refuted') return 'refuted';
    if (fate.reason === 'declined' || fate.reason === 'out-of-scope') return 'declined';
  }
  throw new InternalError(`The cluster ${cluster} is neither published nor refuted, moved or declined.`);
}

function emptyRow(reviewers: number): AgreementOutcome {
  return {
    reviewers,
    clusters: 0,
    confirmed: 0,
    uncertain: 0,
    unexamined: 0,
    refuted: 0,
    moved: 0,
    declined: 0,
  };
}
