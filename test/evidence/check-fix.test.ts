import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFix } from '../../src/evidence/check-fix.ts';
import { createEvidenceFixture, type EvidenceFixture } from './evidence-fixture.ts';

const cart = `package shop

import "errors"

func Add(items map[string]int, article string, count int) error {
	if count <= 0 {
		return errors.New("count must be positive")
	}
	items[article] += count
	return nil
}

func Remove(items map[string]int, article string, count int) error {
	if count <= 0 {
		return errors.New("count must be positive")
	}
	items[article] -= count
	return nil
}
`;

let fixture: EvidenceFixture;

beforeAll(async () => {
  fixture = await createEvidenceFixture({
    'shop/cart.go': cart,
    'shop/windows.ts': 'const a = 1;\r\nconst b = 2;\r\nexport { a, b };\r\n',
    'shop/no-end.py': 'def f():\n    return 1',
    'shop/broken.js': 'function f( {\n  return 1;\n}\nlet a = 1;\n',
    'notes.md': '# Notes\n\n```sh\nmake\n```\n\nThe end.\n',
    'same.txt': 'one\ntwo\none\ntwo\none\ntwo\n',
    'image.png': Buffer.from([0x89, 0x50, 0, 1]),
    'large.go': `package a\n${'// filler of a line\n'.repeat(60_000)}`,
    'ünï cödé.py': 'a = 1\n',
  });
});
afterAll(() => fixture.close());

function check(diff: string, more: { path?: string; line?: number | null; signal?: AbortSignal } = {}) {
  const { repository, change } = fixture;
  return checkFix({
    repository,
    change,
    commit: change.head.sha,
    path: more.path ?? 'shop/cart.go',
    line: more.line ?? null,
    diff,
    ...(more.signal === undefined ? {} : { signal: more.signal }),
  });
}

const body = `@@ -6,5 +6,5 @@ func Add
 	if count <= 0 {
 		return errors.New("count must be positive")
 	}
-	items[article] += count
+	items[article] = items[article] + count
 	return nil
`;
const applies = {
  applies: true,
  parses: true,
  message: 'The patch applies to shop/cart.go; it still parses.',
};

