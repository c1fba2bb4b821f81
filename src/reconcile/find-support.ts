import type { LikePair } from './text-likeness.ts';

/**
 * For each pair, how much alike its two findings are to that third finding which is the most alike to both: the mean of
 * the two, 0 when no finding is paired with both. Takes time with the number of pairs that share a finding.
 */
export function findSupport(pairs: readonly LikePair[], findings: number): Float64Array {
  const partners: { other: number; score: number }[][] = Array.from({ length: findings }, () => []);
  for (const { a, b, score } of pairs) {
    partners[a]?.push({ other: b, score });
    partners[b]?.push({ other: a, score });
  }
  const toFirst = new Float64Array(findings);
  let marked = -1;
  return Float64Array.from(pairs, ({ a, b }) => {
    if (marked !== a) {
      for (const { other } of partners[marked] ?? []) toFirst[other] = 0;
      for (const { other, score } of partners[a] ?? []) toFirst[other] = score;
      marked = a;
    }
    let most = 0;
    for (const { other, score } of partners[b] ?? []) {
      const first = toFirst[other] as number;
      if (first > 0) most = Math.max(most, (first + score) / 2);
    }
    return most;
  });
}
