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
    const { input, cacheRead, cacheWrite, output } = usage;
    const isUnknown = input === null || cacheRead === null || cacheWrite === null || output === null;
    this.tokens += isUnknown
      ? Math.ceil(JSON.stringify(exchanged()).length / charactersPerToken)
      : input + cacheRead + cacheWrite + output;
    return costUsd;
  }
}
