import type { Cause } from '../domain/cause.ts';
import type { AgentLimits } from './agent-session.ts';

/** What a session has used so far. */
export interface Spending {
  turns: number;
  toolCalls: number;
  elapsedMs: number;
  /** What is known of it, in USD. */
  costUsd: number;
  tokens: number;
}

export type BudgetState =
  | { state: 'open' }
  /** `left` in words. */
  | { state: 'low'; left: string }
  /** Time to hand in. */
  | { state: 'used-up'; cause: Cause }
  /** Nothing more may be asked of the model. */
  | { state: 'overdrawn'; cause: Cause };

/** The part of a limit from which on the session is reminded. */
const low = 0.8;
/** The part of money and time that is kept for handing in. */
const reserve = 0.1;

export function judgeBudget(limits: AgentLimits, spending: Spending): BudgetState {
  const parts = partsOf(limits, spending);
  const overdrawn = parts.find((part) => part.endsAt === 'limit' && part.used >= part.limit);
  if (overdrawn !== undefined) return { state: 'overdrawn', cause: causeOf(overdrawn) };
  const usedUp = parts.find((part) => part.used >= part.limit * (part.endsAt === 'grace' ? 1 : 1 - reserve));
  if (usedUp !== undefined) return { state: 'used-up', cause: causeOf(usedUp) };
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
  /** A part of it is kept for handing in, or handing in may exceed it a little; `clock`: a timer ends it. */
  endsAt: 'limit' | 'clock' | 'grace';
  print: (amount: number) => string;
}

function partsOf(limits: AgentLimits, spending: Spending): BudgetPart[] {
  const { costUsd, tokens } = limits;
  const parts: BudgetPart[] = [
    { used: spending.turns, limit: limits.turns, endsAt: 'grace', print: (n) => `${n} turns` },
    { used: spending.toolCalls, limit: limits.toolCalls, endsAt: 'grace', print: (n) => `${n} tool calls` },
    {
      used: spending.elapsedMs,
      limit: limits.deadlineMs,
      endsAt: 'clock',
      print: (n) => `${Math.round(n / 1000)} seconds`,
    },
  ];
  if (costUsd !== null)
    parts.push({
      used: spending.costUsd,
      limit: costUsd,
      endsAt: 'limit',
      print: (n) => `${n.toFixed(2)} USD`,
    });
  if (tokens !== null)
    parts.push({ used: spending.tokens, limit: tokens, endsAt: 'limit', print: (n) => `${n} tokens` });
  return parts;
}

function causeOf(part: BudgetPart): Cause {
  return {
    code: 'budget',
    message: `the limit of ${part.print(part.limit)} for one session was reached`,
    retryable: false,
  };
}
