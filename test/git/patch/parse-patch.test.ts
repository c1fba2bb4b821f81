import { describe, expect, test } from 'vitest';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';
import type { FilePatch } from '../../../src/git/patch/patch.ts';
import { printPatch } from '../../../src/git/patch/print-patch.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const zero = '0'.repeat(40);
const emptyFile = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

const plain: FilePatch = {
  line: 1,
  change: 'modified',
  oldPath: 'x',
  newPath: 'x',
  oldMode: '100644',
  newMode: '100644',
  similarity: null,
  index: { oldOid: a, newOid: b },
  content: { kind: 'none' },
};
const binary = { kind: 'binary' } as const;

/** Lines joined as latin1, so that `\xff` in a test is that byte. */
function bytes(...lines: string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

function expectFiles(patch: Buffer, files: FilePatch[], quotePath = true): void {
  const parsed = parsePatch(patch);
  expect(parsed).toEqual({ quotePath, files });
  expect(printPatch(parsed).toString('latin1')).toBe(patch.toString('latin1'));
}

describe('a patch is read as', () => {
  test('no files when it is empty', () => expectFiles(bytes(), []));

  test('hunks with their sections, lines and missing line feeds', () => {
    const patch = bytes(
      'diff --git a/x b/x',
      `index ${a}..${b} 100644`,
      '--- a/x',
      '+++ b/x',
      '@@ -1,2 +1 @@',
      '-one\r',
      ' two',
      '@@ -9,2 +8,3 @@ int main(void) @@ \xe2\x82',
      ' ',
      '-old',
      '\\ No newline at end of file',
      '+new',
      '+\xff\0',
      '\\ No newline at end of file',
    );
    const line = (kind: 'context' | 'added' | 'removed', text: string, lineFeed = true) => ({
      kind,
      text,
      lineFeed,
    });
    expectFiles(patch, [
      {
        ...plain,
        content: {
          kind: 'text',
          hunks: [
            {
              oldStart: 1,
              oldLines: 2,
              newStart: 1,
              newLines: 1,
              section: '',
              lines: [line('removed', 'one\r'), line('context', 'two')],
            },
            {
              oldStart: 9,
              oldLines: 2,
              newStart: 8,
              newLines: 3,
              section: ' int main(void) @@ \xe2\x82',
              lines: [
                line('context', ''),
                line('removed', 'old', false),
                line('added', 'new'),
                line('added', '\xff\0', false),
              ],
            },
          ],
        },
      },
    ]);
  });

  test('content where lines of a hunk look like headers', () => {
    const patch = bytes(
      'diff --git a/x b/x',
      `index ${a}..${b} 100644`,
      '--- a/x',
      '+++ b/x',
      '@@ -1,3 +1,2 @@',
      '--- a/x',
      '-@@ -1 +1 @@',
      ' diff --git a/x b/x',
      '+++ b/x',
      'diff --git a/y b/y',
      'old mode 100644',
      'new mode 100755',
    );
    const [first, second] = parsePatch(patch).files;
    expect(first?.content).toEqual({
      kind: 'text',
      hunks: [
        {
          oldStart: 1,
          oldLines: 3,
          newStart: 1,
          newLines: 2,
          section: '',
          lines: [
            { kind: 'removed', text: '-- a/x', lineFeed: true },
            { kind: 'removed', text: '@@ -1 +1 @@', lineFeed: true },
            { kind: 'context', text: 'diff --git a/x b/x', lineFeed: true },
            { kind: 'added', text: '++ b/x', lineFeed: true },
          ],
        },
      ],
    });
    expect(second).toEqual({
      ...plain,
      line: 10,
      oldPath: 'y',
      newPath: 'y',
      newMode: '100755',
      index: null,
    });
    expect(printPatch(parsePatch(patch))).toEqual(patch);
  });

  test('a rename by its own lines, however the title could be split', () => {
    expectFiles(
      bytes(
        'diff --git a/x b/x b/y',
        'similarity index 100%',
        'rename from x b/x',
        'rename to y',
        'diff --git a/x b/x b/y',
        'old mode 100644',
        'new mode 100755',
        'similarity index 7%',
        'copy from x',
        'copy to x b/y',
        `index ${a}..${b}`,
        'Binary files a/x and b/x b/y differ',
      ),
      [
        {
          ...plain,
          change: 'renamed',
          oldPath: 'x b/x',
          newPath: 'y',
          oldMode: null,
          newMode: null,
          similarity: { kind: 'similarity', percent: 100 },
          index: null,
        },
        {
          ...plain,
          line: 5,
          change: 'copied',
          oldPath: 'x',
          newPath: 'x b/y',
          newMode: '100755',
          similarity: { kind: 'similarity', percent: 7 },
          content: binary,
        },
      ],
    );
  });

  test('a path with spaces, by equal halves and with the tab behind it', () => {
    const path = 'x b/x b/x';
    expectFiles(
      bytes(
        `diff --git a/${path} b/${path}`,
        'new file mode 100644',
        `index ${zero}..${b}`,
        '--- /dev/null',
        `+++ b/${path}\t`,
        '@@ -0,0 +1 @@',
        '+',
      ),
      [
        {
          ...plain,
          change: 'added',
          oldPath: path,
          newPath: path,
          oldMode: null,
          index: { oldOid: zero, newOid: b },
          content: {
            kind: 'text',
            hunks: [
              {
                oldStart: 0,
                oldLines: 0,
                newStart: 1,
                newLines: 1,
                section: '',
                lines: [{ kind: 'added', text: '', lineFeed: true }],
              },
            ],
          },
        },
      ],
    );
  });

  test('quoted paths, each side by itself, with every escape', () => {
    expectFiles(
      bytes(
        'diff --git a/plain "b/\\a\\b\\t\\n\\v\\f\\r\\"\\\\\\001\\177\\303\\251 \\377"',
        'similarity index 60%',
        'rename from plain',
        'rename to "\\a\\b\\t\\n\\v\\f\\r\\"\\\\\\001\\177\\303\\251 \\377"',
        `index ${a}..${b} 100644`,
        '--- a/plain',
        '+++ "b/\\a\\b\\t\\n\\v\\f\\r\\"\\\\\\001\\177\\303\\251 \\377"\t',
        '@@ -3 +3 @@ x',
        '-a',
        '+b',
      ),
      [
        {
          ...plain,
          change: 'renamed',
          oldPath: 'plain',
          newPath: '\x07\b\t\n\v\f\r"\\\x01\x7f\xc3\xa9 \xff',
          similarity: { kind: 'similarity', percent: 60 },
          content: {
            kind: 'text',
            hunks: [
              {
                oldStart: 3,
                oldLines: 1,
                newStart: 3,
                newLines: 1,
                section: ' x',
                lines: [
                  { kind: 'removed', text: 'a', lineFeed: true },
                  { kind: 'added', text: 'b', lineFeed: true },
                ],
              },
            ],
          },
        },
      ],
    );
  });

  test('paths under core.quotePath=false, quoted only where a byte needs it', () => {
    const patch = bytes(
      'diff --git a/\xc3\xa9 b/\xc3\xa9',
      'deleted file mode 100644',
      `index ${emptyFile}..${zero}`,
      'diff --git "a/\xff\\t" "b/\xff\\t"',
      'old mode 100644',
      'new mode 100755',
    );
    expectFiles(
      patch,
      [
        {
          ...plain,
          change: 'removed',
          oldPath: '\xc3\xa9',
          newPath: '\xc3\xa9',
          newMode: null,
          index: { oldOid: emptyFile, newOid: zero },
        },
        { ...plain, line: 4, oldPath: '\xff\t', newPath: '\xff\t', newMode: '100755', index: null },
      ],
      false,
    );
  });

  test('a binary patch with both directions', () => {
    expectFiles(
      bytes(
        'diff --git a/x b/x',
        'new file mode 100644',
        `index ${zero}..${b}`,
        'GIT binary patch',
        'literal 3',
        'KcmZQzWC8#H2LJ>B',
        '',
        'literal 0',
        'HcmV?d00001',
        '',
      ),
      [
        {
          ...plain,
          change: 'added',
          oldMode: null,
          index: { oldOid: zero, newOid: b },
          content: {
            kind: 'binary-patch',
            forward: { method: 'literal', size: 3, lines: ['KcmZQzWC8#H2LJ>B'] },
            reverse: { method: 'literal', size: 0, lines: ['HcmV?d00001'] },
          },
        },
      ],
    );
  });

  test('ids of a SHA-256 repository', () => {
    const patch = bytes(
      'diff --git a/x b/x',
      `index ${'a'.repeat(64)}..${'b'.repeat(64)} 120000`,
      'Binary files a/x and b/x differ',
    );
    expect(parsePatch(patch).files[0]?.index).toEqual({ oldOid: 'a'.repeat(64), newOid: 'b'.repeat(64) });
    expect(printPatch(parsePatch(patch))).toEqual(patch);
  });
});
