/** How a yes-or-no answer compares with the recorded one, counted. */
export interface Counts {
  /** Rightly yes. */
  hits: number;
  /** Wrongly yes. */
  wrong: number;
  /** Wrongly no. */
  missed: number;
}

/** An answer that was recorded. */
export interface Recorded {
  same: boolean;
  /** What is drawn together when resampling: a report, a pull request. */
  unit: string;
  /** Whose answer it is; measures are taken for each judge, then their mean. */
  judge: string;
}

export interface Quality {
  precision: number;
  recall: number;
  f1: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** Precision, recall and F1; nothing said yes counts as precision 1, nothing to find as recall 1. */
export function qualityOf({ hits, wrong, missed }: Counts): Quality {
  const all = 2 * hits + wrong + missed;
  return {
    precision: hits + wrong === 0 ? 1 : hits / (hits + wrong),
    recall: hits + missed === 0 ? 1 : hits / (hits + missed),
    f1: all === 0 ? 1 : (2 * hits) / all,
  };
}

/** The mean over the judges. */
export function measure(rows: readonly Recorded[], answers: readonly boolean[]): Quality {
  return meanQuality([...tally(rows, answers).values()]);
}

/** 95 of 100 draws of whole units have the measure in between. */
export function intervalOf(
  rows: readonly Recorded[],
  answers: readonly boolean[],
  measureOf: (quality: Quality) => number = ({ f1 }) => f1,
): Interval {
  const units = [...tally(rows, answers).values()];
  return bootstrap(units, (drawn) => measureOf(meanQuality(drawn)));
}

/** Of the difference in F1, both answers measured on the same draws. */
export function differenceInterval(
  rows: readonly Recorded[],
  answers: readonly boolean[],
  baseline: readonly boolean[],
): Interval {
  const [ours, theirs] = [tally(rows, answers), tally(rows, baseline)];
  const units = [...ours].map(([unit, tallied]) => ({ tallied, other: theirs.get(unit) ?? new Map() }));
  return bootstrap(
    units,
    (drawn) =>
      meanQuality(drawn.map(({ tallied }) => tallied)).f1 - meanQuality(drawn.map(({ other }) => other)).f1,
  );
}

const draws = 2000;
const seed = 20_240_229;

/** The percentile bootstrap; the same units give the same interval. */
export function bootstrap<Unit>(
  units: readonly Unit[],
  statistic: (drawn: readonly Unit[]) => number,
): Interval {
  const random = randomNumbers(seed);
  const values = Array.from({ length: draws }, () =>
    statistic(units.map(() => units[Math.floor(random() * units.length)] as Unit)),
  ).sort((a, b) => a - b);
  const at = (part: number) => values[Math.round(part * (draws - 1))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

/** Mulberry32: numbers from 0 up to 1 that depend on the seed alone. */
export function randomNumbers(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** By unit, then by judge. */
function tally(rows: readonly Recorded[], answers: readonly boolean[]): Map<string, Map<string, Counts>> {
  const units = new Map<string, Map<string, Counts>>();
  rows.forEach(({ same, unit, judge }, at) => {
    const judges = units.get(unit) ?? new Map<string, Counts>();
    units.set(unit, judges);
    const counts = judges.get(judge) ?? { hits: 0, wrong: 0, missed: 0 };
    judges.set(judge, counts);
    const answer = answers[at] ?? false;
    if (answer && same) counts.hits += 1;
    else if (answer) counts.wrong += 1;
    else if (same) counts.missed += 1;
  });
  return units;
}

function meanQuality(units: readonly ReadonlyMap<string, Counts>[]): Quality {
  const sums = new Map<string, Counts>();
  for (const unit of units) {
    for (const [judge, { hits, wrong, missed }] of unit) {
      const sum = sums.get(judge) ?? { hits: 0, wrong: 0, missed: 0 };
      sums.set(judge, { hits: sum.hits + hits, wrong: sum.wrong + wrong, missed: sum.missed + missed });
    }
  }
  const all = [...sums.values()].map(qualityOf);
  const mean = (pick: (one: Quality) => number) => all.reduce((sum, one) => sum + pick(one), 0) / all.length;
  return all.length === 0
    ? qualityOf({ hits: 0, wrong: 0, missed: 0 })
    : {
        precision: mean((one) => one.precision),
        recall: mean((one) => one.recall),
        f1: mean((one) => one.f1),
      };
}
