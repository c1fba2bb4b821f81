import { describe, expect, onTestFinished, test } from 'vitest';
import type { StreamLimits } from '../../src/provider/language-model.ts';
import { ProviderError } from '../../src/provider/provider-error.ts';
import { startWatchdog, type Watchdog } from '../../src/provider/watchdog.ts';

const identity = { provider: 'google', modelId: 'm' } as const;
const never = 60_000;
const patient: StreamLimits = {
  connectMs: never,
  firstByteMs: never,
  idleMs: never,
  progressMs: never,
  deadlineMs: never,
};

function watch(change: Partial<StreamLimits> = {}, signal = new AbortController().signal): Watchdog {
  const watchdog = startWatchdog({ identity, limits: { ...patient, ...change }, signal });
  onTestFinished(watchdog.stop);
  return watchdog;
}

function aborted(watchdog: Watchdog): Promise<unknown> {
  return new Promise((resolve) =>
    watchdog.signal.addEventListener('abort', () => resolve(watchdog.signal.reason)),
  );
}

describe('a limit that runs out', () => {
  const stages: [string, Partial<StreamLimits>, (watchdog: Watchdog) => void][] = [
    ['connect', { connectMs: 10 }, (watchdog) => watchdog.connecting()],
    ['first-byte', { connectMs: 20, firstByteMs: 10 }, (watchdog) => watchdog.connected()],
    ['idle', { firstByteMs: 20, idleMs: 10 }, (watchdog) => watchdog.bytesArrived()],
    ['progress', { progressMs: 10 }, (watchdog) => watchdog.bytesArrived()],
    ['deadline', { deadlineMs: 10 }, () => {}],
  ];
  test.each(stages)('is named: %s', async (timeout, limits, act) => {
    const watchdog = watch(limits);
    act(watchdog);
    const reason = await aborted(watchdog);
    expect(reason).toBe(watchdog.failure);
    expect(reason).toMatchObject({
      kind: 'timeout',
      timeout,
      ...identity,
      message: expect.stringContaining('0 s'),
    });
  });
});

test('keep-alives hold off silence, not the lack of progress', async () => {
  const watchdog = watch({ idleMs: 200, progressMs: 100 });
  watchdog.bytesArrived();
  const beat = setInterval(watchdog.bytesArrived, 20);
  onTestFinished(() => clearInterval(beat));
  expect(await aborted(watchdog)).toMatchObject({ timeout: 'progress' });
});

test('the first failure stays, whatever comes after it', () => {
  const watchdog = watch();
  const first = new ProviderError('first', { ...identity, kind: 'protocol' });
  watchdog.fail(first);
  watchdog.fail(new ProviderError('second', { ...identity, kind: 'network' }));
  expect([watchdog.failure, watchdog.signal.reason]).toEqual([first, first]);
});

test('after it was stopped nothing fails any more', async () => {
  const watchdog = watch({ deadlineMs: 10 });
  watchdog.stop();
  watchdog.connecting();
  watchdog.fail(new ProviderError('late', { ...identity, kind: 'network' }));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([watchdog.failure, watchdog.signal.aborted]).toEqual([null, false]);
});

describe('guarded work', () => {
  test('ends as it would, when nothing fails', async () => {
    const watchdog = watch();
    await expect(watchdog.guard(Promise.resolve(7))).resolves.toBe(7);
    await expect(watchdog.guard(Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  test('is left behind at once when the caller aborts, even if it never notices', async () => {
    const controller = new AbortController();
    const watchdog = watch({}, controller.signal);
    const work = watchdog.guard(new Promise(() => {}));
    controller.abort('enough');
    await expect(work).rejects.toMatchObject({ kind: 'cancelled', cause: 'enough' });
  });

  test('is left behind with the caller’s own reason, if that explains itself', async () => {
    const reason = new ProviderError('elsewhere', { ...identity, kind: 'timeout', timeout: 'deadline' });
    const watchdog = watch({}, AbortSignal.abort(reason));
    await expect(watchdog.guard(new Promise(() => {}))).rejects.toBe(reason);
  });
});
