import { answerAcross, fitBestF1, fitPrecision } from './fit-threshold.ts';
import type { LabelledChange } from './labelled-change.ts';
import { differenceInterval, intervalOf, measure } from './measures.ts';
import { figure, interval, type Measured, quality, type Row } from './row.ts';
import { type ScoredPair, scorePairs } from './score-pairs.ts';

/** Aim while fitting is a little higher than the target, as what is fitted loses some elsewhere. */
const fittedPrecision = 0.975;

/** Pairs of the benchmark; every threshold is fitted on the other repositories, for each judge alone. */
export function measureBenchPairs(changes: readonly LabelledChange[]): Measured {
  const pairs = changes.flatMap((change) => scorePairs(change));
  const judges = [...new Set(pairs.map(({ judge }) => judge))].sort();
  const ordered = judges.flatMap((judge) => pairs.filter((pair) => pair.judge === judge));
  const answers = (rows: readonly ScoredPair[]) =>
    judges.flatMap((judge) =>
      answerAcross(
        rows.filter((row) => row.judge === judge),
        fitBestF1,
      ),
    );
  const ours = answers(ordered);
  const theirs = answers(ordered.map((pair) => ({ ...pair, score: pair.jaccard })));
  const [reached, baseline] = [measure(ordered, ours), measure(ordered, theirs)];
  const difference = differenceInterval(ordered, ours, theirs);
  const repositories = [...new Set(ordered.map(({ part }) => part))].sort();
  return {
    rows: [
      {
        name: `benchmark pairs, fitted to F1 on the other repositories: ${pairs.length} pairs, ${judges.length} judges`,
        baseline: quality(baseline),
        reached: `${quality(reached)} ${interval(intervalOf(ordered, ours))}, difference ${interval(difference)}`,
        target: 'F1 ≥ .84 and better, interval above 0',
        met: reached.f1 >= 0.84 && difference.low > 0,
      },
      measureAutoMerge(ordered),
    ],
    details: [
      {
        title: 'Benchmark pairs by judge and repository (threshold from the other repositories)',
        lines: judges.flatMap((judge) =>
          repositories.map((part) => {
            const picked = ordered.flatMap((pair, at) =>
              pair.judge === judge && pair.part === part ? [at] : [],
            );
            const rows = picked.flatMap((at) => ordered[at] ?? []);
            const own = picked.map((at) => ours[at] ?? false);
            const base = picked.map((at) => theirs[at] ?? false);
            return `${judge.padEnd(8)} ${part.padEnd(14)} ${quality(measure(rows, own))} ${interval(intervalOf(rows, own))}  Jaccard ${figure(measure(rows, base).f1)}`;
          }),
        ),
      },
    ],
  };
}

/** The zone in which nobody needs to be asked: by certainty, fitted over all judges of the other repositories. */
export function answerSure(pairs: readonly ScoredPair[]): boolean[] {
  return answerAcross(
    pairs.map((pair) => ({ ...pair, score: pair.certainty })),
    fitPrecision(fittedPrecision),
  );
}

function measureAutoMerge(pairs: readonly ScoredPair[]): Row {
  const ours = answerSure(pairs);
  const theirs = answerAcross(
    pairs.map((pair) => ({ ...pair, score: pair.jaccard })),
    fitPrecision(fittedPrecision),
  );
  const [reached, baseline] = [measure(pairs, ours), measure(pairs, theirs)];
  const precision = interval(intervalOf(pairs, ours, (one) => one.precision));
  const recall = interval(intervalOf(pairs, ours, (one) => one.recall));
  return {
    name: `benchmark pairs, auto-merge zone (sure): certainty fitted to P ${figure(fittedPrecision)} on the other repositories`,
    baseline: `P ${figure(baseline.precision)}, R ${figure(baseline.recall)}`,
    reached: `P ${figure(reached.precision)} ${precision}, R ${figure(reached.recall)} ${recall}`,
    target: 'P ≥ .97 at R ≥ .50',
    met: reached.precision >= 0.97 && reached.recall >= 0.5,
  };
}
