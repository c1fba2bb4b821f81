import { Refusal } from './refusal.ts';
import type { RateBudget, RateResource, Token, World } from './world.ts';

/** The budget of whoever asks; nobody's is shared by all. */
export class RateLimiter {
  readonly #world: World;
  readonly #nobody: RateBudget;

  constructor(world: World) {
    this.#world = world;
    this.#nobody = { limit: 60, used: 0, resetAt: seconds(world) + 3_600 };
  }

  budgetOf(token: Token | null, resource: RateResource): RateBudget {
    const budget = token?.rate[resource] ?? this.#nobody;
    if (seconds(this.#world) >= budget.resetAt) {
      budget.used = 0;
      budget.resetAt = seconds(this.#world) + 3_600;
    }
    return budget;
  }

  /** Refuses when nothing is left. */
  demand(token: Token | null, resource: RateResource): void {
    const budget = this.budgetOf(token, resource);
    if (budget.used < budget.limit) return;
    const who =
      token === null
        ? "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit.)"
        : token.app === null
          ? `user ID ${token.account.id}.`
          : `installation ID ${token.app.id}.`;
    throw new Refusal(403, `API rate limit exceeded for ${who}`);
  }

  count(token: Token | null, resource: RateResource): void {
    const budget = this.budgetOf(token, resource);
    budget.used = Math.min(budget.limit, budget.used + 1);
  }

  /** As `GET /rate_limit` answers. */
  show(token: Token | null) {
    const shown = (resource: RateResource) => {
      const { limit, used, resetAt } = this.budgetOf(token, resource);
      return { limit, used, remaining: Math.max(0, limit - used), reset: resetAt };
    };
    const core = shown('core');
    return {
      resources: { core, graphql: shown('graphql'), search: { ...core, limit: 30, used: 0, remaining: 30 } },
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

  headers(token: Token | null, resource: RateResource): Record<string, string> {
    const { limit, used, resetAt } = this.budgetOf(token, resource);
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
