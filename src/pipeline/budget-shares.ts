import type { AgentLimits } from '../agent/agent-session.ts';
import { createPurses, type Purse } from '../agent/purse.ts';
import { readEarlierSpending } from './earlier-spending.ts';
import type { RunContext } from './run-context.ts';

/** Parts of a run's budget, in USD, that each kind of session may use in all. */
export const budgetShares = { review: 0.7, verify: 0.25, consolidation: 0.03, duplicates: 0.02 } as const;

type SessionKind = keyof typeof budgetShares;

/**
 * Divides the share of one kind of session evenly, less what sessions of the run have used of it already, as their
 * transcripts tell.
 */
export async function divideShare(
  context: RunContext,
  input: { kind: SessionKind; transcripts: readonly string[]; ids: readonly string[] },
): Promise<ReadonlyMap<string, Purse>> {
  const spent = await Promise.all(input.transcripts.map(readEarlierSpending));
  const used = spent.reduce((sum, { bookedUsd }) => sum + bookedUsd, 0);
  return createPurses(Math.max(0, context.config.budget.usd * budgetShares[input.kind] - used), input.ids);
}

/** A cap of tokens is for a whole review; it is divided as the budget is, and among all sessions of one kind. */
export function shareTokens(limits: AgentLimits, kind: SessionKind, sessions: number): AgentLimits {
  const { tokens } = limits;
  if (tokens === null) return limits;
  const share = budgetShares[kind] / budgetShares.review;
  return { ...limits, tokens: Math.floor((tokens * share) / Math.max(1, sessions)) };
}
