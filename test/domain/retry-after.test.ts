import { expect, test } from 'vitest';
import { parseProtoDuration, parseRetryAfter } from '../../src/domain/retry-after.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

function parse(headers: Record<string, string>): number | null {
  return parseRetryAfter(
    (name) => headers[name] ?? null,
    () => now,
  );
}

test.each([
  ['2', 2_000],
  [' 0.5 ', 500],
  ['86400', 86_400_000],
  ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
  ['Saturday, 21-Nov-26 12:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 11:59:00 GMT', null],
  ['0', null],
  ['-5', null],
  ['abc', null],
  ['NaN', null],
  ['Infinity', null],
  ['1e999', null],
  ['2026-11-21', null],
  ['Sat, 99 Nov 2026', null],
  ['', null],
])('retry-after: %s is %s', (value, expected) => {
  expect(parse({ 'retry-after': value })).toBe(expected);
});

test('a date counts from the vendor’s own clock, however wrong ours is', () => {
  const until = 'Sat, 21 Nov 2026 14:00:05 GMT';
  expect(parse({ 'retry-after': until, date: 'Sat, 21 Nov 2026 14:00:00 GMT' })).toBe(5_000);
  expect(parse({ 'retry-after': until, date: 'Sat, 21 Nov 2026 14:00:06 GMT' })).toBeNull();
  expect(parse({ 'retry-after': until, date: 'nonsense' })).toBe(7_205_000);
});

test('milliseconds come before seconds, if they make sense', () => {
  expect(parse({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1_500);
  expect(parse({ 'retry-after-ms': 'soon', 'retry-after': '9' })).toBe(9_000);
  expect(parse({})).toBeNull();
});

test('durations of protocol buffers are read', () => {
  expect(['34s', '0.5s', '5', 's', '-1s', 7, null].map(parseProtoDuration)).toEqual([
    34_000,
    500,
    null,
    null,
    null,
    null,
    null,
  ]);
});
