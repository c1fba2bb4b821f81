import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FilePatchView } from '../../../src/agent/patch-view.ts';
import { kindOf } from '../../../src/agent/prompt/file-kind.ts';
import { promptLimits, showFiles } from '../../../src/agent/prompt/show-files.ts';
import type { FileDiff } from '../../../src/domain/change.ts';

function fileAt(path: string, marks: Partial<FileDiff> = {}): FileDiff {
  return {
    path,
    oldPath: null,
    status: 'modified',
    oldMode: null,
    newMode: null,
    oldOid: null,
    newOid: null,
    binary: false,
    additions: 1,
    deletions: 0,
    hunks: [],
    generated: false,
    vendored: false,
    ...marks,
  };
}

function patchOf(files: readonly FileDiff[], length: (file: FileDiff) => number): Map<string, FilePatchView> {
  return new Map(
    files.map(({ path, ...file }) => {
      const lines = [`=== ${path} (modified)`, 'x'.repeat(length({ path, ...file }))];
      return [path, { path, lines, length: lines.join('\n').length + 1 }];
    }),
  );
}

describe('the files of a change', () => {
  test.each([
    ['src/a.go', 'source'],
    ['run', 'source'],
    ['src/a_test.go', 'test'],
    ['src/a.test.ts', 'test'],
    ['test/data.json', 'test'],
    ['tests/unit/test_a.py', 'test'],
    ['x/contest.py', 'source'],
    ['UserTest.java', 'test'],
    ['latest.py', 'source'],
    ['.github/workflows/ci.yml', 'configuration'],
    ['Makefile', 'configuration'],
    ['CMakeLists.txt', 'configuration'],
    ['.eslintrc', 'configuration'],
    ['docs/a.md', 'documentation'],
    ['LICENSE', 'documentation'],
    ['src/release.ts', 'source'],
  ])('%s is %s', (path, kind) => {
    expect(kindOf(fileAt(path))).toBe(kind);
  });

  test('are shown whole by rank, small ones that a tool wrote last, and never what is not to be reviewed', () => {
    const files = [
      fileAt('a.lock', { generated: true }),
      fileAt('b.md'),
      fileAt('big.lock', { generated: true }),
      fileAt('c.yml'),
      fileAt('d.png', { binary: true, additions: null, deletions: null }),
      fileAt('e.test.ts'),
      fileAt('f.ts', { status: 'removed' }),
      fileAt('g.ts'),
      fileAt('h.ts', { ignored: true }),
    ];
    const patch = patchOf(files, ({ path }) => (path === 'big.lock' ? 9_000 : 10));
    const shown = showFiles({ files }, patch, promptLimits);
    expect(shown.inlined).toEqual(['g.ts', 'f.ts', 'e.test.ts', 'c.yml', 'b.md', 'a.lock']);
    expect(shown.given).toEqual(['g.ts', 'f.ts', 'e.test.ts', 'c.yml', 'b.md']);
    expect(shown.overview.split('\n').filter((line) => line.includes('[not below]'))).toEqual([
      '  M  big.lock  +1 -0  (generated)  [not below]',
      '  M  h.ts  +1 -0  (not to be reviewed)  [not below]',
      '[not below]: its patch is not in this message; diff with the path shows it, read_file the whole file.',
    ]);
  });

  test('of thousands are all counted, by folder where they are too many to name', () => {
    const files = Array.from({ length: 5_000 }, (_, index) => fileAt(`gen/p${index % 7}/f${index}.go`));
    const shown = showFiles(
      { files },
      patchOf(files, () => 1_000),
      promptLimits,
    );
    expect(shown.overview.length).toBeLessThan(50_000);
    const named = shown.overview.split('\n').filter((line) => /^ {2}M {2}gen/.test(line)).length;
    const folded = [...shown.overview.matchAll(/^ {2}gen\/p\d\/ {2}([\d,]+) files?, /gm)];
    const counted = folded.reduce((sum, match) => sum + Number(match[1]?.replace(',', '')), 0);
    expect(folded.length).toBeGreaterThan(4);
    expect(named + counted).toBe(5_000);
  });

  test('are each shown whole or named with what is left out, whatever their order and the room', () => {
    const path = fc.stringMatching(/^[a-z]{1,3}(?:\/[a-z]{1,3}){0,3}\.(?:go|md|yml|lock|test\.ts)$/);
    const one = fc.record({ path, length: fc.nat(300), generated: fc.boolean(), ignored: fc.boolean() });
    const limits = fc.record({
      diffLength: fc.nat(2_000),
      fileLength: fc.nat(300),
      generatedLength: fc.nat(300),
      listLength: fc.nat(1_000),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { selector: (file) => file.path, maxLength: 30 }),
        limits,
        (specs, limits) => {
          const files = specs.map((spec) =>
            fileAt(spec.path, { generated: spec.generated, ignored: spec.ignored }),
          );
          const lengths = new Map(specs.map((spec) => [spec.path, spec.length]));
          const patch = patchOf(files, (file) => lengths.get(file.path) ?? 0);
          const shown = showFiles({ files }, patch, limits);
          expect(showFiles({ files: files.toReversed() }, patch, limits)).toEqual(shown);
          const whole = shown.inlined.map((name) => patch.get(name)?.lines.join('\n') ?? '');
          expect(shown.diff.startsWith(whole.join('\n\n'))).toBe(true);
          const left = files.length - shown.inlined.length;
          if (left > 0)
            expect(shown.diff).toContain(`[${left} file${left === 1 ? ' is' : 's are'} not shown here`);
          const lines = shown.overview.split('\n');
          const named = lines.filter((line) => /^ {2}M {2}/.test(line));
          for (const line of named) {
            const name = /^ {2}M {2}(\S+)/.exec(line)?.[1] ?? '';
            expect(line.endsWith('[not below]')).toBe(!shown.inlined.includes(name));
          }
          const counted = lines
            .slice(lines.findIndex((line) => line.startsWith('and ')) + 1 || lines.length)
            .reduce((sum, line) => sum + Number(/ {2}(\d+) files?, /.exec(line)?.[1] ?? 0), 0);
          expect(named.length + counted).toBe(files.length);
        },
      ),
    );
  });
});
