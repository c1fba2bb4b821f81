import { expect, test } from 'vitest';
import { ProviderError } from '../../src/provider/provider-error.ts';
import { sdkTimeout, streamCall } from '../../src/provider/stream-call.ts';
import { limits } from '../contract/provider-harness.ts';

const identity = { provider: 'openai', modelId: 'm' } as const;
const explained = new ProviderError('explained', { ...identity, kind: 'protocol' });

test('an SDK that never notices an abort is left behind', async () => {
  const controller = new AbortController();
  const call = streamCall({
    identity,
    options: { signal: controller.signal, limits },
    run: () => new Promise(() => {}),
    toError: () => explained,
  });
  controller.abort('enough');
  await expect(call).rejects.toMatchObject({ kind: 'cancelled', cause: 'enough' });
});

test('an SDK is not even asked when the caller has aborted already', async () => {
  let asked = false;
  const call = streamCall({
    identity,
    options: { signal: AbortSignal.abort('enough'), limits },
    run: async () => {
      asked = true;
    },
    toError: () => explained,
  });
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  expect(asked).toBe(false);
});

test('what an SDK throws is explained, what explains itself is not', async () => {
  const run = (error: unknown) =>
    streamCall({
      identity,
      options: { signal: new AbortController().signal, limits },
      run: () => Promise.reject(error),
      toError: () => explained,
    });
  await expect(run(new TypeError('of the SDK'))).rejects.toBe(explained);
  const own = new ProviderError('own', { ...identity, kind: 'refused' });
  await expect(run(own)).rejects.toBe(own);
});

test('an SDK’s own time-out comes after ours, and fits into a timer', () => {
  expect(sdkTimeout({ ...limits, deadlineMs: 1_000.5 })).toBe(2_001);
  expect(sdkTimeout({ ...limits, deadlineMs: 1e12 })).toBe(2 ** 31 - 1);
});
