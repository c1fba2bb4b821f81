import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, openToolbox, type Toolbox } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let call: Toolbox['call'];

beforeAll(async () => {
  git = createGitFixture();
  const body = Array.from({ length: 12 }, (_, at) => `kept ${at + 1}\n`).join('');
  const base = git.commit({
    'a.txt': `first\n${body}last\n`,
    'moved.txt': body,
    'gone.txt': 'bye\n',
    'becomes-link': 'text\n',
    'run.sh': 'echo\n',
    'package-lock.json': '{}\n',
  });
  const head = git.commit({
    'a.txt': `FIRST\n${body}last\nadded\u202e\n`,
    'moved.txt': null,
    'dir/moved.txt': `${body}new\n`,
    'gone.txt': null,
    'becomes-link': { link: 'a.txt' },
    'run.sh': { executable: 'echo\n' },
    'package-lock.json': '{"a": 1}\n',
    'new.bin': new Uint8Array([0, 1]),
    'no-end.txt': 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\nend',
    'bad\nname "x".txt': 'odd\n',
    'large.txt': Array.from({ length: 9_000 }, (_, at) => `number ${at + 1}\n`).join(''),
    'wide.txt': `${'w'.repeat(5_000)}\n`,
  });
  opened = await openChange(git, { base, head });
  ({ call } = await openToolbox(opened));
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

describe('diff', () => {
  test('lists what the change touches', async () => {
    expect(await call('diff')).toEqual({
      isError: false,
      text: [
        'The change touches 11 files, +9012 -4 lines:',
        'M  a.txt  +2 -1',
        'A  bad⟦U+000A⟧name "x".txt  +1 -0',
        'T  becomes-link  +1 -1',
        'R  dir/moved.txt  +1 -0  (from moved.txt)',
        'D  gone.txt  +0 -1',
        'A  large.txt  +9000 -0',
        'A  new.bin  binary',
        'A  no-end.txt  +5 -0',
        'M  package-lock.json  +1 -1  (generated)',
        'M  run.sh  +0 -0',
        'A  wide.txt  +1 -0',
      ].join('\n'),
    });
  });

  test('shows the whole patch of a file with the numbers of its lines', async () => {
    expect(await call('diff', { path: 'a.txt' })).toEqual({
      isError: false,
      opened: ['a.txt'],
      text: [
        '=== a.txt (modified)',
        '@@ -1,4 +1,4 @@',
        '     1|-first',
        '     1|+FIRST',
        '     2| kept 1',
        '     3| kept 2',
        '     4| kept 3',
        '@@ -12,3 +12,4 @@ kept 10',
        '    12| kept 11',
        '    13| kept 12',
        '    14| last',
        '    15|+added⟦U+202E⟧',
      ].join('\n'),
    });
  });

  test.each([
    ['dir/moved.txt', '=== dir/moved.txt (renamed from moved.txt)'],
    ['moved.txt', '=== dir/moved.txt (renamed from moved.txt)'],
    ['./gone.txt', '=== gone.txt (removed)'],
    ['new.bin', '=== new.bin (added)\n(binary: no lines to show)'],
    ['run.sh', '=== run.sh (modified, mode 100644 to 100755)\n(no lines changed)'],
    ['bad\nname "x".txt', '=== bad⟦U+000A⟧name "x".txt (added)'],
    ['bad⟦U+000A⟧name "x".txt', '=== bad⟦U+000A⟧name "x".txt (added)'],
    ['wide.txt', `     1|+${'w'.repeat(2000)}[3,000 more characters: read_file shows them]`],
  ])('shows %j', async (path, expected) => {
    expect((await call('diff', { path })).text).toContain(expected);
  });

  test('shows both halves of a change of type', async () => {
    expect((await call('diff', { path: 'becomes-link' })).text.split('\n')).toEqual([
      '=== becomes-link (removed)',
      '@@ -1,1 +0,0 @@',
      '     1|-text',
      '=== becomes-link (added, a symbolic link)',
      '@@ -0,0 +1,1 @@',
      '     1|+a.txt',
      '       [no line feed at the end of the file]',
    ]);
  });

  test('is not deceived by content that looks like a patch', async () => {
    expect((await call('diff', { path: 'no-end.txt' })).text.split('\n').slice(2)).toEqual([
      '     1|+diff --git a/x b/x',
      '     2|+--- a/x',
      '     3|++++ b/x',
      '     4|+@@ -1 +1 @@',
      '     5|+end',
      '       [no line feed at the end of the file]',
    ]);
  });

  test('says how to get the rest, and following it shows every line once', async () => {
    const seen: string[] = [];
    let from: number | undefined = 1;
    while (from !== undefined) {
      const { text } = await call('diff', { path: 'large.txt', from });
      seen.push(...text.split('\n').filter((line) => /^ *\d+\|\+/.test(line)));
      from = Number(/call diff with path "large.txt" and from (\d+)\]$/.exec(text)?.[1]) || undefined;
    }
    expect(seen).toEqual(
      Array.from({ length: 9_000 }, (_, at) => `${String(at + 1).padStart(6)}|+number ${at + 1}`),
    );
    expect(await call('diff', { path: 'large.txt', from: 1e12 })).toMatchObject({ isError: true });
  });

  test('says that it does not touch what it does not touch', async () => {
    expect(await call('diff', { path: '../etc/passwd' })).toEqual({
      isError: true,
      text: 'the change does not touch ../etc/passwd. diff without a path lists what it touches; read_file shows files as they are.',
    });
  });
});
