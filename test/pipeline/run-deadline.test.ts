import { expect, test } from 'vitest';
import { RunDeadlineError } from '../../src/errors.ts';
import { withinRunDeadline } from '../../src/pipeline/run-deadline.ts';

test('work that begins when the run’s time is over is stopped before it can send anything', async () => {
  const { signal } = new AbortController();
  const reason = await withinRunDeadline({ minutes: 1, usedMs: 60_000, signal }, async (own) => {
    expect(own.aborted).toBe(true);
    return own.reason;
  });
  expect(reason).toBeInstanceOf(RunDeadlineError);
});

test('work that begins before is not stopped, and the user’s own signal stops it', async () => {
  const user = new AbortController();
  await withinRunDeadline({ minutes: 60, usedMs: 1, signal: user.signal }, async (own) => {
    expect(own.aborted).toBe(false);
    user.abort(new Error('enough'));
    expect(own.reason).toEqual(new Error('enough'));
  });
});
