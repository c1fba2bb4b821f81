import { type LostRequests, noLostRequests, sumLostRequests } from '../domain/cost.ts';
import { addUsage, noUsage, type Usage } from '../domain/usage.ts';

/** Rough, and rather too many tokens than too few. */
const charactersPerToken = 3;

/** Adds up what the requests of a session used and cost. */
export class SpendingMeter {
  usage: Usage = noUsage;
  /** null when the price of any request is unknown. */
  costUsd: number | null = 0;
  /** What is known of the cost, in USD. */
  knownCostUsd = 0;
  /** All of input and output; estimated for requests whose usage is unknown. */
  tokens = 0;
  /** Requests that broke off after the vendor had accepted them, and the most they can have cost together. */
  lost: LostRequests = noLostRequests;
  private readonly priceOf: (usage: Usage) => number | null;

  constructor(priceOf: (usage: Usage) => number | null) {
    this.priceOf = priceOf;
  }

  /** `exchanged` is what was sent and answered; asked for only where the vendor counted nothing. Gives the price. */
  add(usage: Usage, exchanged: () => unknown): number | null {
    const costUsd = this.priceOf(usage);
    this.usage = addUsage(this.usage, usage);
    this.costUsd = this.costUsd === null || costUsd === null ? null : this.costUsd + costUsd;
    this.knownCostUsd += costUsd ?? 0;
    this.tokens += totalTokens(usage) ?? Math.ceil(JSON.stringify(exchanged()).length / charactersPerToken);
    return costUsd;
  }

  /** A request broke off that may be on the bill: at most so many tokens, at most so many USD. */
  lose(tokens: number, mostUsd: number | null): void {
    this.lost = sumLostRequests([this.lost, { count: 1, mostUsd }]);
    this.tokens += tokens;
  }
}

/** All input, cached or not, and all output; null when the vendor left something out. */
export function totalTokens({ input, cacheRead, cacheWrite, output }: Usage): number | null {
  if (input === null || cacheRead === null || cacheWrite === null || output === null) return null;
  return input + cacheRead + cacheWrite + output;
}
