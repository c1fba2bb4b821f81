import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileDiff, Hunk } from '../../../src/domain/change.ts';
import type { Location } from '../../../src/domain/location.ts';
import { createDiffPlaces } from '../../../src/render/publish/diff-places.ts';

const oid = 'a'.repeat(40);

function file(path: string, changes: Partial<FileDiff> & { hunks: Hunk[] }): FileDiff {
  return {
    path,
    oldPath: null,
    status: 'modified',
    oldMode: '100644',
    newMode: '100644',
    oldOid: oid,
    newOid: oid,
    binary: false,
    additions: 1,
    deletions: 1,
    generated: false,
    vendored: false,
    ...changes,
  };
}

/** Lines 10–16 of both sides, 13 and 14 of the base replaced; and lines 40–46 of the base, 41–49 of the head. */
const hunks: Hunk[] = [
  {
    ...{ oldStart: 10, oldLines: 7, newStart: 10, newLines: 7, section: '' },
    added: [{ start: 13, end: 14 }],
    removed: [{ start: 13, end: 14 }],
  },
  {
    ...{ oldStart: 40, oldLines: 7, newStart: 40, newLines: 9, section: '' },
    added: [{ start: 43, end: 45 }],
    removed: [{ start: 43, end: 43 }],
  },
];
const places = createDiffPlaces([
  file('src/a.go', { hunks }),
  file('src/new-name.go', { hunks, status: 'renamed', oldPath: 'src/old-name.go' }),
  file('src/gone.go', { hunks, status: 'removed' }),
  file('src/copy.go', { hunks, status: 'copied', oldPath: 'src/original.go' }),
  file('picture.png', { hunks, binary: true }),
  file('odd\udc80.go', { hunks }),
]);

function find(text: string): string | null {
  const [, path = '', start = '', end = start, side] = /^(.*?):(\d+)(?:-(\d+))?( base)?$/.exec(text) ?? [];
  const found = places.find({
    path,
    startLine: Number(start),
    endLine: Number(end),
    side: side === undefined ? 'head' : 'base',
  });
  if (found === null) return null;
  return `${found.path}:${found.startLine}-${found.endLine}${found.side === 'base' ? ' base' : ''}`;
}

test.each([
  ['src/a.go:10', 'src/a.go:10-10'],
  ['src/a.go:16', 'src/a.go:16-16'],
  ['src/a.go:12-15', 'src/a.go:12-15'],
  ['src/a.go:9', null],
  ['src/a.go:17', null],
  ['src/a.go:1-12', 'src/a.go:10-12'],
  ['src/a.go:15-30', 'src/a.go:15-16'],
  ['src/a.go:12-41', 'src/a.go:40-41'],
  ['src/a.go:17-39', null],
  ['src/b.go:12', null],
  ['src/a.go:13 base', 'src/a.go:13-13 base'],
  ['src/a.go:10-20 base', 'src/a.go:13-14 base'],
  ['src/a.go:12 base', null],
  ['src/new-name.go:13', 'src/new-name.go:13-13'],
  ['src/old-name.go:13', null],
  ['src/old-name.go:13 base', 'src/new-name.go:13-13 base'],
  ['src/new-name.go:13 base', null],
  ['src/gone.go:13', null],
  ['src/gone.go:13 base', 'src/gone.go:13-13 base'],
  ['src/original.go:13 base', null],
  ['picture.png:13', null],
  ['odd\udc80.go:13', null],
])('a comment on %s stands at %s', (asked, expected) => {
  expect(find(asked)).toBe(expected);
});

test('whatever is asked for, a comment stands on lines that were asked for, within one hunk', () => {
  const line = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(line, line, fc.constantFrom('head' as const, 'base' as const), (a, b, side) => {
      const asked: Location = { path: 'src/a.go', startLine: Math.min(a, b), endLine: Math.max(a, b), side };
      const found = places.find(asked);
      const touched = hunks.flatMap(({ newStart, newLines, removed }) =>
        side === 'head'
          ? Array.from({ length: newLines }, (_, at) => newStart + at)
          : removed.flatMap(({ start, end }) =>
              Array.from({ length: end - start + 1 }, (_, at) => start + at),
            ),
      );
      const hits = touched.filter((one) => asked.startLine <= one && one <= asked.endLine);
      expect(found === null).toBe(hits.length === 0);
      if (found === null) return;
      expect(hits).toContain(found.startLine);
      expect(found.endLine).toBe(hits.at(-1));
      if (side === 'head')
        expect(places.holds('src/a.go', { start: found.startLine, end: found.endLine })).toBe(true);
    }),
  );
});
