import { findingKey } from '../../src/domain/finding.ts';
import { isGuard } from '../../src/domain/guard.ts';
import { balanceLedger, isBalanced } from '../../src/domain/ledger.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { pairsTogether } from './labelled-change.ts';
import type { RecordedRun } from './load-runs.ts';
import { measure } from './measures.ts';
import { type Measured, quality, type Row } from './row.ts';

/** Our own runs: the clusters of today's rules beside those recorded, and whether every ledger still adds up. */
export function measureRuns(runs: readonly RecordedRun[]): Measured {
  if (runs.length === 0) return { rows: [], details: [] };
  const compared = runs.map((run) => {
    const findings = run.reviews.flatMap((review) => review.findings);
    const keys = findings.map(findingKey);
    const pairs = keys.flatMap((_, a) =>
      keys.slice(a + 1).map((_, offset) => ({ a, b: a + 1 + offset, same: false, strict: true })),
    );
    const change = { unit: run.folder, part: '', judge: 'recorded', findings, pairs };
    const recorded = pairsTogether(change, run.clusters);
    const now = pairsTogether(change, reconcile({ reviews: run.reviews }).clusters);
    const rows = recorded.map((same) => ({ same, unit: run.folder, judge: 'recorded' }));
    const unbalanced = run.ledger !== null && !isBalanced(balanceLedger(findings, run.ledger));
    return { run, findings, rows, now, unbalanced };
  });
  const rows = compared.flatMap((one) => one.rows);
  const now = compared.flatMap((one) => one.now);
  const unbalanced = compared.filter((one) => one.unbalanced);
  return {
    rows: [
      {
        name: `own runs: every finding in one fate, ${runs.length} runs`,
        baseline: '–',
        reached: `${unbalanced.length} do not add up`,
        target: '0',
        met: unbalanced.length === 0,
      } satisfies Row,
    ],
    details: [
      {
        title: 'Own runs: clusters of these rules against those recorded, by pair',
        lines: [
          quality(measure(rows, now)),
          ...compared.map(({ run, findings, unbalanced: isOff }) => {
            const refused = findings.filter(({ gate }) => gate.outcome === 'refused').length;
            const guard = findings.filter(({ reviewer }) => isGuard(reviewer)).length;
            return `${run.folder}: ${findings.length} findings (${refused} refused for their quotes, ${guard} of the guard), ${run.clusters.length} clusters${isOff ? ', ledger does not add up' : ''}`;
          }),
        ],
      },
    ],
  };
}