describe('a patch applies', () => {
  test.each<[string, string]>([
    [
      'as git writes it',
      `diff --git a/shop/cart.go b/shop/cart.go\nindex 123..456 100644\n--- a/shop/cart.go\n+++ b/shop/cart.go\n${body}`,
    ],
    ['without the git header', `--- a/shop/cart.go\n+++ b/shop/cart.go\n${body}`],
    ['without prefixes', `--- shop/cart.go\n+++ shop/cart.go\n${body}`],
    [
      'with times behind the paths',
      `--- shop/cart.go\t2026-01-01 00:00:00\n+++ shop/cart.go\t2026-01-01 00:00:00\n${body}`,
    ],
    ['with the end of the path only', `--- a/cart.go\n+++ b/cart.go\n${body}`],
    ['with hunks only', body],
    ['with wrong counts', body.replace('-6,5 +6,5', '-6,99 +6,1')],
    ['with wrong line numbers', body.replace('-6,5 +6,5', '-160,5 +160,5')],
    ['with line numbers beyond all bounds', body.replace('-6,5 +6,5', '-9999999,5 +9999999,5')],
    ['without line numbers', body.replace(/@@.*/, '@@')],
    ['with words for line numbers', body.replace(/@@.*/, '@@ func Add(items map[string]int) @@')],
    ['without any hunk header', `--- a/shop/cart.go\n+++ b/shop/cart.go\n${body.replace(/@@.*\n/, '')}`],
    ['without any header', '-\titems[article] += count\n+\titems[article] = items[article] + count\n'],
    ['in a fence', `Change it so:\n\n\`\`\`diff\n${body}\`\`\`\n\nThat is all.\n`],
    ['in a fence without a language', `\`\`\`\n${body}\`\`\``],
    ['with prose behind it', `${body}\nThis keeps the sum.\n`],
    [
      'without the blank before context',
      body.replace(/^ \treturn nil/m, '\treturn nil').replace(/^ \t}/m, '\t}'),
    ],
    ['with Windows line ends', body.replaceAll('\n', '\r\n')],
    ['with white space at line ends', body.replace('+= count', '+= count  ')],
    ['with a false word about the last line', `${body}\\ No newline at end of file\n`],
    [
      'as a section of another format',
      `*** Begin Patch\n*** Update File: shop/cart.go\n@@ func Add\n-\titems[article] += count\n+\titems[article] = items[article] + count\n*** End Patch\n`,
    ],
    [
      'with context left out',
      '@@\n func Add(items map[string]int, article string, count int) error {\n ...\n-\titems[article] += count\n+\titems[article] = items[article] + count\n',
    ],
  ])('%s', async (_name, diff) => {
    expect(await check(diff)).toEqual(applies);
  });

  test('to several files, one of them named by its new place', async () => {
    const diff = `--- a/shop/cart.go\n+++ b/shop/cart.go\n${body}--- a/shop/windows.ts\n+++ b/shop/windows.ts\n@@ -1,2 +1,2 @@\n-const a = 1;\n+const a = 3;\n const b = 2;\n`;
    expect(await check(diff)).toEqual({
      applies: true,
      parses: true,
      message: 'The patch applies to shop/cart.go, shop/windows.ts; it still parses.',
    });
  });

  test('twice to one file, the second part on what the first made', async () => {
    const second =
      '--- a/shop/cart.go\n+++ b/shop/cart.go\n@@ -9,1 +9,1 @@\n-\titems[article] = items[article] + count\n+\titems[article] = count + items[article]\n';
    expect(await check(`--- a/shop/cart.go\n+++ b/shop/cart.go\n${body}${second}`)).toEqual(applies);
  });

  test('with its hunks in any order', async () => {
    const diff =
      '@@ -17,1 +17,1 @@\n-\titems[article] -= count\n+\titems[article]--\n@@ -9,1 +9,1 @@\n-\titems[article] += count\n+\titems[article]++\n';
    expect(await check(diff)).toEqual(applies);
  });

  test('with hunks that share their context', async () => {
    const diff =
      '@@ -8,3 +8,3 @@\n \t}\n-\titems[article] += count\n+\titems[article]++\n \treturn nil\n@@ -10,2 +10,3 @@\n \treturn nil\n+\t// done\n }\n';
    expect(await check(diff)).toEqual(applies);
  });

  test('with insertions that say where they go', async () => {
    expect(await check('@@ -3,0 +4,1 @@\n+// A comment.\n')).toEqual(applies);
  });

  test('to a file without a line feed at its end', async () => {
    expect(
      await check('@@ -2 +2 @@\n-    return 1\n+    return 2\n', { path: 'shop/no-end.py' }),
    ).toMatchObject({
      applies: true,
      parses: true,
    });
  });

  test('to a file with Windows line ends', async () => {
    const diff = '@@ -2,2 +2,3 @@\n const b = 2;\n+const c = 3;\n export { a, b };\n';
    expect(await check(diff, { path: 'shop/windows.ts' })).toMatchObject({ applies: true, parses: true });
  });

  test('to a text that holds fences itself', async () => {
    const diff = '--- a/notes.md\n+++ b/notes.md\n@@ -2,4 +2,4 @@\n \n ```sh\n-make\n+make all\n ```\n';
    expect(await check(diff)).toEqual({
      applies: true,
      parses: null,
      message: 'The patch applies to notes.md; no grammar is known to parse it with.',
    });
  });

  test('when it makes a new file', async () => {
    const diff =
      'diff --git a/shop/new.go b/shop/new.go\nnew file mode 100644\n--- /dev/null\n+++ b/shop/new.go\n@@ -0,0 +1,3 @@\n+package shop\n+\n+func New() {}\n';
    expect(await check(diff)).toEqual({
      applies: true,
      parses: true,
      message: 'The patch applies to shop/new.go; it still parses.',
    });
    expect(await check('*** Begin Patch\n*** Add File: shop/new.py\n+a = 1\n*** End Patch')).toMatchObject({
      applies: true,
      parses: true,
    });
    expect(await check('--- a/shop/new.py\n+++ b/shop/new.py\n@@ -0,0 +1 @@\n+a = 1\n')).toMatchObject({
      applies: true,
      parses: true,
    });
  });

  test('when it removes or renames a file', async () => {
    expect(await check('diff --git a/same.txt b/same.txt\ndeleted file mode 100644\n')).toMatchObject({
      applies: true,
      parses: null,
    });
    expect(await check('*** Begin Patch\n*** Delete File: same.txt\n*** End Patch')).toMatchObject({
      applies: true,
    });
    const renamed =
      'diff --git a/shop/no-end.py b/shop/end.py\nsimilarity index 90%\nrename from shop/no-end.py\nrename to shop/end.py\n--- a/shop/no-end.py\n+++ b/shop/end.py\n@@ -2 +2 @@\n-    return 1\n+    return 2\n';
    expect(await check(renamed)).toEqual({
      applies: true,
      parses: true,
      message: 'The patch applies to shop/no-end.py, shop/end.py; it still parses.',
    });
  });

  test('to a path with other letters', async () => {
    expect(await check('--- a/ünï cödé.py\n+++ b/ünï cödé.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n')).toMatchObject({
      applies: true,
      parses: true,
    });
  });

  test('at the place nearest to the finding where it fits in several', async () => {
    const diff =
      '-\t\treturn errors.New("count must be positive")\n+\t\treturn errors.New("count is not positive")\n';
    expect(await check(diff, { line: 14 })).toEqual({
      applies: true,
      parses: true,
      message:
        'The patch applies to shop/cart.go; it still parses; in shop/cart.go the hunk fits in 2 places; the one at line 15 was taken.',
    });
  });
});

