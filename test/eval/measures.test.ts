import { describe, expect, test } from 'vitest';
import { answerAcross, fitBestF1, fitPrecision } from './fit-threshold.ts';
import { bootstrap, differenceInterval, intervalOf, measure, qualityOf, randomNumbers } from './measures.ts';

const row = (same: boolean, unit = 'u', judge = 'j') => ({ same, unit, judge });

describe('precision, recall and F1', () => {
  test('come from what was rightly, wrongly and not found', () => {
    expect(qualityOf({ hits: 6, wrong: 2, missed: 4 })).toEqual({
      precision: 0.75,
      recall: 0.6,
      f1: 12 / 18,
    });
    expect(qualityOf({ hits: 0, wrong: 3, missed: 2 })).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(qualityOf({ hits: 0, wrong: 0, missed: 2 })).toEqual({ precision: 1, recall: 0, f1: 0 });
    expect(qualityOf({ hits: 0, wrong: 0, missed: 0 })).toEqual({ precision: 1, recall: 1, f1: 1 });
  });

  test('each judge counts the same, however many pairs it has', () => {
    const rows = [
      row(true, 'u', 'many'),
      row(true, 'v', 'many'),
      row(true, 'w', 'many'),
      row(true, 'u', 'few'),
    ];
    expect(measure(rows, [true, true, true, false])).toEqual({ precision: 1, recall: 0.5, f1: 0.5 });
    expect(measure([row(true), row(false), row(true), row(false)], [true, true, false, false])).toEqual({
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
  });
});

describe('bootstrap', () => {
  test('is the same each time, and holds the value in between', () => {
    const units = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const mean = (drawn: readonly number[]) => drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const interval = bootstrap(units, mean);
    expect(bootstrap(units, mean)).toEqual(interval);
    // The standard error of this mean is .908; 1.96 of them lie on either side.
    expect(interval.low).toBeCloseTo(5.5 - 1.78, 0);
    expect(interval.high).toBeCloseTo(5.5 + 1.78, 0);
    expect(bootstrap([4, 4, 4], mean)).toEqual({ low: 4, high: 4 });
  });

  test('draws whole units: one unit alone has no spread', () => {
    const rows = [row(true), row(true), row(false), row(false)];
    expect(intervalOf(rows, [true, false, true, false])).toEqual({ low: 0.5, high: 0.5 });
  });

  test('is paired: the same answers differ by nothing, better ones by more than nothing in every draw', () => {
    const units = Array.from({ length: 30 }, (_, at) => `u${at}`);
    const rows = units.flatMap((unit) => [row(true, unit), row(false, unit)]);
    const right = rows.map(({ same }) => same);
    const mixed = rows.map(({ same }, at) => (at % 6 === 0 ? false : same));
    expect(differenceInterval(rows, mixed, mixed)).toEqual({ low: 0, high: 0 });
    const { low, high } = differenceInterval(rows, right, mixed);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.5);
    expect(differenceInterval(rows, mixed, right)).toEqual({ low: -high, high: -low });
  });

  test('draws its numbers evenly from 0 up to 1', () => {
    const random = randomNumbers(7);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(numbers.every((one) => one >= 0 && one < 1)).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, at) => numbers.filter((one) => Math.floor(one * 10) === at).length,
    );
    expect(tenths.every((count) => count > 900 && count < 1100)).toBe(true);
  });
});

describe('thresholds', () => {
  const scored = (score: number, same: boolean, part = 'p') => ({ score, same, part });

  test('of the best F1 lie halfway to the next lower score, never between equal ones', () => {
    const rows = [
      scored(0.9, true),
      scored(0.7, true),
      scored(0.3, false),
      scored(0.1, true),
      scored(0.1, false),
    ];
    expect(fitBestF1(rows)).toBeCloseTo(0.5);
    expect(fitBestF1([scored(0.5, true), scored(0.5, false)])).toBe(0.5);
    expect(fitBestF1([scored(0.5, false)])).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a precision take the most pairs that still have it', () => {
    const rows = [
      scored(0.9, true),
      scored(0.8, false),
      scored(0.7, true),
      scored(0.6, true),
      scored(0.2, false),
    ];
    expect(fitPrecision(0.75)(rows)).toBeCloseTo(0.4);
    expect(fitPrecision(0.9)(rows)).toBeCloseTo(0.85);
    expect(fitPrecision(0.9)([scored(0.9, false)])).toBe(Number.POSITIVE_INFINITY);
  });

  test('are fitted on the other parts alone', () => {
    const rows = [
      scored(0.9, true, 'a'),
      scored(0.8, false, 'a'),
      scored(0.5, true, 'b'),
      scored(0.1, false, 'b'),
    ];
    // a is answered from .3 on (fitted on b), b from .85 on (fitted on a).
    expect(answerAcross(rows, fitBestF1)).toEqual([true, true, false, false]);
    expect(answerAcross(rows.slice(0, 2), fitBestF1)).toEqual([false, false]);
  });
});
