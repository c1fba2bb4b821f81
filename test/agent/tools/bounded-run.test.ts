import { expect, test } from 'vitest';
import { runBounded } from '../../../src/agent/tools/bounded-run.ts';

test('gives what the work gives, also nothing', () => {
  expect(runBounded(() => 42, 1_000)).toEqual({ outcome: 'done', value: 42 });
  expect(runBounded(() => undefined, 1_000)).toEqual({ outcome: 'done', value: undefined });
});

test('throws what the work throws', () => {
  const error = new RangeError('mine');
  expect(() =>
    runBounded(() => {
      throw error;
    }, 1_000),
  ).toThrow(error);
});

test('breaks off work without an end, and works again', () => {
  const endless = () => {
    for (;;);
  };
  expect(runBounded(endless, 20)).toEqual({ outcome: 'out-of-time' });
  expect(runBounded(() => 'again', 1_000)).toEqual({ outcome: 'done', value: 'again' });
});
