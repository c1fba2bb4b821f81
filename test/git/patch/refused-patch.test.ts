import { describe, expect, test } from 'vitest';
import { GitError } from '../../../src/errors.ts';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const zero = '0'.repeat(40);
const emptyFile = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

function bytes(...lines: string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

const title = 'diff --git a/x b/x';
const index = `index ${a}..${b} 100644`;
const sides = ['--- a/x', '+++ b/x'];
const text = [title, index, ...sides];
const rename = ['similarity index 50%', 'rename from x', 'rename to y'];

describe('a patch git does not print is refused, naming the line:', () => {
  test.each<[string, number, string[]]>([
    ['an abbreviated id', 2, [title, 'index aaaaaaa..bbbbbbb 100644', ...sides, '@@ -1 +1 @@', '-a', '+b']],
    [
      'ids of two lengths',
      2,
      [title, `index ${a}..${'b'.repeat(64)} 100644`, 'Binary files a/x and b/x differ'],
    ],
    ['an index line without the mode', 2, [title, `index ${a}..${b}`, 'Binary files a/x and b/x differ']],
    ['a mode too many', 4, [title, 'old mode 100644', 'new mode 100755', index]],
    ['equal ids', 2, [title, `index ${a}..${a} 100644`, 'Binary files a/x and b/x differ']],
    [
      'zeros for a file that is there',
      2,
      [title, `index ${zero}..${b} 100644`, 'Binary files a/x and b/x differ'],
    ],
    ['an id for a file that is not', 3, [title, 'new file mode 100644', `index ${a}..${b}`]],
    ['a new file without an id', 3, [title, 'new file mode 100644']],
    ['a section without a change', 1, [title]],
    ['a section whose content is missing', 1, [title, index]],
    ['a new file whose content is missing', 1, [title, 'new file mode 100644', `index ${zero}..${b}`]],
    [
      'content without ids',
      1,
      [title, 'old mode 100644', 'new mode 100755', ...sides, '@@ -1 +1 @@', '-a', '+b'],
    ],
    ['an old mode alone', 3, [title, 'old mode 100644', index]],
    ['a mode that does not change', 3, [title, 'old mode 100644', 'new mode 100644']],
    ['a file that becomes a link in one section', 3, [title, 'old mode 100644', 'new mode 120000']],
    ['no mode', 2, [title, 'new file mode 100844', `index ${zero}..${emptyFile}`]],
    [
      'two different paths without a rename',
      1,
      ['diff --git a/x b/y', index, 'Binary files a/x and b/y differ'],
    ],
    ['no paths', 1, ['diff --git a/ b/', index, 'Binary files a/ and b/ differ']],
    ['a rename of nothing', 3, ['diff --git a/ b/y', 'similarity index 100%', 'rename from ', 'rename to y']],
    [
      'zeros for a file that stays',
      2,
      [title, `index ${a}..${zero} 100644`, 'Binary files a/x and b/x differ'],
    ],
    ['other prefixes', 1, ['diff --git x x', index, 'Binary files x and x differ']],
    ['a needlessly quoted path', 1, ['diff --git "a/x" "b/x"', index, 'Binary files "a/x" and "b/x" differ']],
    ['an unquoted path that needs quotes', 1, ['diff --git a/x\t b/x\t', index]],
    ['an escape that is none', 1, ['diff --git "a/\\q" "b/\\q"', index]],
    ['an octal escape for a letter', 1, ['diff --git "a/\\101" "b/\\101"', index]],
    [
      'two ways of quoting',
      4,
      [
        'diff --git "a/\\303" "b/\\303"',
        'old mode 100644',
        'new mode 100755',
        'diff --git a/\xc3 b/\xc3',
        'old mode 100644',
        'new mode 100755',
      ],
    ],
    ['a rename of other paths', 1, ['diff --git a/x b/z', ...rename, index]],
    [
      'a path that moved to itself',
      4,
      ['diff --git a/x b/x', 'similarity index 100%', 'rename from x', 'rename to x'],
    ],
    ['a rename to nowhere', 4, [title, 'similarity index 50%', 'rename from x', index]],
    ['a similarity alone', 3, [title, 'similarity index 50%', index]],
    [
      'a percentage over 100',
      2,
      ['diff --git a/x b/y', 'similarity index 101%', 'rename from x', 'rename to y'],
    ],
    ['a new file that was renamed', 1, ['diff --git a/x b/y', 'new file mode 100644', ...rename]],
    ['another name behind ---', 3, [title, index, '--- a/y', '+++ b/x', '@@ -1 +1 @@', '-a', '+b']],
    ['a tab that does not belong', 3, [title, index, '--- a/x\t', '+++ b/x', '@@ -1 +1 @@', '-a', '+b']],
    [
      'a missing tab',
      4,
      ['diff --git a/x y b/x y', index, '--- a/x y\t', '+++ b/x y', '@@ -1 +1 @@', '-a', '+b'],
    ],
    [
      '/dev/null for a file that is there',
      3,
      [title, index, '--- /dev/null', '+++ b/x', '@@ -0,0 +1 @@', '+b'],
    ],
    ['other names of a binary', 3, [title, index, 'Binary files a/x and b/y differ']],
    ['a title in two unequal halves', 1, ['diff --git a/x  b/x', index, 'Binary files a/x and b/x differ']],
    [
      'a needlessly quoted name of a rename',
      3,
      [
        'diff --git a/x b/y',
        'similarity index 50%',
        'rename from "x"',
        'rename to y',
        index,
        'Binary files a/x and b/y differ',
      ],
    ],
    [
      'a new file that was rewritten',
      1,
      [title, 'new file mode 100644', 'dissimilarity index 50%', `index ${zero}..${emptyFile}`],
    ],
    [
      'an added line behind the end',
      9,
      [...text, '@@ -1 +1,2 @@', '-a', '+b', '\\ No newline at end of file', '+c'],
    ],
    [
      'binary data without a line',
      4,
      [title, index, 'GIT binary patch', 'literal 0', '', 'literal 0', 'HcmV?d00001', ''],
    ],
    ['no hunk', 5, text],
    ['a hunk header that is none', 5, [...text, '@@ 1 @@', '-a']],
    ['a count of one that is written out', 5, [...text, '@@ -1,1 +1 @@', '-a', '+b']],
    ['a start with a leading zero', 5, [...text, '@@ -01 +1 @@', '-a', '+b']],
    ['an empty hunk', 5, [...text, '@@ -0,0 +0,0 @@']],
    ['a hunk that changes nothing', 5, [...text, '@@ -1 +1 @@', ' a']],
    ['a hunk that ends too early', 7, [...text, '@@ -1,2 +1,2 @@', '-a']],
    ['a hunk with lines of one side too many', 7, [...text, '@@ -1 +1,2 @@', '-a', '-b', '+c']],
    ['a line too many', 8, [...text, '@@ -1 +1 @@', '-a', '+b', '+c']],
    ['a line without a marker', 6, [...text, '@@ -1 +1 @@', '', '+b']],
    ['a hunk that starts too early', 8, [...text, '@@ -5 +5 @@', '-a', '+b', '@@ -5 +5 @@', '-a', '+b']],
    ['sides that drift apart', 8, [...text, '@@ -1 +1 @@', '-a', '+b', '@@ -9 +10 @@', '-a', '+b']],
    [
      'a line behind the end',
      8,
      [...text, '@@ -1,2 +1 @@', '-a', '\\ No newline at end of file', '-b', '+c'],
    ],
    [
      'a hunk behind the end',
      10,
      [
        ...text,
        '@@ -1 +1 @@',
        '-a',
        '\\ No newline at end of file',
        '+b',
        '\\ No newline at end of file',
        '@@ -9 +9 @@',
        '-a',
        '+b',
      ],
    ],
    ['another text behind a backslash', 7, [...text, '@@ -1 +1 @@', '-a', '\\ Kein Zeilenumbruch', '+b']],
    [
      'binary data without a reverse',
      7,
      [title, index, 'GIT binary patch', 'literal 0', 'HcmV?d00001', '', title],
    ],
    [
      'binary data of the wrong length',
      5,
      [title, index, 'GIT binary patch', 'literal 0', 'IcmV?d00001', ''],
    ],
    [
      'a short line before the last',
      6,
      [title, index, 'GIT binary patch', 'literal 9', 'HcmV?d00001', 'HcmV?d00001', ''],
    ],
    ['text before the first section', 1, ['commit 1', title, index]],
    ['an unmerged path', 1, ['* Unmerged path x']],
  ])('%s', (_, line, lines) => {
    const read = () => parsePatch(bytes(...lines));
    expect(read).toThrow(GitError);
    expect(read).toThrow(new RegExp(`^the patch cannot be read: line ${line}: `));
  });

  test('a last line without its line feed', () => {
    const patch = bytes(...text, '@@ -1 +1 @@', '-a', '+b');
    expect(() => parsePatch(patch.subarray(0, -1))).toThrow('line 7: the patch ends within a line');
  });

  test('a rename of different contents without their ids', () => {
    const read = () => parsePatch(bytes('diff --git a/x b/y', ...rename));
    expect(read).toThrow('line 1: two contents and no "index"');
  });

  test('a path of over a million characters', () => {
    const read = (length: number) => {
      const path = '\\377'.repeat(length);
      const modes = ['old mode 100644', 'new mode 100755'];
      return parsePatch(bytes(`diff --git "a/${path}" "b/${path}"`, ...modes)).files[0]?.newPath.length;
    };
    expect(read(20_000)).toBe(20_000);
    expect(() => read(300_000)).toThrow('line 1: cannot tell two paths');
  });

  test('and shows no control character of it', () => {
    expect(() => parsePatch(bytes('\x1b[31m\x9b'))).toThrow(/^[\x20-\x7e…]*$/);
    expect(() => parsePatch(bytes(title, 'index \x1b[31m\x9b\x7f'))).toThrow(/^[\x20-\x7e…]*$/);
  });
});
