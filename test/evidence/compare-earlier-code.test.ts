import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EarlierFinding, EarlierRound } from '../../src/domain/change.ts';
import type { Location } from '../../src/domain/location.ts';
import { createEarlierCode } from '../../src/evidence/compare-earlier-code.ts';
import { followLines } from '../../src/evidence/follow-lines.ts';
import { createEvidenceFixture, type EvidenceFixture } from './evidence-fixture.ts';

const line = (at: number) => `line number ${at} of the file\n`;
const lines = Array.from({ length: 30 }, (_, at) => line(at + 1));
const above = Array.from({ length: 40 }, (_, at) => `one more line, ${at}\n`);

let fixture: EvidenceFixture;
let round: Pick<EarlierRound, 'head' | 'mergeBase'>;
let mergeBase: string;
beforeAll(async () => {
  fixture = await createEvidenceFixture(
    { 'base.txt': lines.join('') },
    {
      'moved.txt': lines.join(''),
      'named.txt': lines.join(''),
      'gone.txt': lines.join(''),
      'same.txt': lines.join(''),
      'image.bin': Buffer.from([0, 1, 2]),
    },
    {
      // 40 lines above, line 10 rewritten, 15 removed, one line put in behind 20.
      'moved.txt': [
        ...above,
        ...lines.slice(0, 9),
        'line ten is another\n',
        ...lines.slice(10, 14),
        ...lines.slice(15, 20),
        'put in\n',
        ...lines.slice(20),
      ].join(''),
      'named.txt': null,
      'renamed.txt': ['a first line\n', ...lines].join(''),
      'gone.txt': null,
      'image.bin': Buffer.from([0, 1, 3]),
    },
  );
  mergeBase = fixture.change.mergeBase;
  const first = fixture.change.commits[0];
  if (first === undefined) throw new Error('no commit');
  round = { head: first.sha, mergeBase };
});
afterAll(() => fixture.close());

function ask(
  places: readonly [path: string, start: number, end: number, side?: 'base'][],
  { then = round, quote = '' }: { then?: typeof round; quote?: string } = {},
) {
  const { repository, change } = fixture;
  const compare = createEarlierCode({ repository, change, signal: new AbortController().signal });
  const locations = places.map(
    ([path, startLine, endLine, side]): Location => ({ path, startLine, endLine, side: side ?? 'head' }),
  );
  const finding: Pick<EarlierFinding, 'locations' | 'quote'> = { locations, quote };
  return compare({ finding, round: then });
}
const at = (path: string, startLine: number, endLine: number, side: 'head' | 'base' = 'head') => ({
  path,
  startLine,
  endLine,
  side,
});

describe('the code of an earlier finding', () => {
  test('stands where it was moved to, also right below and above what changed', async () => {
    expect(await ask([['same.txt', 3, 5]])).toEqual({ outcome: 'stands', places: [at('same.txt', 3, 5)] });
    expect(await ask([['moved.txt', 1, 9]])).toEqual({
      outcome: 'stands',
      places: [at('moved.txt', 41, 49)],
    });
    expect(await ask([['moved.txt', 16, 20]])).toEqual({
      outcome: 'stands',
      places: [at('moved.txt', 55, 59)],
    });
    expect(await ask([['moved.txt', 21, 30]])).toEqual({
      outcome: 'stands',
      places: [at('moved.txt', 61, 70)],
    });
    expect(await ask([['base.txt', 2, 2, 'base']])).toEqual({
      outcome: 'stands',
      places: [at('base.txt', 2, 2, 'base')],
    });
  });

  test('has changed when a line was rewritten, removed or put in between, at any of its places', async () => {
    for (const [start, end] of [
      [10, 10],
      [8, 12],
      [15, 15],
      [14, 16],
      [20, 21],
    ] as const)
      expect([start, await ask([['moved.txt', start, end]])]).toEqual([
        start,
        { outcome: 'changed', places: [expect.objectContaining({ path: 'moved.txt' })] },
      ]);
    expect(
      await ask([
        ['same.txt', 3, 5],
        ['moved.txt', 10, 10],
      ]),
    ).toMatchObject({ outcome: 'changed' });
    expect(await ask([['image.bin', 1, 1]])).toMatchObject({ outcome: 'changed' });
  });

  test('follows a renamed file; a file that is gone has changed', async () => {
    const renamed = await ask([['named.txt', 3, 4]]);
    // gone.txt has the same content: git may pair either of the two with the new name.
    const gone = await ask([['gone.txt', 3, 4]]);
    expect([renamed.outcome, gone.outcome].sort()).toEqual(['changed', 'stands']);
    expect([renamed, gone]).toContainEqual({ outcome: 'stands', places: [at('renamed.txt', 4, 5)] });
  });

  test('is looked for by its quote where that round’s commit is gone', async () => {
    const then = { head: 'd'.repeat(40), mergeBase: null };
    expect(await ask([['moved.txt', 9, 9]], { then, quote: line(9) })).toEqual({
      outcome: 'stands',
      places: [at('moved.txt', 49, 49)],
    });
    for (const [path, quote] of [
      ['moved.txt', line(10)],
      ['gone.txt', line(3)],
    ] as const)
      expect(await ask([[path, 3, 3]], { then, quote })).toMatchObject({ outcome: 'changed' });
    expect(await ask([['image.bin', 1, 1]], { then, quote: 'x' })).toMatchObject({ outcome: 'unknown' });
    expect(await ask([['base.txt', 2, 2, 'base']], { then, quote: line(2) })).toMatchObject({
      outcome: 'stands',
    });
  });

  test('is nowhere for a text that is in no file', async () => {
    expect(await ask([])).toEqual({ outcome: 'stands', places: [] });
  });
});

test('lines are followed as they were edited', () => {
  const edit = fc.record({ keep: fc.nat(3), remove: fc.nat(2), add: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), fc.nat(30), fc.nat(5), (edits, from, more) => {
      const kept = new Map<number, number>();
      const added: { start: number; end: number }[] = [];
      const removed: { start: number; end: number }[] = [];
      let [old, now] = [1, 1];
      for (const { keep, remove, add } of [...edits, { keep: 40, remove: 0, add: 0 }]) {
        for (let count = 0; count < keep; count += 1) kept.set(old++, now++);
        if (remove > 0) removed.push({ start: old, end: old + remove - 1 });
        if (add > 0) added.push({ start: now, end: now + add - 1 });
        [old, now] = [old + remove, now + add];
      }
      const range = { start: from + 1, end: from + 1 + more };
      const places = Array.from({ length: more + 1 }, (_, at) => kept.get(range.start + at));
      const [first] = places;
      const isWhole = places.every((place, at) => place !== undefined && place === (first ?? 0) + at);
      const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, section: '', added, removed };
      const followed = followLines({ hunks: [hunk] }, range);
      expect(followed.changed).toBe(!isWhole);
      if (isWhole) expect(followed.range).toEqual({ start: first, end: (first ?? 0) + more });
    }),
  );
});
