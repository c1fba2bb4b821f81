import type { Cause } from '../domain/cause.ts';
import { printUsd } from '../domain/print-usd.ts';
import type { GenerateRequest } from '../provider/language-model.ts';
import type { AgentLimits, SessionMoney } from './agent-session.ts';
import { InputEstimate, leastTokens } from './input-estimate.ts';
import type { SpendingMeter } from './spending-meter.ts';

/** Output tokens below which a request is not worth sending: one that works, and one that only hands in. */
const leastOutput = { first: 4_096, work: 4_096, finish: 1_024 };
/** What is kept for the request to finish: its answer, and what stands in it instead of tools' answers. Tokens. */
const finishOutput = 4_096;
const finishMarks = 2_000;

/**
 * `first`: without it there is no review at all, so that nothing is kept back; `finish`: nothing has to be kept back any
 * more.
 */
export type RequestPurpose = 'first' | 'work' | 'finish';

export type Grant =
  | { outcome: 'granted'; maxOutputTokens: number }
  /** Sending the request could exceed the budget. */
  | { outcome: 'refused'; cause: Cause };

export interface AllowanceInput {
  limits: Pick<AgentLimits, 'tokens' | 'maxOutputTokens'>;
  /** null: what is spent is not limited in USD. */
  money: SessionMoney | null;
  spending: SpendingMeter;
}

/**
 * Decides before each request how long its answer may be, so that neither it nor the request to finish that may have
 * to follow can exceed the budget, even when nothing of it is found in a cache.
 */
export class Allowance {
  readonly estimate = new InputEstimate();
  private readonly input: AllowanceInput;

  constructor(input: AllowanceInput) {
    this.input = input;
  }

  grant(request: GenerateRequest, purpose: RequestPurpose): Grant {
    const most = this.input.limits.maxOutputTokens;
    const least = Math.min(most, leastOutput[purpose]);
    const inputTokens = this.estimate.most(request);
    const limiting = this.limiting(inputTokens, least, purpose);
    if (limiting !== null) return { outcome: 'refused', cause: limiting };
    let fits = least;
    let tooMuch = most + 1;
    while (tooMuch - fits > 1) {
      const middle = Math.floor((fits + tooMuch) / 2);
      if (this.limiting(inputTokens, middle, purpose) === null) fits = middle;
      else tooMuch = middle;
    }
    return { outcome: 'granted', maxOutputTokens: fits };
  }

  /**
   * A request broke off after it was accepted: nobody says what it cost, so that the most it can have cost is gone.
   * Gives it, in USD; null without a price.
   */
  lose(request: GenerateRequest): number | null {
    const tokens = { input: this.estimate.most(request), output: request.maxOutputTokens };
    const mostUsd = this.input.money?.mostPriceOf(tokens) ?? null;
    this.input.spending.lose(tokens.input + tokens.output, mostUsd);
    this.input.money?.purse.spend(mostUsd ?? 0);
    return mostUsd;
  }

  /**
   * A request was answered: `costUsd` is its price, null when the vendor did not count. A count that is too low for what
   * was sent is none: such a request is booked at its most, too. Gives what was booked, in USD; null without a budget.
   */
  settle(request: GenerateRequest, costUsd: number | null, tokens: number | null): number | null {
    const { money } = this.input;
    const most = { input: this.estimate.most(request), output: request.maxOutputTokens };
    const isSound = tokens !== null && tokens >= leastTokens(request);
    const booked = (isSound ? costUsd : null) ?? money?.mostPriceOf(most) ?? 0;
    money?.purse.spend(booked);
    this.estimate.count(request.messages, isSound ? tokens : null);
    return money === null ? null : booked;
  }

  /** The limit that a request with an answer of this length could exceed; null for none. */
  private limiting(inputTokens: number, outputTokens: number, purpose: RequestPurpose): Cause | null {
    const { limits, money, spending } = this.input;
    const requests = [{ input: inputTokens, output: outputTokens }];
    if (purpose === 'work')
      requests.push({ input: inputTokens + outputTokens + finishMarks, output: finishOutput });
    const total = (of: (tokens: { input: number; output: number }) => number) =>
      requests.reduce((sum, tokens) => sum + of(tokens), 0);
    if (limits.tokens !== null) {
      const left = limits.tokens - spending.tokens;
      if (total(({ input, output }) => input + output) > left) return budgetCause(`${limits.tokens} tokens`);
    }
    if (money !== null) {
      const { purse } = money;
      if (total((tokens) => money.mostPriceOf(tokens) ?? 0) > purse.leftUsd())
        return budgetCause(`${printUsd(purse.limitUsd())} USD`);
    }
    return null;
  }
}

/** Why a session was ended by its budget; `limit` in words. */
export function budgetCause(limit: string): Cause {
  return {
    code: 'budget',
    message: `the limit of ${limit} for one session was reached`,
    retryable: false,
  };
}
