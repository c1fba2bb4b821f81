import { reconcile } from '../../src/reconcile/reconcile.ts';
import { pairsTogether, toReviews } from './labelled-change.ts';
import type { RecordedReport } from './load-reports.ts';
import { differenceInterval, intervalOf, measure } from './measures.ts';
import { interval, type Measured, quality, type Row } from './row.ts';
import { type ScoredPair, scorePairs } from './score-pairs.ts';

/** Pairs of the recorded reviews, by the rules as they stand, against "same file, and a fifth of the words shared". */
export function measureReportPairs(reports: readonly RecordedReport[]): Measured {
  const loose = reports.flatMap((report) => scorePairs(report));
  const strict = loose.filter((pair) => pair.strict);
  const clustered = reports.map((report) =>
    pairsTogether(report, reconcile({ reviews: toReviews(report.findings) }).clusters),
  );
  return {
    rows: [
      compare('recorded reviews, pairs stated (S)', strict, 'not-below'),
      compare('recorded reviews, all pairs (L)', loose, 'better'),
    ],
    details: [
      {
        title: 'Recorded reviews: in one cluster, measured by pair',
        lines: [
          `all pairs  ${quality(measure(loose, clustered.flat()))}  ${interval(intervalOf(loose, clustered.flat()))}`,
        ],
      },
    ],
  };
}

function compare(name: string, pairs: readonly ScoredPair[], target: 'better' | 'not-below'): Row {
  const ours = pairs.map(({ merges }) => merges);
  const theirs = pairs.map(({ sharesFile, jaccard }) => sharesFile && jaccard >= 0.2);
  const [reached, baseline] = [measure(pairs, ours), measure(pairs, theirs)];
  const difference = differenceInterval(pairs, ours, theirs);
  return {
    name: `${name}: ${pairs.length} pairs, ${pairs.filter(({ same }) => same).length} same`,
    baseline: quality(baseline),
    reached: `${quality(reached)} ${interval(intervalOf(pairs, ours))}, difference ${interval(difference)}`,
    target: target === 'better' ? 'better, interval above 0' : 'not below the baseline',
    met: target === 'better' ? difference.low > 0 : reached.f1 >= baseline.f1,
  };
}
