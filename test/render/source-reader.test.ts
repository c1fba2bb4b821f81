import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GitError } from '../../src/errors.ts';
import type { FileLookup } from '../../src/git/object-repository.ts';
import { showCode, showExcerpt } from '../../src/render/source/excerpt-view.ts';
import { createPermalinks } from '../../src/render/source/permalink.ts';
import { createSourceReader, noSources, type SourceReader } from '../../src/render/source/source-reader.ts';
import { findReferences } from '../../src/render/text/references.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

let fixture: ReportFixture;
let sources: SourceReader;
let head: string;
beforeAll(() => {
  fixture = createReportFixture();
  sources = fixture.sources;
  head = fixture.report.change.head.sha;
});
afterAll(() => fixture.remove());

describe('createSourceReader', () => {
  test('cuts lines with their numbers and clips the context to the file', async () => {
    expect(await sources.excerpt(head, 'docs/cache.md', { start: 3, end: 3 }, 5)).toEqual({
      outcome: 'found',
      totalLines: 3,
      lines: [
        { number: 1, text: '# The cache' },
        { number: 2, text: '' },
        { number: 3, text: 'Entries live in memory. Nothing is removed before the program ends.' },
      ],
    });
  });

  test('proves that a file or a line is absent', async () => {
    expect(await sources.excerpt(head, 'no/such.go', { start: 1, end: 1 }, 5)).toEqual({
      outcome: 'absent',
      message: `there is no such file at ${head.slice(0, 12)}`,
    });
    expect(await sources.excerpt(head, 'docs/cache.md', { start: 4, end: 9 }, 5)).toEqual({
      outcome: 'absent',
      message: 'docs/cache.md has 3 lines, none of them 4',
    });
  });

  test.each<[string, () => Promise<FileLookup>, object]>([
    [
      'git failed',
      () => Promise.reject(new GitError('bad object')),
      { outcome: 'unavailable', message: 'git could not read it: bad object' },
    ],
    [
      'too large',
      async () => ({ outcome: 'too-large', oid: head, mode: '100644', size: 9e7 }),
      { outcome: 'unavailable', message: 'the file is too large to show (90000000 bytes)' },
    ],
    [
      'binary',
      async () => ({ outcome: 'found', oid: head, mode: '100644', bytes: Buffer.from('a\0b') }),
      { outcome: 'unavailable', message: 'the file is binary' },
    ],
    [
      'a folder',
      async () => ({ outcome: 'not-a-file', kind: 'tree' }),
      { outcome: 'absent', message: 'the path is a folder' },
    ],
  ])('says what it cannot show: %s', async (_, readFile, expected) => {
    const reader = createSourceReader({ readFile });
    expect(await reader.excerpt(head, 'x', { start: 1, end: 1 }, 0)).toEqual(expected);
    expect(await reader.extent(head, 'x')).toEqual(expected);
  });

  test('passes on what is no answer of git', async () => {
    const stop = new Error('stopped');
    const reader = createSourceReader({ readFile: () => Promise.reject(stop) });
    await expect(reader.excerpt(head, 'x', { start: 1, end: 1 }, 0)).rejects.toBe(stop);
  });

  test('reads a file once', async () => {
    let reads = 0;
    const reader = createSourceReader({
      async readFile() {
        reads += 1;
        return { outcome: 'found', oid: head, mode: '100644', bytes: Buffer.from('a\r\nb\rc\n\n') };
      },
    });
    await reader.extent(head, 'x');
    expect(await reader.excerpt(head, 'x', { start: 1, end: 9 }, 0)).toEqual({
      outcome: 'found',
      totalLines: 3,
      lines: [
        { number: 1, text: 'a' },
        { number: 2, text: 'b\rc' },
        { number: 3, text: '' },
      ],
      carriageReturns: true,
    });
    expect(reads).toBe(1);
  });
});

