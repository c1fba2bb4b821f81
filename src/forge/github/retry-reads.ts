import { setTimeout as sleepFor } from 'node:timers/promises';
import { ForgeError } from '../../errors.ts';

export interface GithubClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const systemClock: GithubClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleepFor(milliseconds, undefined, { signal }),
  random: Math.random,
};

export const readPolicy = {
  /** Tries in all. */
  attempts: 4,
  /** Longest wait before the second try, where the server names none; doubles from there. */
  baseMs: 1_000,
  /** A longer wait that the server asks for fails the call at once. */
  longestWaitMs: 120_000,
  /** For all tries and waits of one call together. */
  deadlineMs: 300_000,
  /** A wait that a person would wonder about. */
  worthSayingMs: 10_000,
} as const;

export interface RetryReadsOptions {
  /** Tries in all. */
  attempts: number;
  signal: AbortSignal;
  clock: GithubClock;
  onNotice(message: string): void | Promise<void>;
}

/** Tries a read again after what may pass. Rejects with the last error, or with the signal's reason. */
export async function retryReads<T>(run: () => Promise<T>, options: RetryReadsOptions): Promise<T> {
  const { signal, clock, onNotice } = options;
  const start = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ForgeError) || attempt >= options.attempts) throw error;
      const waitMs = chooseWait(error, attempt, clock);
      if (waitMs === null || clock.now() - start + waitMs > readPolicy.deadlineMs) throw error;
      if (waitMs >= readPolicy.worthSayingMs)
        await onNotice(`${error.message}; asked again in ${Math.ceil(waitMs / 1000)} s`);
      await sleep(waitMs, options);
    }
  }
}

/** One write after another, a second apart, as GitHub asks for: call it before each write. */
export function createPacer(clock: GithubClock): (signal: AbortSignal) => Promise<void> {
  let next = -Infinity;
  return async (signal) => {
    const now = clock.now();
    const waitMs = Math.max(0, next - now);
    next = now + waitMs + writeGapMs;
    signal.throwIfAborted();
    if (waitMs > 0) await sleep(waitMs, { signal, clock });
  };
}

const writeGapMs = 1_000;

/** null: another try would change nothing, or comes too late. */
function chooseWait(error: ForgeError, attempt: number, clock: GithubClock): number | null {
  if (!['rate-limit', 'unreachable', 'protocol'].includes(error.reason)) return null;
  // Redirects say the same again.
  if (error.reason === 'protocol' && error.status !== null && error.status >= 300) return null;
  if (error.retryAfterMs === null)
    return error.reason === 'rate-limit' ? null : clock.random() * readPolicy.baseMs * 2 ** (attempt - 1);
  if (error.retryAfterMs > readPolicy.longestWaitMs) return null;
  return error.retryAfterMs + clock.random() * Math.min(readPolicy.baseMs, error.retryAfterMs / 2);
}

async function sleep(
  waitMs: number,
  { clock, signal }: Pick<RetryReadsOptions, 'clock' | 'signal'>,
): Promise<void> {
  try {
    await clock.sleep(waitMs, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause;
  }
}
