export interface Scored {
  score: number;
  same: boolean;
}

/** Answers for each row by a threshold that was fitted on the rows of all other parts. */
export function answerAcross<Row extends Scored & { part: string }>(
  rows: readonly Row[],
  choose: (rows: readonly Scored[]) => number,
): boolean[] {
  const parts = new Set(rows.map(({ part }) => part));
  const thresholds = new Map(
    [...parts].map((part) => [part, choose(rows.filter((row) => row.part !== part))] as const),
  );
  return rows.map(({ part, score }) => score >= (thresholds.get(part) ?? Number.POSITIVE_INFINITY));
}

/** The threshold of the best F1, halfway to the next lower score. */
export function fitBestF1(rows: readonly Scored[]): number {
  const positives = rows.filter(({ same }) => same).length;
  return best(rows, ({ hits, count }) => (2 * hits) / (count + positives));
}

/** The lowest threshold at which at least this part of the pairs are the same; infinite when there is none. */
export function fitPrecision(least: number): (rows: readonly Scored[]) => number {
  return (rows) => best(rows, ({ hits, count }) => (hits / count >= least ? count : 0));
}

function best(rows: readonly Scored[], worth: (above: { hits: number; count: number }) => number): number {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  let threshold = Number.POSITIVE_INFINITY;
  let bestWorth = 0;
  let hits = 0;
  sorted.forEach(({ score, same }, at) => {
    if (same) hits += 1;
    const next = sorted[at + 1]?.score;
    if (next === score) return;
    const value = worth({ hits, count: at + 1 });
    if (value <= bestWorth) return;
    bestWorth = value;
    threshold = next === undefined ? score : (score + next) / 2;
  });
  return threshold;
}
