import { describe, expect, test } from 'vitest';
import { findPackageDirectory } from '../../src/config.ts';
import { type Breakage, breakages } from './breakages.ts';
import { readBroken } from './bundle-faults.ts';
import type { FaultRow } from './fault-row.ts';
import { githubSuite } from './github/suite.ts';
import { proveBreakage } from './prove.ts';
import { providerSuite } from './providers/suite.ts';
import { runRows } from './run-rows.ts';
import { faultSuites } from './suites.ts';

/** One row of every fault, the providers by turns; rows that take long are left to `npm run test:faults`. */
function sample(rows: readonly FaultRow[]): FaultRow[] {
  const faults = [...new Set(rows.map(({ fault }) => fault))];
  return faults.flatMap((fault, place) => {
    const own = rows.filter((row) => row.fault === fault && row.isHeavy !== true);
    return own.slice(place % Math.max(1, own.length)).slice(0, 1);
  });
}

/** The suite `runs` has its sample in `test/cli/`: each of its rows is a process, or several. */
test.each([
  [providerSuite.name, providerSuite],
  [githubSuite.name, githubSuite],
] as const)(
  'a row of every fault of the suite %s ends as it should',
  { timeout: 120_000 },
  async (_, suite) => {
    const { rows } = await suite.rows();
    const results = await runRows(sample(rows), { atOnce: 8, boundMs: 60_000 });
    expect(results.length).toBeGreaterThan(5);
    expect(results.map(({ row, got }) => [row.fault, row.name, row.provider, got])).toEqual(
      results.map(({ row }) => [row.fault, row.name, row.provider, row.expected]),
    );
  },
);

describe('the breakages', () => {
  test.each(breakages.map((breakage) => [breakage.name, breakage] as const))(
    'find their place: %s',
    (_, breakage) => {
      expect(readBroken(findPackageDirectory(), breakage)).not.toBe('');
    },
  );

  test('name rows that exist', async () => {
    const suites = await Promise.all(faultSuites.map((suite) => suite.rows()));
    const names = suites.flatMap(({ rows }) =>
      rows.map(({ fault, name, provider }) => `${fault} ${name} × ${provider}`),
    );
    const unknown = breakages.flatMap(({ rows }) =>
      rows.filter((text) => !names.some((name) => name.includes(text))),
    );
    expect(unknown).toEqual([]);
  });

  test('turn a row red', { timeout: 120_000 }, async () => {
    const [first] = breakages.filter(({ name }) => name === 'an error within the stream is passed over');
    const breakage = first as Breakage;
    expect(await proveBreakage('broken-in-test', breakage)).toMatchObject({ complaint: null });
  });
});
