import { applyPatch, createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FileReplacements, toReplacements } from '../../src/render/sarif/patch-replacements.ts';

const lines = ['one', 'two', 'three', 'four', 'five', 'six'];
const read = (text: readonly string[]) => async (path: string) => (path === 'a.go' ? text : null);
const patch = (hunk: string, path = 'a.go') => `--- a/${path}\n+++ b/${path}\n${hunk}\n`;

/** Puts the replacements in, as a reader of SARIF would. */
function apply(text: readonly string[], [file]: FileReplacements[]): string[] {
  const result = [...text];
  for (const { startLine, endLine, text: inserted } of (file?.replacements ?? []).toReversed())
    result.splice(startLine - 1, endLine - startLine + 1, ...inserted.split('\n'));
  return result;
}

describe('toReplacements', { timeout: 120_000 }, () => {
  test('gives the lines from the first to the last change', async () => {
    expect(await toReplacements(patch('@@ -2,3 +2,3 @@\n two\n-three\n+3\n four'), read(lines))).toEqual([
      { path: 'a.go', replacements: [{ startLine: 3, endLine: 3, text: '3' }] },
    ]);
  });

  test('takes a neighbour where lines are only added or only taken away', async () => {
    expect(await toReplacements(patch('@@ -2,2 +2,3 @@\n two\n+new\n three'), read(lines))).toEqual([
      { path: 'a.go', replacements: [{ startLine: 2, endLine: 2, text: 'two\nnew' }] },
    ]);
    expect(await toReplacements(patch('@@ -1,2 +1,1 @@\n-one\n two'), read(lines))).toEqual([
      { path: 'a.go', replacements: [{ startLine: 1, endLine: 2, text: 'two' }] },
    ]);
  });

  test('goes by the lines, not by their counts, and takes several hunks and files', async () => {
    const hunks = '@@ -1,9 +1,9 @@\n-one\n+1\n two\n@@\n-five\n+5\n\\ No newline at end of file';
    const both = `diff --git a/a.go b/a.go\nindex 012345..6789ab 100644\n${patch(hunks)}${patch('@@ -1 +1 @@\n-x\n+y', 'b.go')}`;
    const files = async (path: string) => (path === 'a.go' ? lines : path === 'b.go' ? ['x'] : null);
    expect(await toReplacements(both, files)).toEqual([
      {
        path: 'a.go',
        replacements: [
          { startLine: 1, endLine: 1, text: '1' },
          { startLine: 5, endLine: 5, text: '5' },
        ],
      },
      { path: 'b.go', replacements: [{ startLine: 1, endLine: 1, text: 'y' }] },
    ]);
  });

  test('finds lines that are elsewhere than the patch says, in one place only', async () => {
    const hunk = '@@ -40,1 +40,1 @@\n-three\n+3';
    expect(await toReplacements(patch(hunk), read(lines))).toMatchObject([
      { replacements: [{ startLine: 3 }] },
    ]);
    expect(await toReplacements(patch(hunk), read([...lines, ...lines]))).toBeNull();
  });

  test.each([
    ['prose', 'take the lock first'],
    ['nothing', ''],
    ['other lines', patch('@@ -1,1 +1,1 @@\n-ONE\n+1')],
    ['lines with other blanks', patch('@@ -1,1 +1,1 @@\n-one \n+1')],
    ['prose around it', `Do this:\n${patch('@@ -1,1 +1,1 @@\n-one\n+1')}`],
    ['prose in it', patch('@@ -1,1 +1,1 @@\n-one\nand then\n+1')],
    ['a mode that changes', 'diff --git a/a.go b/a.go\nold mode 100644\nnew mode 100755\n'],
    ['another file', patch('@@ -1,1 +1,1 @@\n-one\n+1', 'b.go')],
    ['a file outside', patch('@@ -1,1 +1,1 @@\n-one\n+1', '../a.go')],
    ['a new file', '--- /dev/null\n+++ b/a.go\n@@ -0,0 +1,1 @@\n+one\n'],
    ['a file that goes', '--- a/a.go\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-one\n'],
    [
      'a file that moves',
      'diff --git a/a.go b/b.go\nrename from a.go\nrename to b.go\n--- a/a.go\n+++ b/b.go\n@@ -1,1 +1,1 @@\n-one\n+1\n',
    ],
    ['one file twice', patch('@@ -1,1 +1,1 @@\n-one\n+1').repeat(2)],
    ['hunks that overlap', patch('@@ -1,1 +1,1 @@\n-one\n+1\n@@ -1,1 +1,1 @@\n-one\n+eins')],
    ['only a new line without a place', patch('@@ -0,0 +1,1 @@\n+new')],
    ['a huge patch', patch(`@@ -1,1 +1,1 @@\n-one\n+${'x'.repeat(300_000)}`)],
  ])('gives nothing for %s', async (_name, diff) => {
    expect(await toReplacements(diff, read(lines))).toBeNull();
  });

  test('comes to what the patch comes to', async () => {
    const line = fc.constantFrom('a', 'b', 'c', '  d', '', '+x', '-y');
    const text = fc.array(line, { minLength: 1, maxLength: 14 });
    let given = 0;
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(3), async (before, after, context) => {
        const [old, fresh] = [`${before.join('\n')}\n`, `${after.join('\n')}\n`];
        const options = { context };
        const diff = createTwoFilesPatch('a/a.go', 'b/a.go', old, fresh, '', '', options).replace(
          /^=+\n/,
          '',
        );
        const files = await toReplacements(diff, read(before));
        if (files === null) return;
        given += 1;
        expect(`${apply(before, files).join('\n')}\n`).toBe(applyPatch(old, diff));
      }),
      { numRuns: 500 },
    );
    expect(given).toBeGreaterThan(100);
  });
});
