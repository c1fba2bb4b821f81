import type { Emit } from '../domain/event.ts';
import type { HeldSession } from '../domain/held-session.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { Usage } from '../domain/usage.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { LanguageModel, SystemBlock } from '../provider/language-model.ts';
import type { RetryClock, RetryEvent } from '../provider/retry.ts';
import type { AgentLimits, Clock, SessionMoney } from './agent-session.ts';
import type { AgentTool } from './agent-tool.ts';
import { describeFailure } from './describe-failure.ts';
import { OpenedFiles } from './opened-files.ts';
import { runAgent } from './run-agent.ts';
import type { TranscriptSink } from './transcript.ts';

/** What a session of a model is held with, whatever it is asked. */
export interface SessionMeans {
  /** Without retries around it: the session makes them. */
  model: LanguageModel;
  limits: AgentLimits;
  /** What it may spend; null for no limit in USD. */
  money: SessionMoney | null;
  /** Price of one request in USD; null when unknown. */
  priceOf: (usage: Usage) => number | null;
  signal: AbortSignal;
  emit: Emit;
  clock: Clock;
  /** Time and chance for waits between two tries of a request; default the system's. */
  retryClock?: RetryClock;
  record: TranscriptSink;
}

/** What a model is asked in one session. */
export interface SessionQuestion {
  system: readonly SystemBlock[];
  firstMessage: string;
  /** The finish tool, and what else it may use. */
  tools: readonly AgentTool[];
}

export interface HoldSessionInput extends SessionMeans {
  asked: ModelReviewer;
  /** Same for sessions that share a prefix. */
  cacheKey: string;
  /** The tool whose answer ends the session. */
  finishTool: string;
  /** `context/loop`, as `loadTexts` gives it. */
  texts: ReadonlyMap<string, string>;
  /** What fails in making the question ends the session, as what fails in asking it. */
  ask: () => SessionQuestion;
}

/**
 * One session of a model that ends with a tool of its own. Never rejects for anything that can go wrong on the way: that
 * is its status and cause. What the finish tool took in before stays with the tool.
 */
export async function holdSession(input: HoldSessionInput): Promise<HeldSession> {
  const { clock, signal } = input;
  const started = { at: clock.now(), date: clock.date() };
  const ended = await converse(input).catch((error: unknown) =>
    describeFailure(error, { signal, deadline: new AbortController().signal }),
  );
  const outcome = 'usage' in ended ? ended : null;
  return {
    status: ended.status,
    cause: ended.cause,
    toolCalls: outcome?.toolCalls.length ?? 0,
    costUsd: outcome === null ? 0 : outcome.costUsd,
    lostRequests: outcome?.lost ?? { count: 0, mostUsd: 0 },
    startedAt: started.date.toISOString(),
    durationMs: clock.now() - started.at,
  };
}

async function converse(input: HoldSessionInput) {
  const { asked, emit } = input;
  const onRetry = async ({ error, waitMs }: RetryEvent) => {
    const seconds = (waitMs / 1000).toFixed(1);
    const message = `${asked.id}: ${makeVisibleLine(error.message)}; trying again in ${seconds} s`;
    await emit({ type: 'notice', level: 'warning', message });
  };
  return runAgent({
    ...input.ask(),
    model: input.model,
    onRetry,
    ...(input.retryClock === undefined ? {} : { retryClock: input.retryClock }),
    money: input.money,
    effort: asked.effort,
    cacheKey: input.cacheKey,
    finishTool: input.finishTool,
    texts: input.texts,
    limits: input.limits,
    priceOf: input.priceOf,
    opened: new OpenedFiles(),
    signal: input.signal,
    onProgress: () => undefined,
    record: input.record,
    clock: input.clock,
  });
}
