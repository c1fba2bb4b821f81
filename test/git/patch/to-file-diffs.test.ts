import { expect, test } from 'vitest';
import { FileDiff } from '../../../src/domain/change.ts';
import { parsePatch } from '../../../src/git/patch/parse-patch.ts';
import { toFileDiffs } from '../../../src/git/patch/to-file-diffs.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const zero = '0'.repeat(40);
const unmarked = { generated: false, vendored: false };

function fileDiffs(...lines: string[]): FileDiff[] {
  const files = toFileDiffs(parsePatch(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')));
  for (const file of files) expect(FileDiff.parse(file)).toEqual(file);
  return files;
}

test('runs of lines are numbered on their own side', () => {
  expect(
    fileDiffs(
      'diff --git a/x b/x',
      `index ${a}..${b} 100644`,
      '--- a/x',
      '+++ b/x',
      '@@ -1,4 +1,5 @@',
      '+one',
      '+two',
      ' three',
      '-four',
      '-five',
      '+six',
      ' seven',
      '@@ -20,2 +20,0 @@ caf\xc3\xa9 \xe2\x82',
      '-x',
      '-y',
    ),
  ).toEqual([
    {
      path: 'x',
      oldPath: null,
      status: 'modified',
      oldMode: '100644',
      newMode: '100644',
      oldOid: a,
      newOid: b,
      binary: false,
      additions: 3,
      deletions: 4,
      hunks: [
        {
          oldStart: 1,
          oldLines: 4,
          newStart: 1,
          newLines: 5,
          section: '',
          added: [
            { start: 1, end: 2 },
            { start: 4, end: 4 },
          ],
          removed: [{ start: 2, end: 3 }],
        },
        {
          oldStart: 20,
          oldLines: 2,
          newStart: 20,
          newLines: 0,
          section: 'café \ufffd',
          added: [],
          removed: [{ start: 20, end: 21 }],
        },
      ],
      ...unmarked,
    },
  ]);
});

test('a changed type is one file with the hunks of both sections', () => {
  expect(
    fileDiffs(
      'diff --git "a/\\377" "b/\\377"',
      'deleted file mode 120000',
      `index ${a}..${zero}`,
      '--- "a/\\377"',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-target',
      '\\ No newline at end of file',
      'diff --git "a/\\377" "b/\\377"',
      'new file mode 100644',
      `index ${zero}..${b}`,
      '--- /dev/null',
      '+++ "b/\\377"',
      '@@ -0,0 +1,2 @@',
      '+one',
      '+two',
    ),
  ).toEqual([
    {
      path: '\udcff',
      oldPath: null,
      status: 'type-changed',
      oldMode: '120000',
      newMode: '100644',
      oldOid: a,
      newOid: b,
      binary: false,
      additions: 2,
      deletions: 1,
      hunks: [
        {
          oldStart: 1,
          oldLines: 1,
          newStart: 0,
          newLines: 0,
          section: '',
          added: [],
          removed: [{ start: 1, end: 1 }],
        },
        {
          oldStart: 0,
          oldLines: 0,
          newStart: 1,
          newLines: 2,
          section: '',
          added: [{ start: 1, end: 2 }],
          removed: [],
        },
      ],
      ...unmarked,
    },
  ]);
});

test('a file that goes and a file that comes are two, unless path and type make them one', () => {
  const section = (path: string, ...mode: string[]) => [
    `diff --git a/${path} b/${path}`,
    ...mode,
    `Binary files ${mode[0]?.startsWith('new') ? '/dev/null' : `a/${path}`} and ${mode[0]?.startsWith('new') ? `b/${path}` : '/dev/null'} differ`,
  ];
  const link = ['deleted file mode 120000', `index ${a}..${zero}`];
  const file = ['deleted file mode 100644', `index ${a}..${zero}`];
  const script = ['new file mode 100755', `index ${zero}..${b}`];
  const statuses = (...lines: string[]) => fileDiffs(...lines).map(({ path, status }) => `${path} ${status}`);
  expect(statuses(...section('x', ...link), ...section('y', ...script))).toEqual(['x removed', 'y added']);
  expect(statuses(...section('x', ...file), ...section('x', ...script))).toEqual(['x removed', 'x added']);
  expect(statuses(...section('x', ...script), ...section('x', ...link))).toEqual(['x added', 'x removed']);
  expect(statuses(...section('x', ...link), ...section('x', ...script))).toEqual(['x type-changed']);
});

test('a link that became a binary has no counts', () => {
  const [file, ...others] = fileDiffs(
    'diff --git a/x b/x',
    'deleted file mode 120000',
    `index ${a}..${zero}`,
    '--- a/x',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-target',
    'diff --git a/x b/x',
    'new file mode 100644',
    `index ${zero}..${b}`,
    'Binary files /dev/null and b/x differ',
  );
  expect(others).toEqual([]);
  expect(file).toMatchObject({ status: 'type-changed', binary: true, additions: null, deletions: null });
});

test('sides without a file have neither mode nor id, nor have those git does not print', () => {
  const nothing = { binary: false, additions: 0, deletions: 0, hunks: [], ...unmarked };
  const empty = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
  expect(
    fileDiffs(
      'diff --git a/new b/new',
      'new file mode 100755',
      `index ${zero}..${empty}`,
      'diff --git a/old b/old',
      'deleted file mode 100644',
      `index ${empty}..${zero}`,
      'diff --git a/here b/there',
      'similarity index 100%',
      'rename from here',
      'rename to there',
      'diff --git a/script b/script',
      'old mode 100644',
      'new mode 100755',
      'diff --git a/one b/two',
      'similarity index 90%',
      'copy from one',
      'copy to two',
      `index ${a}..${b} 100644`,
      'Binary files a/one and b/two differ',
    ),
  ).toEqual([
    {
      path: 'new',
      oldPath: null,
      status: 'added',
      oldMode: null,
      newMode: '100755',
      oldOid: null,
      newOid: empty,
      ...nothing,
    },
    {
      path: 'old',
      oldPath: null,
      status: 'removed',
      oldMode: '100644',
      newMode: null,
      oldOid: empty,
      newOid: null,
      ...nothing,
    },
    {
      path: 'there',
      oldPath: 'here',
      status: 'renamed',
      oldMode: null,
      newMode: null,
      oldOid: null,
      newOid: null,
      ...nothing,
    },
    {
      path: 'script',
      oldPath: null,
      status: 'modified',
      oldMode: '100644',
      newMode: '100755',
      oldOid: null,
      newOid: null,
      ...nothing,
    },
    {
      path: 'two',
      oldPath: 'one',
      status: 'copied',
      oldMode: '100644',
      newMode: '100644',
      oldOid: a,
      newOid: b,
      ...nothing,
      binary: true,
      additions: null,
      deletions: null,
    },
  ]);
});
