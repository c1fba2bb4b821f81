import { ForgeError } from '../errors.ts';
import type { ReportPublisher } from '../forge/report-publisher.ts';

export interface PublishClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What one run may ask of a forge: calls in all, and milliseconds from the end of one write to the next. */
export const publishLimits = { calls: 60, betweenWritesMs: 1_000 };

type Call<T> = (publisher: ReportPublisher, signal: AbortSignal) => Promise<T>;

/** Asks a forge one thing after the other: writes are spaced, all calls are counted, nothing is begun after a stop. */
export class PublishSession {
  private readonly publisher: ReportPublisher;
  private readonly clock: PublishClock;
  readonly signal: AbortSignal;
  private calls = 0;
  private lastWriteAt: number | null = null;

  constructor(input: { publisher: ReportPublisher; clock: PublishClock; signal: AbortSignal }) {
    this.publisher = input.publisher;
    this.clock = input.clock;
    this.signal = input.signal;
  }

  /** Calls that this run may still make. */
  get callsLeft(): number {
    return publishLimits.calls - this.calls;
  }

  /** The time of day. */
  date(): Date {
    return this.clock.date();
  }

  read<T>(call: Call<T>): Promise<T> {
    this.count();
    return call(this.publisher, this.signal);
  }

  async write<T>(call: Call<T>): Promise<T> {
    if (this.lastWriteAt !== null) {
      const due = this.lastWriteAt + publishLimits.betweenWritesMs - this.clock.now();
      if (due > 0) await this.clock.sleep(due, this.signal);
    }
    this.count();
    try {
      return await call(this.publisher, this.signal);
    } finally {
      this.lastWriteAt = this.clock.now();
    }
  }

  /** Before a further try: longer after each, and at least so many milliseconds. */
  pause(tries: number, leastMs: number): Promise<void> {
    return this.clock.sleep(Math.max(leastMs, 1_000 * 2 ** tries), this.signal);
  }

  private count(): void {
    this.signal.throwIfAborted();
    if (this.callsLeft <= 0)
      throw new ForgeError(`posting has used up its ${publishLimits.calls} calls`, {
        reason: 'rate-limit',
        hint: 'Post again: what stands already is left as it is.',
      });
    this.calls++;
  }
}
