import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canBeMarked,
  findingMarker,
  type HiddenBlock,
  readFindingMarker,
  readHiddenBlock,
  summaryMarker,
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

test('version 1, a public format, is read and written as it was first published', () => {
  const golden = readFileSync(new URL('../fixtures/formats/hidden-block-1.md', import.meta.url), 'utf8');
  const read = readHiddenBlock(golden);
  expect(read).toEqual({
    schemaVersion: 1,
    run: { id: '20260512-133636-pr-42', startedAt: '2026-05-12T13:36:36Z' },
    head: '1'.repeat(40),
    mergeBase: '2'.repeat(40),
    round: 3,
    findings: [
      {
        id: 'a3f9',
        fingerprint: 'a3f9'.padEnd(64, '0'),
        since: 1,
        label: 'C1',
        severity: 'critical',
        title: 'Evict deletes without the lock --> “racy”',
        symbol: 'Store.Evict',
        location: { path: 'internal/cache/store.go', startLine: 46, endLine: 58, side: 'head' },
        reviewers: ['claude', 'codex'],
      },
      {
        id: '77c0-2',
        fingerprint: '77c0'.padEnd(64, 'f'),
        since: 3,
        label: 'S1',
        severity: 'suggestion',
        title: 'The message says nothing of why',
        symbol: '',
        location: null,
        reviewers: ['guard'],
      },
    ],
    leftOut: 2,
  });
  if (read !== null) expect(`${summaryMarker}\n${writeHiddenBlock(read)}\n`).toBe(golden);
});
