import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type ReconcileRules, reconcileRules } from '../../src/reconcile/rules.ts';
import { clusterByJaccard } from './jaccard.ts';
import { type LabelledChange, pairsTogether, toReviews } from './labelled-change.ts';
import { intervalOf, measure, type Quality, type Recorded } from './measures.ts';
import { figure, interval, type Measured, quality } from './row.ts';

/** Three reviewers of three vendors, as a run has them. */
export const threeReviewers = ['claude', 'copilot', 'gemini'];

/** Thresholds that were published for the baseline. */
const publishedJaccard = { threshold: 0.175, guard: 0.6 };

/** Clusters of three tools' findings, by the rules as they stand, measured by labelled pair. */
export function measureClusters(changes: readonly LabelledChange[]): Measured {
  const chosen = chooseReviewers(changes, threeReviewers);
  const rows = chosen.flatMap(recordedPairs);
  const ours = chosen.flatMap((change) => clusterPairs(change, reconcileRules));
  const theirs = chosen.flatMap((change) =>
    pairsTogether(change, clusterByJaccard(change.findings, publishedJaccard)),
  );
  const [reached, baseline] = [measure(rows, ours), measure(rows, theirs)];
  const precision = interval(intervalOf(rows, ours, (one) => one.precision));
  const judges = [...new Set(chosen.map(({ judge }) => judge))].sort();
  const repositories = [...new Set(chosen.map(({ part }) => part))].sort();
  return {
    rows: [
      {
        name: `benchmark clusters of ${threeReviewers.join(', ')}`,
        baseline: quality(baseline),
        reached: `${quality(reached)} F1 ${interval(intervalOf(rows, ours))}, P ${precision}`,
        target: 'F1 ≥ .85 at P ≥ .90',
        met: reached.f1 >= 0.85 && reached.precision >= 0.9,
      },
    ],
    details: [
      {
        title: 'Benchmark clusters by judge and repository',
        lines: judges.flatMap((judge) =>
          repositories.map((part) => {
            const some = chosen.filter((change) => change.judge === judge && change.part === part);
            const { quality: own, interval: range } = clusterQuality(some, reconcileRules);
            return `${judge.padEnd(8)} ${part.padEnd(14)} ${quality(own)} ${range}`;
          }),
        ),
      },
      { title: 'Benchmark clusters of other triples (F1, P, R)', lines: otherTriples(changes) },
    ],
  };
}

/** The changes with the findings of these reviewers alone. */
export function chooseReviewers(
  changes: readonly LabelledChange[],
  reviewers: readonly string[],
): LabelledChange[] {
  return changes.map((change) => {
    const kept = change.findings.flatMap(({ reviewer }, at) => (reviewers.includes(reviewer) ? [at] : []));
    const places = new Map(kept.map((at, place) => [at, place]));
    return {
      ...change,
      findings: kept.flatMap((at) => change.findings[at] ?? []),
      pairs: change.pairs.flatMap((pair) => {
        const [a, b] = [places.get(pair.a), places.get(pair.b)];
        return a === undefined || b === undefined ? [] : [{ ...pair, a, b }];
      }),
    };
  });
}

/** How well these rules put the findings together. */
export function clusterQuality(
  changes: readonly LabelledChange[],
  rules: ReconcileRules,
): { quality: Quality; interval: string } {
  const rows = changes.flatMap(recordedPairs);
  const answers = changes.flatMap((change) => clusterPairs(change, rules));
  return { quality: measure(rows, answers), interval: interval(intervalOf(rows, answers)) };
}

function clusterPairs(change: LabelledChange, rules: ReconcileRules): boolean[] {
  return pairsTogether(change, reconcile({ reviews: toReviews(change.findings) }, rules).clusters);
}

function recordedPairs({ pairs, unit, judge }: LabelledChange): Recorded[] {
  return pairs.map(({ same }) => ({ same, unit, judge }));
}

/** All triples of tools: how the rules carry over to reviewers that nobody looked at. */
function otherTriples(changes: readonly LabelledChange[]): string[] {
  const tools = [
    ...new Set(changes.flatMap(({ findings }) => findings.map(({ reviewer }) => reviewer))),
  ].sort();
  const triples = tools.flatMap((a, i) =>
    tools.slice(i + 1).flatMap((b, j) => tools.slice(i + j + 2).map((c) => [a, b, c])),
  );
  const all = triples.map((triple) => {
    const chosen = chooseReviewers(changes, triple);
    const rows = chosen.flatMap(recordedPairs);
    return measure(
      rows,
      chosen.flatMap((change) => clusterPairs(change, reconcileRules)),
    );
  });
  const spread = (pick: (one: Quality) => number) => {
    const values = all.map(pick).sort((a, b) => a - b);
    const mean = values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
    return `mean ${figure(mean)}, least ${figure(values[0] ?? 0)}, most ${figure(values.at(-1) ?? 0)}`;
  };
  return [
    `${triples.length} triples`,
    `F1  ${spread(({ f1 }) => f1)}`,
    `P   ${spread(({ precision }) => precision)}`,
    `R   ${spread(({ recall }) => recall)}`,
  ];
}
