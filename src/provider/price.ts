import type { Usage } from '../domain/usage.ts';
import type { ModelFacts, PriceRow, Rates } from './model-data.ts';

/**
 * What one request cost, in USD; null when a count or a price that matters is unknown. Only for a single request's
 * usage: sums hide whether each was long enough for the price of long contexts.
 */
export function priceOf(usage: Usage, model: Pick<ModelFacts, 'prices'>, date: Date): number | null {
  const row = priceOn(model.prices, date);
  const { input, cacheRead, cacheWrite, output } = usage;
  if (row === null || input === null || cacheRead === null || cacheWrite === null || output === null)
    return null;
  const rates = ratesFor(row, input + cacheRead + cacheWrite);
  return sum([
    cost(input, rates.input),
    cost(cacheRead, rates.cacheRead),
    cost(cacheWrite, rates.cacheWrite),
    cost(output, rates.output),
  ]);
}

/**
 * The most that one request with so many tokens can cost, in USD, when nothing of it comes from a cache and all of it
 * is written to one; null when the price is unknown.
 */
export function mostPriceOf(
  tokens: { input: number; output: number },
  model: Pick<ModelFacts, 'prices'>,
  date: Date,
): number | null {
  const row = priceOn(model.prices, date);
  if (row === null) return null;
  const rates = ratesFor(row, tokens.input);
  const inputRates = [rates.input, rates.cacheRead, rates.cacheWrite].filter((rate) => rate !== null);
  if (rates.input === null) return null;
  return sum([cost(tokens.input, Math.max(...inputRates)), cost(tokens.output, rates.output)]);
}

/** The prices of a day, in UTC; null when none is known for it. */
export function priceOn(prices: readonly PriceRow[], date: Date): PriceRow | null {
  const day = date.toISOString().slice(0, 10);
  const row = prices.find(
    ({ from, until }) => (from === null || from <= day) && (until === null || day <= until),
  );
  return row ?? null;
}

function ratesFor(row: PriceRow, inputTokens: number): Rates {
  return row.longContext !== null && inputTokens > row.longContext.aboveInputTokens ? row.longContext : row;
}

function cost(tokens: number, rate: number | null): number | null {
  if (tokens === 0) return 0;
  return rate === null ? null : (tokens * rate) / 1_000_000;
}

function sum(costs: readonly (number | null)[]): number | null {
  let total = 0;
  for (const one of costs) {
    if (one === null) return null;
    total += one;
  }
  return total;
}