describe('showExcerpt', () => {
  test('leaves out the middle of what is long, and counts it', () => {
    const lines = Array.from({ length: 200 }, (_, at) => ({ number: at + 1, text: `line ${at + 1}` }));
    const { parts } = showExcerpt({ outcome: 'found', lines, totalLines: 200 }, [{ start: 1, end: 200 }]);
    expect(parts.map(({ gap, lines: shown }) => [gap, shown[0]?.number, shown.at(-1)?.number])).toEqual([
      ['', 1, 40],
      ['145 lines not shown', undefined, undefined],
      ['', 186, 200],
    ]);
  });

  test('shows hidden characters and cuts long lines, keeping tabs', () => {
    expect(showCode('\ta\u202Eb\u0000')).toBe('\ta⟦U+202E⟧b⟦U+0000⟧');
    expect(showCode('x'.repeat(2_000_000))).toBe(`${'x'.repeat(500)} … 1,999,500 more characters`);
    expect(showCode(`${'x'.repeat(499)}😀`)).toBe(`${'x'.repeat(499)} … 1 more character`);
  });
});

describe('createPermalinks', () => {
  test('carries the full id, encodes the path byte by byte, and points at the side’s commit', () => {
    const { change } = fixture.report;
    const links = createPermalinks(change);
    const at = (path: string, side: 'head' | 'base') =>
      links.location({ path, startLine: 2, endLine: 2, side });
    expect(at('a b/c#é%\udcff().go', 'head')).toBe(
      `https://github.com/example/lantern/blob/${change.head.sha}/a%20b/c%23%C3%A9%25%FF%28%29.go#L2`,
    );
    expect(at('x', 'base')).toBe(`https://github.com/example/lantern/blob/${change.mergeBase}/x#L2`);
  });

  test('has no address for what is no web page', () => {
    for (const url of [null, 'git@github.com:o/r.git', 'file:///srv/r', 'javascript:alert(1)']) {
      const change = { ...fixture.report.change, repository: { owner: 'o', name: 'r', url } };
      const links = createPermalinks(change);
      expect(links.repository).toBeNull();
      expect(links.commit(head)).toBeNull();
    }
    const withSecret = {
      ...fixture.report.change,
      repository: { owner: 'o', name: 'r', url: 'https://user:secret@host.example/o/r.git?x#y' },
    };
    expect(createPermalinks(withSecret).repository).toBe('https://host.example/o/r');
  });
});

describe('findReferences', () => {
  const location = (path: string, startLine: number, endLine = startLine, side = 'head') => ({
    path,
    startLine,
    endLine,
    side,
  });

  test('finds places that exist, by path or by its only ending, in the spellings people use', async () => {
    const texts = [
      'scripts/release.sh:7, store.go:26-30, internal/cache/store.go#L1-L2, go.mod:1, old/legacy.py:3',
      'store.go:999, none.go:1, 10.0.0.1:80, store_test.go:2–4, lock:1',
    ];
    const report = { ...fixture.report, executiveSummary: texts.join('\n') };
    const references = await findReferences(report, sources);
    expect(references.find('scripts/release.sh:7')).toEqual(location('scripts/release.sh', 7));
    expect(references.find('store.go:26-30')).toEqual(location('internal/cache/store.go', 26, 30));
    expect(references.find('internal/cache/store.go#L1-L2')).toEqual(
      location('internal/cache/store.go', 1, 2),
    );
    expect(references.find('go.mod:1')).toEqual(location('go.mod', 1));
    expect(references.find('old/legacy.py:3')).toEqual(location('old/legacy.py', 3, 3, 'base'));
    expect(references.find('store_test.go:2–4')).toEqual(location('internal/cache/store_test.go', 2, 4));
    for (const text of [
      'store.go:999',
      'none.go:1',
      '10.0.0.1:80',
      'lock:1',
      'store.go',
      'store.go:0',
      'store.go:9-2',
    ])
      expect(references.find(text), text).toBeNull();
  });

  test('without the repository knows only what the report knows', async () => {
    const report = { ...fixture.report, executiveSummary: 'scripts/release.sh:7 go.mod:1' };
    const references = await findReferences(report, noSources);
    expect(references.find('scripts/release.sh:7')).toEqual(location('scripts/release.sh', 7));
    expect(references.find('go.mod:1')).toBeNull();
  });
});
