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

/**
 * All pairs of different reviewers' findings that are alike enough to be asked about. Two findings have a rival when one
 * of them is more alike to another finding of the other's reviewer: a reviewer says a defect once, as a rule, so that
 * the likelier pair is the better guess, and the other gives way by a part of the difference.
 */
export function weighPairs(
  likeness: TextLikeness,
  reviewers: readonly string[],
  { ask, yielding }: Pick<ReconcileRules, 'ask' | 'yielding'>,
): WeighedPair[] {
  const pairs = likeness.pairs(reviewers, ask);
  const best = new Map<string, BestPartners>();
  for (const { a, b, score } of pairs) {
    note(best, keyOf(a, reviewers[b]), b, score);
    note(best, keyOf(b, reviewers[a]), a, score);
  }
  return pairs.map(({ a, b, score }: LikePair): WeighedPair => {
    const rival = Math.max(
      rivalOf(best.get(keyOf(a, reviewers[b])), b),
      rivalOf(best.get(keyOf(b, reviewers[a])), a),
      ask,
    );
    const behind = Math.max(0, rival - score);
    const lead = Math.max(0, score - rival);
    return {
      a,
      b,
      score: Math.max(0, score - yielding * behind),
      certainty: score + lead - yielding * behind,
    };
  });
}

/** Of one finding among those of one reviewer: the likest, and the score of the next one. */
interface BestPartners {
  partner: number;
  first: number;
  second: number;
}

function note(best: Map<string, BestPartners>, key: string, partner: number, score: number): void {
  const known = best.get(key);
  if (known === undefined) best.set(key, { partner, first: score, second: 0 });
  else if (score > known.first) best.set(key, { partner, first: score, second: known.first });
  else known.second = Math.max(known.second, score);
}

function rivalOf(best: BestPartners | undefined, partner: number): number {
  if (best === undefined) return 0;
  return best.partner === partner ? best.second : best.first;
}

function keyOf(finding: number, reviewer: string | undefined): string {
  return `${finding} ${reviewer}`;
}
