import { setTimeout as sleepFor } from 'node:timers/promises';
import { ProviderError } from './provider-error.ts';

/** The only retry policy of model calls. */
export const retryPolicy = {
  /** Tries in all. */
  attempts: 4,
  /** Longest wait before the second try; doubles from there. */
  baseMs: 1_000,
  capMs: 30_000,
  /** Tries again after an answer that stalled: each of them may be on the bill. */
  stalledRetries: 1,
  /** A longer wait asked for by the vendor fails the call at once. */
  maxRetryAfterMs: 120_000,
} as const;

export interface RetryEvent {
  /** The try that failed, from 1. */
  attempt: number;
  error: ProviderError;
  waitMs: number;
}

export interface RetryClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const systemClock: RetryClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleepFor(milliseconds, undefined, { signal }),
  random: Math.random,
};

export interface RetryOptions {
  signal: AbortSignal;
  /** For all tries and waits together. */
  deadlineMs: number;
  onRetry?: (event: RetryEvent) => void | Promise<void>;
  clock?: RetryClock;
}

export interface Attempt {
  /** From 1. */
  attempt: number;
  /** What is left of the deadline, in milliseconds. */
  remainingMs: number;
}

/**
 * Tries again after errors that say they may pass. The wait is the vendor's when it names one, else random between
 * nothing and a bound that doubles. A stalled answer is asked for once more only. Rejects with the last error when no further try fits.
 */
export async function withRetry<T>(run: (attempt: Attempt) => Promise<T>, options: RetryOptions): Promise<T> {
  const clock = options.clock ?? systemClock;
  const start = clock.now();
  let stalls = 0;
  for (let attempt = 1; ; attempt += 1) {
    const remainingMs = options.deadlineMs - (clock.now() - start);
    try {
      return await run({ attempt, remainingMs });
    } catch (error) {
      if (!(error instanceof ProviderError) || !error.isRetryable || attempt >= retryPolicy.attempts)
        throw error;
      if (error.kind === 'timeout' && error.mayBeBilled) stalls += 1;
      if (stalls > retryPolicy.stalledRetries) throw error;
      const waitMs = chooseWait({ error, attempt, clock });
      const leftMs = options.deadlineMs - (clock.now() - start);
      if (waitMs === null || waitMs >= leftMs) throw error;
      await options.onRetry?.({ attempt, error, waitMs });
      await sleepOrCancel({ error, waitMs, clock, signal: options.signal });
    }
  }
}

/** null: the vendor asks for a longer wait than any review can afford. */
function chooseWait(input: { error: ProviderError; attempt: number; clock: RetryClock }): number | null {
  const { error, attempt, clock } = input;
  if (error.retryAfterMs === null)
    return clock.random() * Math.min(retryPolicy.capMs, retryPolicy.baseMs * 2 ** (attempt - 1));
  if (error.retryAfterMs > retryPolicy.maxRetryAfterMs) return null;
  // All who were told the same time would come back at once without the random part.
  return error.retryAfterMs + clock.random() * Math.min(retryPolicy.baseMs, error.retryAfterMs / 2);
}

async function sleepOrCancel(input: {
  error: ProviderError;
  waitMs: number;
  clock: RetryClock;
  signal: AbortSignal;
}): Promise<void> {
  const { error, waitMs, clock, signal } = input;
  try {
    await clock.sleep(waitMs, signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
  if (signal.aborted)
    throw new ProviderError(`The call to ${error.modelId} was cancelled while waiting to try again.`, {
      provider: error.provider,
      modelId: error.modelId,
      kind: 'cancelled',
      cause: signal.reason,
    });
}
