import type { Cause } from '../domain/cause.ts';
import type { LostRequests } from '../domain/cost.ts';
import type { ToolCallRecord } from '../domain/review.ts';
import type { Usage } from '../domain/usage.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import type { LanguageModel, StreamLimits, SystemBlock } from '../provider/language-model.ts';
import type { RetryClock, RetryEvent } from '../provider/retry.ts';
import type { AgentTool } from './agent-tool.ts';
import type { OpenedFiles } from './opened-files.ts';
import type { Purse } from './purse.ts';
import type { TranscriptSink } from './transcript.ts';

export interface AgentLimits {
  /** Model calls. */
  turns: number;
  toolCalls: number;
  /** For the whole session, in milliseconds. */
  deadlineMs: number;
  /** For one tool call, in milliseconds. */
  toolMs: number;
  /** Input (cached or not) and output together; null for no limit. Estimated where the vendor does not say. */
  tokens: number | null;
  maxOutputTokens: number;
  stream: StreamLimits;
}

/** What a session may spend, and what a request can cost. */
export interface SessionMoney {
  purse: Purse;
  /** The most that one request with so many tokens can cost, in USD; null when unknown. */
  mostPriceOf: (tokens: { input: number; output: number }) => number | null;
}

export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** The time of day. */
  date(): Date;
}

/** What happens in a session, for those who watch. */
export interface AgentProgress {
  turn: number;
  toolCalls: number;
  usage: Usage;
  costUsd: number | null;
  /** `thinking`, or the tools at work, on one line. */
  activity: string;
}

export interface RunAgentInput {
  /** Without retries around it: the session makes them, because each may cost. */
  model: LanguageModel;
  effort: string | null;
  /** Same for sessions that share a prefix. */
  cacheKey: string | null;
  system: readonly SystemBlock[];
  firstMessage: string;
  tools: readonly AgentTool[];
  /** The tool whose answer ends the session; named in reminders. */
  finishTool: string;
  /** `context/loop`, as `loadTexts` gives it. */
  texts: ReadonlyMap<string, string>;
  limits: AgentLimits;
  /** null: what is spent is not limited in USD. */
  money: SessionMoney | null;
  /** Told before a request is sent again. */
  onRetry?: (event: RetryEvent) => void | Promise<void>;
  /** Default: real time. */
  retryClock?: RetryClock;
  /** Price of one request in USD; null when unknown. */
  priceOf: (usage: Usage) => number | null;
  /** Gets what tools say was opened. */
  opened: OpenedFiles;
  signal: AbortSignal;
  /** Must not throw; awaited. */
  onProgress: (progress: AgentProgress) => void | Promise<void>;
  record: TranscriptSink;
  clock: Clock;
}

export type AgentStatus = Exclude<ReviewStatus, 'skipped'>;

/** How a session went; nothing that was handed in by tools is in it. */
export interface AgentOutcome {
  status: AgentStatus;
  /** null exactly when the status is `completed`. */
  cause: Cause | null;
  turns: number;
  toolCalls: ToolCallRecord[];
  usage: Usage;
  /** null when the price of any request is unknown. Lost requests are not in it. */
  costUsd: number | null;
  lost: LostRequests;
  /** UTC, ISO 8601. */
  startedAt: string;
  durationMs: number;
}
