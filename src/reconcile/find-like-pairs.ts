import { isGuard } from '../domain/guard.ts';
import type { LikePair, TextLikeness } from './text-likeness.ts';

/**
 * All pairs of different reviewers' findings that are at least so much alike. The guard has none: no reviewer may speak
 * for it, lower its rating, or count it as one that agrees.
 */
export function findLikePairs(
  likeness: TextLikeness,
  reviewers: readonly string[],
  least: number,
): LikePair[] {
  const isGuards = (finding: number) => isGuard(reviewers[finding] ?? '');
  return likeness.pairs(reviewers, least).filter(({ a, b }) => !isGuards(a) && !isGuards(b));
}
