import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPurses, type Purse } from '../../src/agent/purse.ts';

function purses(limitUsd: number, ids: readonly string[]): Purse[] {
  return [...createPurses(limitUsd, ids).values()];
}

describe('a budget that several sessions share', () => {
  test('is divided evenly, and what one leaves goes to the others', () => {
    const [one, two, three] = purses(9, ['a', 'b', 'c']) as [Purse, Purse, Purse];
    expect([one, two, three].map((purse) => purse.leftUsd())).toEqual([3, 3, 3]);
    one.spend(1);
    two.spend(2.5);
    one.close();
    one.close();
    expect([one, two, three].map((purse) => purse.limitUsd())).toEqual([3, 4, 4]);
    expect([two.leftUsd(), three.leftUsd()]).toEqual([1.5, 4]);
    two.close();
    expect(three.leftUsd()).toBe(5.5);
  });

  test('is never exceeded when nobody spends more than is left to it, and no share shrinks', () => {
    const step = fc.record({
      who: fc.nat(4),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      closes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const all = purses(
          100,
          Array.from({ length: count }, (_, at) => `r${at}`),
        );
        const closed = new Set<Purse>();
        let spent = 0;
        for (const { who, part, closes } of steps) {
          const purse = all[who % count] as Purse;
          if (closed.has(purse)) continue;
          const before = all.map((one) => one.limitUsd());
          const usd = purse.leftUsd() * part;
          purse.spend(usd);
          spent += usd;
          if (closes) {
            purse.close();
            closed.add(purse);
          }
          all.forEach((one, at) => {
            expect(one.limitUsd()).toBeGreaterThanOrEqual((before[at] ?? 0) - 1e-9);
            expect(one.leftUsd()).toBeGreaterThanOrEqual(-1e-9);
          });
        }
        expect(spent).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
  });
});
