import * as z from 'zod';

/**
 * Requests that broke off after the vendor had accepted them: they may be on its bill, at most at `mostUsd` together
 * (USD; null when the price is unknown). Part of no other cost.
 */
export const LostRequests = z.object({
  count: z.int().min(0),
  mostUsd: z.number().min(0).nullable(),
});
export type LostRequests = z.infer<typeof LostRequests>;

export const noLostRequests: LostRequests = { count: 0, mostUsd: 0 };

/** What one stage of a run cost, over all sittings. */
export const StageCost = z.object({
  stage: z.enum(['collect', 'review', 'reconcile', 'verify', 'render', 'publish']),
  /** USD; null when a part of it is unknown. */
  costUsd: z.number().min(0).nullable(),
});
export type StageCost = z.infer<typeof StageCost>;

/** Sums amounts in USD, the same to the last digit in whatever order; an unknown one makes the sum unknown. */
export function sumUsd(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null).sort((a, b) => a - b);
  return known.length < amounts.length ? null : known.reduce((sum, amount) => sum + amount, 0);
}

export function sumLostRequests(all: readonly LostRequests[]): LostRequests {
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    mostUsd: sumUsd(all.map(({ mostUsd }) => mostUsd)),
  };
}
