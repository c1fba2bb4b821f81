import { Refusal } from './refusal.ts';
import type { RateBudget, Token, World } from './world.ts';

/** The budget of whoever asks; nobody's is shared by all. */
export class RateLimiter {
  readonly #world: World;
  readonly #nobody: RateBudget;

  constructor(world: World) {
    this.#world = world;
    this.#nobody = { limit: 60, used: 0, resetAt: seconds(world) + 3_600 };
  }

  budgetOf(token: Token | null): RateBudget {
    const budget = token?.rate ?? this.#nobody;
    if (seconds(this.#world) >= budget.resetAt) {
      budget.used = 0;
      budget.resetAt = seconds(this.#world) + 3_600;
    }
    return budget;
  }

  /** Refuses when nothing is left. */
  demand(token: Token | null): void {
    const budget = this.budgetOf(token);
    if (budget.used < budget.limit) return;
    const who =
      token === null
        ? "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit.)"
        : token.app === null
          ? `user ID ${token.account.id}.`
          : `installation ID ${token.app.id}.`;
    throw new Refusal(403, `API rate limit exceeded for ${who}`);
  }

  count(token: Token | null): void {
    const budget = this.budgetOf(token);
    budget.used = Math.min(budget.limit, budget.used + 1);
  }

  /** As `GET /rate_limit` answers. */
  show(token: Token | null) {
    const { limit, used, resetAt } = this.budgetOf(token);
    const core = { limit, used, remaining: Math.max(0, limit - used), reset: resetAt };
    return {
      resources: { core, graphql: core, search: { limit: 30, used: 0, remaining: 30, reset: resetAt } },
      rate: core,
    };
  }

  /** Refuses content that comes too fast. */
  demandContent(token: Token): void {
    const now = this.#world.clock();
    token.created = token.created.filter((time) => now - time < 60_000);
    if (token.created.length >= this.#world.limits.contentPerMinute)
      throw new Refusal(
        403,
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
        { headers: { 'retry-after': '60' } },
      );
    token.created.push(now);
  }

  headers(token: Token | null, resource: string): Record<string, string> {
    const { limit, used, resetAt } = this.budgetOf(token);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(resetAt),
      'x-ratelimit-resource': resource,
    };
  }
}

/** Whether that was the primary limit. */
export function isRateLimit({ message }: Refusal): boolean {
  return message.startsWith('API rate limit exceeded');
}

const seconds = (world: World) => Math.floor(world.clock() / 1_000);
