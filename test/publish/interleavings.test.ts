import { expect, test } from 'vitest';
import { runInterleaving } from '../support/run-interleaving.ts';

test('1,000 interleavings of two or three runs with faults: one summary, the later run stands, nothing is lost, doubled or deleted (F72, T21)', async () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 1_000; seed++)
    for (const promise of await runInterleaving(seed)) broken.push(`seed ${seed}: ${promise}`);
  expect(broken).toEqual([]);
});
