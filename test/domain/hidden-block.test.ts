import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canBeMarked,
  findingMarker,
  type HiddenBlock,
  readFindingMarker,
  readHiddenBlock,
  writeHiddenBlock,
} from '../../src/domain/hidden-block.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const block: fc.Arbitrary<HiddenBlock> = fc.record({
  schemaVersion: fc.constant(1 as const),
  run: fc.record({ id: text, startedAt: text }),
  head: fc.constant('a'.repeat(40)),
  mergeBase: fc.constant('b'.repeat(40)),
  round: fc.integer({ min: 1, max: 99 }),
  findings: fc.array(
    fc.record({
      id: text,
      fingerprint: text,
      since: fc.integer({ min: 1, max: 9 }),
      label: text,
      severity: fc.constantFrom('critical' as const, 'suggestion' as const),
      title: text,
      symbol: text,
      location: fc.constant(null),
      reviewers: fc.array(text, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
  leftOut: fc.nat(),
});

test('what is written is read again, and is one HTML comment on one line', () => {
  fc.assert(
    fc.property(block, (one) => {
      const written = writeHiddenBlock(one);
      expect(readHiddenBlock(`before\n${written}\nafter`)).toEqual(one);
      expect(written).toMatch(/^<!-- [ -~]* -->$/);
      expect(written.slice(4, -4)).not.toMatch(/--|<|>/);
    }),
  );
});

test('a body with none, two, a torn one or one of another version has no block', () => {
  const one = writeHiddenBlock({
    schemaVersion: 1,
    run: { id: 'r', startedAt: '2026-11-21T00:00:00.000Z' },
    head: 'a'.repeat(40),
    mergeBase: 'b'.repeat(40),
    round: 1,
    findings: [],
    leftOut: 0,
  });
  expect(['', one + one, one.slice(0, -10), one.replace(/:1,/, ':2,')].map(readHiddenBlock)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('arbitrary text never throws', () => {
  fc.assert(
    fc.property(fc.string(), (rest) => {
      readHiddenBlock(`<!-- deep-review:state ${rest} -->`);
    }),
  );
});

test('a finding is known by the marker its comment begins with, and by no other', () => {
  expect(readFindingMarker(`${findingMarker('a3f9-2')}\ntext`)).toBe('a3f9-2');
  const others = [
    '',
    'text',
    ` ${findingMarker('a3f9')}`,
    `text\n${findingMarker('a3f9')}`,
    findingMarker('a b'),
  ];
  expect(others.map(readFindingMarker)).toEqual(others.map(() => null));
  expect(['a3f9', 'a3f9-2', '', 'a b', 'a\n', '-->', 'a'.repeat(41)].map(canBeMarked)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
