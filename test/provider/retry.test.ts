import { describe, expect, test } from 'vitest';
import { ProviderError, type ProviderErrorDetail } from '../../src/provider/provider-error.ts';
import { type RetryClock, type RetryEvent, systemClock, withRetry } from '../../src/provider/retry.ts';

function fault(change: Partial<ProviderErrorDetail> = {}): ProviderError {
  return new ProviderError('it failed', { provider: 'openai', modelId: 'm', kind: 'overloaded', ...change });
}

/** A clock that only moves by sleeping, and keeps what was slept. */
function fakeClock(random = 0.5): RetryClock & { slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
    random: () => random,
  };
}

interface Plan {
  errors: readonly unknown[];
  clock?: ReturnType<typeof fakeClock>;
  deadlineMs?: number;
}

/** Fails with these errors in turn, then succeeds. */
async function run({ errors, clock = fakeClock(), deadlineMs = 3_600_000 }: Plan) {
  const events: RetryEvent[] = [];
  const left = [...errors];
  const attempts: number[] = [];
  const result = await withRetry<unknown>(
    async ({ attempt }) => {
      attempts.push(attempt);
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'done';
    },
    { signal: new AbortController().signal, deadlineMs, clock, onRetry: (event) => void events.push(event) },
  ).catch((error: unknown) => error);
  return { result, attempts: attempts.length, slept: clock.slept, events };
}

describe('a call is tried again', () => {
  test('after errors that pass, four times in all, with waits that double', async () => {
    expect(await run({ errors: [fault(), fault(), fault()] })).toMatchObject({
      result: 'done',
      attempts: 4,
      slept: [500, 1_000, 2_000],
      events: [
        { attempt: 1, waitMs: 500 },
        { attempt: 2, waitMs: 1_000 },
        { attempt: 3, waitMs: 2_000 },
      ],
    });
    const last = fault();
    expect(await run({ errors: [fault(), fault(), fault(), last] })).toMatchObject({
      result: last,
      attempts: 4,
    });
  });

  test('at any time between at once and the bound', async () => {
    expect((await run({ errors: [fault()], clock: fakeClock(0) })).slept).toEqual([0]);
    expect((await run({ errors: [fault()], clock: fakeClock(0.999) })).slept).toEqual([999]);
  });

  test('when the vendor says, and a little later', async () => {
    const told = [fault({ kind: 'rate-limit', retryAfterMs: 2_000 })];
    expect((await run({ errors: told, clock: fakeClock(0) })).slept).toEqual([2_000]);
    expect((await run({ errors: told, clock: fakeClock(0.999) })).slept[0]).toBeLessThan(3_000);
    expect((await run({ errors: [fault({ retryAfterMs: 90_000 })] })).slept).toEqual([90_500]);
  });

  test('not at all after errors that stay', async () => {
    for (const error of [
      fault({ kind: 'quota' }),
      fault({ kind: 'bad-request' }),
      fault({ kind: 'auth' }),
      new TypeError(),
    ])
      expect(await run({ errors: [error] })).toEqual({ result: error, attempts: 1, slept: [], events: [] });
    const deadline = fault({ kind: 'timeout', timeout: 'deadline' });
    expect((await run({ errors: [deadline] })).attempts).toBe(1);
    expect((await run({ errors: [fault({ kind: 'timeout', timeout: 'idle' })] })).attempts).toBe(2);
  });

  test('not when the wait asked for is too long for any review, or for what is left of this one', async () => {
    for (const plan of [
      { errors: [fault({ retryAfterMs: 86_400_000 })] },
      { errors: [fault({ retryAfterMs: 121_000 })] },
      { errors: [fault({ retryAfterMs: 60_000 })], deadlineMs: 59_000 },
      { errors: [fault()], deadlineMs: 500 },
    ])
      expect(await run(plan)).toMatchObject({ result: plan.errors[0], attempts: 1, slept: [], events: [] });
  });

  test('not after the caller stopped waiting', async () => {
    const controller = new AbortController();
    const result = withRetry(() => Promise.reject(fault({ retryAfterMs: 60_000 })), {
      signal: controller.signal,
      deadlineMs: 3_600_000,
      clock: systemClock,
      onRetry: () => controller.abort(new Error('Ctrl-C')),
    });
    await expect(result).rejects.toMatchObject({
      kind: 'cancelled',
      provider: 'openai',
      cause: { message: 'Ctrl-C' },
    });
  });
});

describe('an answer that stalls may be on the bill', () => {
  const stall = (mayBeBilled: boolean) =>
    Object.assign(fault({ kind: 'timeout', timeout: 'idle' }), { mayBeBilled });

  test('so it is asked for once more only', async () => {
    const second = stall(true);
    expect(await run({ errors: [stall(true), second, stall(true)] })).toMatchObject({
      result: second,
      attempts: 2,
    });
  });

  test('whatever else failed between', async () => {
    const last = stall(true);
    expect(await run({ errors: [stall(true), fault(), last] })).toMatchObject({ result: last, attempts: 3 });
    expect(await run({ errors: [stall(true), fault(), fault()] })).toMatchObject({
      result: 'done',
      attempts: 4,
    });
  });

  test('a connection that never stood costs nothing', async () => {
    const errors = [stall(false), stall(false), stall(false)];
    expect(await run({ errors })).toMatchObject({ result: 'done', attempts: 4 });
  });
});
