import { findSupport } from './find-support.ts';
import type { ReconcileRules } from './rules.ts';
import type { LikePair } from './text-likeness.ts';

export interface WeighedPair {
  /** Places in the list of findings, the smaller one first. */
  a: number;
  b: number;
  /** Likeness less what a likelier rival takes off, 0 to 1. */
  score: number;
  /** Likeness, what a third reviewer adds to it, and its lead over the likeliest rival: what to go by for sure pairs. */
  certainty: number;
}

/** Of each finding, in their order. */
export interface Speakers {
  reviewers: readonly string[];
  /** The place of the first finding that it repeats, or its own: what a reviewer says twice is no rival to itself. */
  statements: readonly number[];
}

/**
 * The pairs that are alike enough to be asked about, each with what speaks against it and for it. Two findings have a
 * rival when one of them is more alike to another finding of the other's reviewer: a reviewer says a defect once, as a
 * rule, so that the likelier pair is the better guess, and the other gives way.
 */
export function weighPairs(
  pairs: readonly LikePair[],
  speakers: Speakers,
  { ask, yielding, support }: Pick<ReconcileRules, 'ask' | 'yielding' | 'support'>,
): WeighedPair[] {
  const rivalOf = rivalFinder(pairs, speakers);
  const brought = findSupport(pairs, speakers.reviewers.length);
  const supported = pairs.map((pair, at) => ({ ...pair, score: pair.score + support * (brought[at] ?? 0) }));
  const supportedRivalOf = rivalFinder(supported, speakers);
  return pairs.map((pair, at): WeighedPair => {
    const { a, b, score } = pair;
    const behind = Math.max(0, Math.max(ask, rivalOf(pair)) - score);
    const likelier = supported[at] ?? pair;
    const lead = likelier.score - Math.max(ask, supportedRivalOf(pair));
    return {
      a,
      b,
      score: Math.max(0, score - yielding * behind),
      certainty: Math.max(0, likelier.score + lead),
    };
  });
}

/** Of one finding among those of one reviewer: the likest statement, and the score of the likest other one. */
interface BestPartners {
  statement: number;
  first: number;
  second: number;
}

/** The score of the likeliest other pair of the same two reviewers that shares a finding with a pair; 0 for none. */
function rivalFinder(
  pairs: readonly LikePair[],
  { reviewers, statements }: Speakers,
): (pair: LikePair) => number {
  const names = new Map([...new Set(reviewers)].map((name, number) => [name, number]));
  const numbers = reviewers.map((name) => names.get(name) ?? 0);
  const best = new Map<number, BestPartners>();
  const keyOf = (finding: number, other: number) => finding * names.size + (numbers[other] ?? 0);
  const statementOf = (finding: number) => statements[finding] ?? finding;
  for (const { a, b, score } of pairs) {
    note(best, keyOf(a, b), { statement: statementOf(b), score });
    note(best, keyOf(b, a), { statement: statementOf(a), score });
  }
  return ({ a, b }) =>
    Math.max(rivalOf(best.get(keyOf(a, b)), statementOf(b)), rivalOf(best.get(keyOf(b, a)), statementOf(a)));
}

function note(
  best: Map<number, BestPartners>,
  key: number,
  { statement, score }: { statement: number; score: number },
): void {
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
