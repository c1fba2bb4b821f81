import type { Cause } from '../domain/cause.ts';
import { printUsd } from '../domain/print-usd.ts';
import type { AgentLimits } from './agent-session.ts';
import { budgetCause } from './allowance.ts';

/** What a session has used so far. */
export interface Spending {
  turns: number;
  toolCalls: number;
  elapsedMs: number;
  /** What is known of it, in USD. */
  costUsd: number;
  /** What may be spent in all, in USD; null for no limit. */
  mostUsd: number | null;
  tokens: number;
}

export type BudgetState =
  | { state: 'open' }
  /** `left` in words. */
  | { state: 'low'; left: string }
  /** Time to hand in. */
  | { state: 'used-up'; cause: Cause };

/** The part of a limit from which on the session is reminded. */
const low = 0.8;
/** The part of the time that is kept for handing in. */
const reserve = 0.1;

/** How far a session is. What a request may cost is decided by `Allowance`, before it is sent. */
export function judgeBudget(limits: AgentLimits, spending: Spending): BudgetState {
  const parts = partsOf(limits, spending);
  const usedUp = parts.find((part) => part.used >= part.endsAt);
  if (usedUp !== undefined) return { state: 'used-up', cause: budgetCause(usedUp.print(usedUp.limit)) };
  const scarce = parts.filter((part) => part.used >= part.limit * low);
  if (scarce.length === 0) return { state: 'open' };
  const left = scarce.map(
    ({ used, limit, print }) => `${print(Math.max(limit - used, 0))} of ${print(limit)}`,
  );
  return { state: 'low', left: left.join(' and ') };
}

interface BudgetPart {
  used: number;
  limit: number;
  /** From here on there is only handing in. */
  endsAt: number;
  print: (amount: number) => string;
}

function partsOf(limits: AgentLimits, spending: Spending): BudgetPart[] {
  const { turns, toolCalls, deadlineMs, tokens } = limits;
  const parts: BudgetPart[] = [
    { used: spending.turns, limit: turns, endsAt: turns, print: (n) => `${n} turns` },
    { used: spending.toolCalls, limit: toolCalls, endsAt: toolCalls, print: (n) => `${n} tool calls` },
    {
      used: spending.elapsedMs,
      limit: deadlineMs,
      endsAt: deadlineMs * (1 - reserve),
      print: (n) => `${Math.round(n / 1000)} seconds`,
    },
  ];
  if (spending.mostUsd !== null)
    parts.push({
      used: spending.costUsd,
      limit: spending.mostUsd,
      endsAt: spending.mostUsd,
      print: (n) => `${printUsd(n)} USD`,
    });
  if (tokens !== null)
    parts.push({ used: spending.tokens, limit: tokens, endsAt: tokens, print: (n) => `${n} tokens` });
  return parts;
}
