import type { CostRange } from '../domain/review-plan.ts';
import type { Usage } from '../domain/usage.ts';
import type { ModelFacts } from '../provider/model-data.ts';
import { priceOf } from '../provider/price.ts';

/** A session that looks at little: tokens a turn adds to the conversation, and of these the model's own. */
const short = { turns: 6, added: 2_500, output: 1_000 };
/** One that looks at everything, and whose answers are long. */
const long = { added: 10_000, output: 4_000 };
/** The context of a model nobody described. */
const unknownContext = 200_000;

export const shortestSession: number = short.turns;

export interface EstimateSessionInput {
  /** Input tokens of the first request. */
  firstTokens: number;
  turnLimit: number;
  /** What the session may spend, in USD. */
  limitUsd: number;
  facts: ModelFacts;
  date: Date;
}

/**
 * What a session may cost. Low: few turns, and after the first request all that was sent before comes from the
 * vendor's cache. High: as many turns as there may be, nothing from a cache, or all that it may spend, whichever is
 * less. null when the price is unknown.
 */
export function estimateSession(input: EstimateSessionInput): CostRange | null {
  const { firstTokens, limitUsd, facts, date } = input;
  const usage = (counts: Partial<Usage>): Usage => ({
    input: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    ...counts,
  });
  const cached = sumTurns(short.turns, limitUsd, (turn) => {
    const before = turn === 0 ? 0 : firstTokens + (turn - 1) * short.added;
    const cacheWrite = turn === 0 ? firstTokens : short.added;
    return priceOf(usage({ cacheRead: before, cacheWrite, output: short.output }), facts, date);
  });
  const context = facts.contextTokens ?? unknownContext;
  const uncached = sumTurns(input.turnLimit, limitUsd, (turn) => {
    const tokens = Math.min(Math.max(context, firstTokens), firstTokens + turn * long.added);
    return priceOf(usage({ input: tokens, output: long.output }), facts, date);
  });
  if (uncached === null) return null;
  return { low: Math.min(cached ?? uncached, uncached), high: uncached };
}

/** At most `limit`; null when a turn's price is unknown. */
function sumTurns(turns: number, limit: number, price: (turn: number) => number | null): number | null {
  let sum = 0;
  for (let turn = 0; turn < turns && sum < limit; turn += 1) {
    const cost = price(turn);
    if (cost === null) return null;
    sum += cost;
  }
  return Math.min(sum, limit);
}
