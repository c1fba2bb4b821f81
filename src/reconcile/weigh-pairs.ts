import type { ReconcileRules } from './rules.ts';
import type { LikePair, TextLikeness } from './text-likeness.ts';

export interface WeighedPair {
  /** Places in the list of findings, the smaller one first. */
  a: number;
  b: number;
  /** Likeness less what a likelier rival takes off, 0 to 1. */
  score: number;
  /** Likeness and its lead over every rival: what to go by when only sure pairs are wanted. 0 to 2. */
  certainty: number;
}

/** Of each finding, in their order. */
export interface Speakers {
  reviewers: readonly string[];
  /** The place of the first finding that it repeats, or its own: what a reviewer says twice is no rival to itself. */
  statements: readonly number[];
}

/**
 * All pairs of different reviewers' findings that are alike enough to be asked about. Two findings have a rival when one
 * of them is more alike to another finding of the other's reviewer: a reviewer says a defect once, as a rule, so that
 * the likelier pair is the better guess, and the other gives way by a part of the difference.
 */
export function weighPairs(
  likeness: TextLikeness,
  { reviewers, statements }: Speakers,
  { ask, yielding }: Pick<ReconcileRules, 'ask' | 'yielding'>,
): WeighedPair[] {
  const statementOf = (finding: number) => statements[finding] ?? finding;
  const pairs = likeness.pairs(reviewers, ask);
  const best = new Map<string, BestPartners>();
  for (const { a, b, score } of pairs) {
    note(best, keyOf(a, reviewers[b]), statementOf(b), score);
    note(best, keyOf(b, reviewers[a]), statementOf(a), score);
  }
  return pairs.map(({ a, b, score }: LikePair): WeighedPair => {
    const rival = Math.max(
      rivalOf(best.get(keyOf(a, reviewers[b])), statementOf(b)),
      rivalOf(best.get(keyOf(b, reviewers[a])), statementOf(a)),
      ask,
    );
    const settled = Math.max(0, score - yielding * Math.max(0, rival - score));
    return { a, b, score: settled, certainty: settled + Math.max(0, score - rival) };
  });
}

/** Of one finding among those of one reviewer: the likest statement, and the score of the likest other one. */
interface BestPartners {
  statement: number;
  first: number;
  second: number;
}

function note(best: Map<string, BestPartners>, key: string, statement: number, score: number): void {
  const known = best.get(key);
  if (known === undefined) best.set(key, { statement, first: score, second: 0 });
  else if (known.statement === statement) known.first = Math.max(known.first, score);
  else if (score > known.first) best.set(key, { statement, first: score, second: known.first });
  else known.second = Math.max(known.second, score);
}

function rivalOf(best: BestPartners | undefined, statement: number): number {
  if (best === undefined) return 0;
  return best.statement === statement ? best.second : best.first;
}

function keyOf(finding: number, reviewer: string | undefined): string {
  return `${finding} ${reviewer}`;
}
