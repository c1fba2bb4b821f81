import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, openToolbox, type Toolbox } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let call: Toolbox['call'];
let shas: { base: string; head: string };

const lines = (count: number, prefix = 'line') =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}\n`).join('');

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({
    'a.txt': 'one\ntwo\nthree\n',
    'gone.txt': 'removed\n',
    'old-name.txt': lines(20, 'renamed'),
    'untouched.txt': 'as ever',
  });
  const head = git.commit({
    'a.txt': 'one\nTWO\nthree\nfour\n',
    'gone.txt': null,
    'old-name.txt': null,
    'new-name.txt': `${lines(20, 'renamed')}more\n`,
    'empty.txt': '',
    'long.txt': lines(2500),
    'wide.txt': `${'x'.repeat(70_000)}😀tail\nshort\n`,
    'dos.txt': 'a\r\nb\r\n',
    'mixed.txt': 'a\r\nb\nc\n',
    'hidden.txt': 'pay\u202e\u200bload\n',
    'binary.bin': new Uint8Array([1, 0, 2]),
    'latin.txt': new Uint8Array([0x63, 0xe9, 0x0a]),
    'link.txt': { link: '../../../etc/passwd' },
    'dir/inner.txt': 'inner\n',
    'dir/other.txt': 'other\n',
    'name with\nline feed': 'odd\n',
    '-rf': 'dash\n',
    ':(exclude)a.txt': 'magic\n',
    'huge.txt': 'y'.repeat(9 * 2 ** 20),
  });
  shas = { base, head };
  opened = await openChange(git, shas);
  ({ call } = await openToolbox(opened));
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

describe('read_file', () => {
  test('shows numbered lines of the head, and says what was opened', async () => {
    expect(await call('read_file', { path: 'a.txt' })).toEqual({
      text: 'a.txt at head, lines 1-4 of 4:\n     1|one\n     2|TWO\n     3|three\n     4|four',
      isError: false,
      opened: ['a.txt'],
    });
  });

  test('shows the base, a removed file and a renamed one under its old name', async () => {
    expect(await call('read_file', { path: 'a.txt', commit: 'base', startLine: 2, endLine: 2 })).toEqual({
      text: 'a.txt at base, line 2 of 3:\n     2|two',
      isError: false,
      opened: ['a.txt'],
    });
    expect(await call('read_file', { path: 'gone.txt', commit: 'base' })).toMatchObject({
      opened: ['gone.txt'],
    });
    expect(await call('read_file', { path: 'old-name.txt', commit: 'base' })).toMatchObject({
      opened: ['new-name.txt'],
    });
    expect(await call('read_file', { path: 'untouched.txt' })).toEqual({
      text: 'untouched.txt at head, line 1 of 1:\n     1|as ever\n[no line feed at the end of the file]',
      isError: false,
      opened: [],
    });
  });

  test('takes ids of the history and nothing else for a commit', async () => {
    const { base, head } = shas;
    for (const commit of [base, base.slice(0, 8), base.toUpperCase(), ' base '])
      expect((await call('read_file', { path: 'a.txt', commit })).text).toContain('a.txt at base');
    expect((await call('read_file', { path: 'a.txt', commit: head })).text).toContain('at head');
    const blob = git.git('rev-parse', `${head}:a.txt`);
    const hostile = [
      'HEAD~1',
      'HEAD@{1}',
      ':/x',
      '--output=x',
      '--upload-pack=touch x',
      'HEAD:../../x',
      '@{-1}',
      'HEAD^{/evil}',
      'main',
      'x'.repeat(190),
      'a'.repeat(40),
      blob,
      '\0',
      'HEAD --output=x',
    ];
    for (const commit of hostile)
      expect(await call('read_file', { path: 'a.txt', commit }), commit).toMatchObject({ isError: true });
    expect(await call('read_file', { path: 'a.txt', commit: 'x'.repeat(10_000_000) })).toMatchObject({
      isError: true,
      badArguments: true,
    });
  });

  test('does not show commits outside the history of head and base', async () => {
    git.git('checkout', '--quiet', '-b', 'private', shas.base);
    const secret = git.commit({ 'secret.txt': 'stash\n' });
    git.git('checkout', '--quiet', 'main');
    expect(await call('read_file', { path: 'secret.txt', commit: secret })).toEqual({
      text: `there is no commit ${secret} in the history of the head or the base.`,
      isError: true,
    });
  });

  test.each([
    [{ startLine: -1, endLine: 2 }, 'lines 1-2 of 2500'],
    [{ startLine: 0, endLine: 1 }, 'line 1 of 2500'],
    [{ startLine: 5, endLine: 2 }, 'lines 2-5 of 2500'],
    [{ startLine: '7', endLine: '8.9' }, 'lines 7-8 of 2500'],
    [{ startLine: 2499, endLine: 1e12 }, 'lines 2499-2500 of 2500'],
    [{ startLine: 'NaN', endLine: 3 }, 'lines 1-3 of 2500'],
    [{ startLine: null, endLine: '' }, 'lines 1-1000 of 2500'],
    [{ startLine: 2, endLine: 2, surprise: true }, 'line 2 of 2500'],
  ])('understands the lines %j', async (range, expected) => {
    expect((await call('read_file', { path: 'long.txt', ...range })).text.split('\n')[0]).toBe(
      `long.txt at head, ${expected}:`,
    );
  });

  test('says what it left out and how to get it, so that following it shows every line once', async () => {
    let next: number | undefined = 1;
    const seen: string[] = [];
    while (next !== undefined) {
      const { text } = await call('read_file', { path: 'long.txt', startLine: next });
      seen.push(...text.split('\n').filter((line) => /^ *\d+\|/.test(line)));
      next = Number(/read_file with startLine (\d+)\]$/.exec(text)?.[1]) || undefined;
    }
    expect(seen).toEqual(
      Array.from({ length: 2500 }, (_, at) => `${String(at + 1).padStart(6)}|line ${at + 1}`),
    );
  });

  test('shows a very long line piece by piece, never half a character', async () => {
    let column: number | undefined = 1;
    let line = '';
    let calls = 0;
    while (column !== undefined) {
      const { text } = await call('read_file', {
        path: 'wide.txt',
        startLine: 1,
        endLine: 1,
        startColumn: column,
      });
      calls += 1;
      line +=
        text
          .split('\n')[1]
          ?.replace(/^ *1\|(?:\[from column \d+\])?/, '')
          .replace(/\[\d.*$/, '') ?? '';
      column = Number(/startColumn (\d+)\]/.exec(text)?.[1]) || undefined;
    }
    expect({ line, calls }).toEqual({ line: `${'x'.repeat(70_000)}😀tail`, calls: 36 });
  });

  test('makes hidden characters, odd bytes and odd line ends visible', async () => {
    const text = async (path: string) => (await call('read_file', { path })).text.split('\n').slice(0, 2);
    expect(await text('hidden.txt')).toEqual([
      'hidden.txt at head, line 1 of 1:',
      '     1|pay⟦U+202E⟧⟦U+200B⟧load',
    ]);
    expect(await text('latin.txt')).toEqual(['latin.txt at head, line 1 of 1:', '     1|c\ufffd']);
    expect(await text('dos.txt')).toEqual(['dos.txt at head, lines 1-2 of 2 (CR LF line ends):', '     1|a']);
    expect(await text('mixed.txt')).toEqual([
      'mixed.txt at head, lines 1-3 of 3 (CR LF and LF line ends are mixed; a CR is shown):',
      '     1|a⟦U+000D⟧',
    ]);
  });

  test('opens names that options and patterns look like, as they are or as they were shown', async () => {
    for (const path of [
      '-rf',
      ':(exclude)a.txt',
      'name with\nline feed',
      'name with⟦U+000A⟧line feed',
      './dir/inner.txt',
      ['a.txt'],
    ])
      expect(await call('read_file', { path }), String(path)).toMatchObject({ isError: false });
  });

  test('answers with what is wrong, never with another file', async () => {
    const texts = await Promise.all(
      [
        'dir',
        'dir/',
        '.',
        'nothing.txt',
        'inner.txt',
        'binary.bin',
        'huge.txt',
        'link.txt',
        'empty.txt',
        'gone.txt',
        '../../../../proc/1/environ',
        '/etc/passwd',
        'a\0.txt',
      ].map(async (path) => `${(await call('read_file', { path })).text}`),
    );
    expect(texts).toEqual([
      'dir is a folder; list_files shows what is in it.',
      'dir/ is a folder; list_files shows what is in it.',
      '. is a folder; list_files shows what is in it.',
      expect.stringMatching(/^no file nothing\.txt at the head/i),
      'there is no file inner.txt at head; perhaps dir/inner.txt is meant.',
      'binary.bin is a binary file of 3 bytes.',
      'huge.txt has 9,437,184 bytes; files over 8,388,608 bytes are not opened.',
      'link.txt at head, a symbolic link: this is its target, not followed, line 1 of 1:\n     1|../../../etc/passwd\n[no line feed at the end of the file]',
      'empty.txt at head, is empty.',
      expect.stringMatching(/^no file gone\.txt at the head; the change removes it: .*"base"\.$/i),
      expect.stringMatching(/^no file \.\.\/\.\.\/\.\.\/\.\.\/proc\/1\/environ at the head/i),
      expect.stringMatching(/^no file \/etc\/passwd at the head/i),
      expect.stringMatching(/^no file a⟦U\+0000⟧\.txt at the head/i),
    ]);
    expect((await call('read_file', { path: 'long.txt', startLine: 9000 })).text).toBe(
      'long.txt at head has 2,500 lines; there is no line 9,000.',
    );
  });

  test.each([
    [{}],
    [{ path: ['a.txt', 'dir/inner.txt'] }],
    [{ path: { toString: 1 } }],
    [{ path: '' }],
    [{ path: 'x'.repeat(10_000_000) }],
    [JSON.parse('{"__proto__": {"path": "a.txt"}}')],
    [{ path: 'a.txt', startLine: { from: 1 } }],
  ])('tells the model that arguments are wrong', async (argumentValues) => {
    const answer = await call('read_file', argumentValues);
    expect(answer).toMatchObject({ isError: true, badArguments: true });
    expect(answer.text.length).toBeLessThan(2_000);
  });

  test('ends with the reason when it was stopped, and turns a repository that is gone into an answer', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(call('read_file', { path: 'a.txt' }, stop.signal)).rejects.toThrow('enough');
    const closed = await openChange(git, shas);
    const box = await openToolbox(closed);
    await closed.repository.close();
    const answer = await box.call('read_file', { path: 'a.txt' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('the repository gave no answer');
  });
});
