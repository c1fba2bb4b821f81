import { join } from 'node:path';
import type { AgentLimits } from '../agent/agent-session.ts';
import { describeAbort } from '../agent/describe-failure.ts';
import type { SessionMeans } from '../agent/hold-session.ts';
import type { Purse } from '../agent/purse.ts';
import type { Cause } from '../domain/cause.ts';
import { noLostRequests } from '../domain/cost.ts';
import type { HeldSession } from '../domain/held-session.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import { DeepReviewError } from '../errors.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import { type ModelFacts, readModelCatalog } from '../provider/model-data.ts';
import { priceOf } from '../provider/price.ts';
import { readEarlierSpending, withEarlier } from './earlier-spending.ts';
import { limitsOf, moneyOf, openModel } from './model-session.ts';
import { openTranscript } from './open-transcript.ts';
import type { RunContext } from './run-context.ts';

/** How a session ended, or why it was not held. */
export interface SessionEnding {
  status: ReviewStatus;
  cause: Cause | null;
}

export interface PaidSessionInput<Result extends { session: HeldSession }> {
  asked: ModelReviewer;
  /** Its transcript. */
  path: string;
  /** In a replay: what was recorded of this session. */
  recorded: LanguageModel | undefined;
  /** Closed by whoever opened it: what this session leaves may be for another one. */
  purse: Purse | undefined;
  /** The limits of this session, from those of a whole review. */
  narrow: (limits: AgentLimits) => AgentLimits;
  /** Ends with the run's own time. */
  signal: AbortSignal;
  hold: (means: SessionMeans, facts: ModelFacts) => Promise<Result>;
  /** What a session that did not even begin comes to. */
  unheld: (session: HeldSession) => Result;
}

/**
 * One session that is paid, with what earlier sittings of it cost added. Never rejects: whatever keeps it from being
 * held, in a replay that nothing was recorded of it, is its status and cause.
 */
export async function holdPaidSession<Result extends { session: HeldSession }>(
  context: RunContext,
  input: PaidSessionInput<Result>,
): Promise<Result> {
  const { signal, unheld } = input;
  const startedAt = context.clock.date().toISOString();
  const earlier = await readEarlierSpending(input.path);
  const result =
    context.replay !== null && input.recorded === undefined
      ? unheld(unheldSession(startedAt, notRecorded))
      : await hold(context, input).catch((error: unknown) => {
          const ending = signal.aborted ? describeAbort(signal.reason) : describeError(error);
          return unheld(unheldSession(startedAt, ending));
        });
  return { ...result, session: { ...result.session, ...withEarlier(result.session, earlier) } };
}

const notRecorded: SessionEnding = {
  status: 'failed',
  cause: { code: 'not-recorded', message: 'no such session was recorded', retryable: false },
};

/** The texts that models are given. */
export function contextDirectory({ packageDirectory }: Pick<RunContext, 'packageDirectory'>): string {
  return join(packageDirectory, 'context');
}

/** A session that did not even begin. */
export function unheldSession(startedAt: string, { status, cause }: SessionEnding): HeldSession {
  return { status, cause, toolCalls: 0, costUsd: 0, lostRequests: noLostRequests, startedAt, durationMs: 0 };
}

/** Why no other session of the same model would go better, such as a refused key; null when one might. */
export function hopelessEnding({ status, cause }: SessionEnding): SessionEnding | null {
  const isHopeless = status === 'failed' && cause?.retryable === false;
  return isHopeless && cause?.code !== 'internal' && cause?.code !== 'not-recorded'
    ? { status, cause }
    : null;
}

/** `gave 2 verdicts`: a number and what it counts. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export async function notice(context: Pick<RunContext, 'emit'>, message: string): Promise<void> {
  await context.emit({ type: 'notice', level: 'info', message });
}

function describeError(error: unknown): SessionEnding {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DeepReviewError ? error.code : 'internal';
  return { status: 'failed', cause: { code, message, retryable: false } };
}

async function hold<Result extends { session: HeldSession }>(
  context: RunContext,
  input: PaidSessionInput<Result>,
): Promise<Result> {
  const { asked, signal, purse } = input;
  signal.throwIfAborted();
  const catalog = await readModelCatalog(join(contextDirectory(context), 'models'));
  const facts = catalog.facts(asked.provider, asked.model);
  const date = () => context.replay?.date ?? context.clock.date();
  const means: SessionMeans = {
    model: await openModel(context, asked, input.recorded),
    limits: input.narrow(limitsOf(context, { reviewer: asked, catalog, facts })),
    money: moneyOf(purse === undefined ? undefined : { ...purse, close: () => undefined }, facts, date),
    priceOf: (usage) => priceOf(usage, facts, date()),
    signal,
    emit: context.emit,
    clock: context.clock,
    record: await openTranscript(context, asked.id, input.path),
  };
  return input.hold(means, facts);
}