describe('a patch does not apply', () => {
  test.each<[string, string, string]>([
    [
      'when the file has other lines',
      '@@ -9 +9 @@\n-\titems[article] *= count\n+\titems[article] += count\n',
      'it does not apply to shop/cart.go: the file has no line "items[article] *= count", which the hunk changes or keeps',
    ],
    [
      'when its context was invented',
      '@@ -8,2 +8,2 @@\n \tmutex.Lock()\n-\titems[article] += count\n+\titems[article]++\n',
      'it does not apply to shop/cart.go: the file has no line "mutex.Lock()", which the hunk changes or keeps',
    ],
    [
      'when its lines do not stand together',
      '@@ -9,2 +9,2 @@\n-\titems[article] += count\n-\titems[article] -= count\n+\titems[article]++\n',
      'it does not apply to shop/cart.go: the old lines of the hunk do not stand together in the file',
    ],
    [
      'when it is dedented',
      '@@ -9,2 +9,2 @@\n-items[article] += count\n+items[article]++\n return nil\n',
      'it does not apply to shop/cart.go: the hunk differs from the file in white space',
    ],
    [
      'when it only adds and does not say where',
      '@@\n+\tmutex.Lock()\n',
      'it does not apply to shop/cart.go: the hunk only adds lines and nothing in it says where',
    ],
    [
      'when it fits in several places and nothing says which',
      '-\t\treturn errors.New("count must be positive")\n+\t\treturn nil\n',
      'it does not apply to shop/cart.go: the hunk fits in 2 places and nothing says which is meant',
    ],
    [
      'when its hunks overlap',
      '@@ -9,2 +9,2 @@\n-\titems[article] += count\n+\titems[article]++\n \treturn nil\n@@ -9,1 +9,1 @@\n-\titems[article] += count\n+\titems[article]--\n',
      'it does not apply to shop/cart.go: its hunks overlap each other',
    ],
    [
      'when it changes nothing',
      '@@ -9 +9 @@\n-\titems[article] += count\n+\titems[article] += count\n',
      'it changes nothing in shop/cart.go',
    ],
    [
      'when there is no such file',
      '--- a/x/y.zig\n+++ b/x/y.zig\n@@ -1 +1 @@\n-a\n+b\n',
      'there is no file a/x/y.zig to patch',
    ],
    [
      'when the new file exists',
      '--- /dev/null\n+++ b/same.txt\n@@ -0,0 +1 @@\n+a\n',
      'it makes a new file same.txt, which exists already',
    ],
    [
      'when the new file would be outside',
      '--- /dev/null\n+++ b/../../etc/cron.d/x\n@@ -0,0 +1 @@\n+a\n',
      '../../etc/cron.d/x is no path of a repository',
    ],
    [
      'when the new file would be in the folder of git',
      '--- /dev/null\n+++ b/.git/hooks/pre-commit\n@@ -0,0 +1 @@\n+a\n',
      '.git/hooks/pre-commit is no path of a repository',
    ],
    [
      'to a binary file',
      '--- a/image.png\n+++ b/image.png\n@@ -1 +1 @@\n-a\n+b\n',
      'image.png is no text file',
    ],
  ])('%s', async (_name, diff, why) => {
    expect(await check(diff)).toEqual({
      applies: false,
      parses: null,
      message: `The patch cannot be taken as it is: ${why}.`,
    });
  });

  test('when there is no change in it', async () => {
    expect(await check('Use a mutex here.')).toEqual({
      applies: false,
      parses: null,
      message: 'There is no change in the patch.',
    });
  });
});

describe('there is nothing to say', () => {
  test.each<[string, string, string]>([
    ['without a patch', ' \n', 'There is no patch.'],
    [
      'about a patch as long as a file',
      '+x\n'.repeat(5001),
      'The patch is over 5000 lines long; it was not tried.',
    ],
    [
      'about a patch for all files',
      Array.from({ length: 51 }, (_, at) => `--- a/${at}\n+++ b/${at}\n@@ -1 +1 @@\n-a\n+b\n`).join(''),
      'The patch is for over 50 files; it was not tried.',
    ],
    [
      'about a file that is too large',
      '--- a/large.go\n+++ b/large.go\n@@ -1 +1 @@\n-package a\n+package b\n',
      'large.go is too large to try the patch on.',
    ],
  ])('%s', async (_name, diff, message) => {
    expect(await check(diff)).toEqual({ applies: null, parses: null, message });
  });
});

describe('a patched file', () => {
  test('does not parse any more', async () => {
    expect(await check('@@ -8,2 +8,1 @@\n-\t}\n \titems[article] += count\n')).toEqual({
      applies: true,
      parses: false,
      message: 'The patch applies to shop/cart.go; shop/cart.go does not parse any more.',
    });
  });

  test('that did not parse before may go on so', async () => {
    expect(await check('@@ -4 +4 @@\n-let a = 1;\n+let a = 2;\n', { path: 'shop/broken.js' })).toMatchObject({
      applies: true,
      parses: true,
    });
  });
});

test('a trial ends when the signal was aborted', async () => {
  const reason = new Error('enough');
  await expect(check(body, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
