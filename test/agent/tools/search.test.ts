import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CodeBase } from '../../../src/agent/tools/code-base.ts';
import { createSearch } from '../../../src/agent/tools/search.ts';
import { searchLimits } from '../../../src/agent/tools/search-files.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, openToolbox, type Toolbox } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let call: Toolbox['call'];

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({ 'src/a.go': 'package a\n\nfunc Old() {}\n' });
  const head = git.commit({
    'src/a.go': 'package a\n\n// Evict removes.\nfunc Evict() {\n\treturn\n}\n\nfunc Keep() {}\n',
    'src/b.go': 'package b\r\nfunc Evict() {}\r\n',
    'docs/readme.md': 'Evict\n\nEvict twice: Evict\n',
    'many.txt': 'needle\n'.repeat(400),
    'wide.js': `${'z'.repeat(90_000)}haystack needle inside${'y'.repeat(50_000)}\n`,
    'binary.dat': new Uint8Array([0, 1, 2, 3]),
    'dump.sql': `${'q'.repeat(9 * 2 ** 20)}\nneedle\n`,
    'latin.txt': new Uint8Array([0xe9, 0x20, 0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65, 0x0a]),
    'slow.txt': 'a'.repeat(200_000),
    'empty.txt': '',
    'blank.txt': '\n\n',
    link: { link: 'src/needle-target' },
    '-f': 'dash needle\n',
    'hidden.txt': 'nee\u200bdle needle\n',
  });
  git.git('update-index', '--add', '--cacheinfo', `160000,${base},sub`);
  opened = await openChange(git, { base, head });
  ({ call } = await openToolbox(opened));
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

describe('search', () => {
  test('shows matching lines by file and number, and says what it could not search', async () => {
    expect(await call('search', { pattern: 'func \\w+\\(\\) \\{' })).toEqual({
      isError: false,
      text: [
        '3 matches in 2 files at head (12 files searched):',
        '',
        'src/a.go',
        '     4|func Evict() {',
        '     8|func Keep() {}',
        '',
        'src/b.go',
        '     2|func Evict() {}',
        '[not searched: 1 binary file: binary.dat]',
        '[not searched: 1 file over 8,388,608 bytes: dump.sql]',
      ].join('\n'),
    });
  });

  test('shows lines around matches, each line once', async () => {
    const { text } = await call('search', { pattern: 'Evict|return', path: 'src/a.go', context: 1 });
    expect(text.split('\n').slice(2)).toEqual([
      'src/a.go',
      '     2-',
      '     3|// Evict removes.',
      '     4|func Evict() {',
      '     5|\treturn',
      '     6-}',
    ]);
    const apart = await call('search', { pattern: 'package|Keep', path: 'src/a.go', context: '1' });
    expect(apart.text.split('\n').slice(3)).toEqual([
      '     1|package a',
      '     2-',
      '     --',
      '     7-',
      '     8|func Keep() {}',
    ]);
  });

  test('narrows by folder, file, glob and commit', async () => {
    const firstLine = async (more: Record<string, unknown>) =>
      (await call('search', { pattern: 'Evict|Old', ...more })).text.split('\n')[0];
    expect(await firstLine({ path: 'docs' })).toBe('2 matches in 1 file at head (1 file searched):');
    expect(await firstLine({ path: './docs/readme.md' })).toBe(
      '2 matches in 1 file at head (1 file searched):',
    );
    expect(await firstLine({ glob: '*.go' })).toBe('3 matches in 2 files at head (2 files searched):');
    expect(await firstLine({ path: 'src', glob: '**/b.*' })).toBe(
      '1 match in 1 file at head (1 file searched):',
    );
    expect(await firstLine({ commit: 'base' })).toBe('1 match in 1 file at base (1 file searched):');
    expect(await firstLine({ pattern: 'nowhere' })).toBe('No match at head in 12 files searched.');
    expect(await firstLine({ path: 'none' })).toBe('there is no file or folder none at head.');
    expect(await firstLine({ path: '-f/etc/passwd' })).toBe(
      'there is no file or folder -f/etc/passwd at head.',
    );
    expect(await firstLine({ glob: '[z-a]' })).toContain('the glob cannot be read');
    expect(await firstLine({ glob: '{a,b}'.repeat(800) })).toBe('No match at head in 0 files searched.');
  });

  test('counts honestly what it does not show', async () => {
    const { text } = await call('search', { pattern: 'needle', glob: '*.txt' });
    const lines = text.split('\n');
    expect(lines[0]).toBe('402 matches in 3 files at head (6 files searched), the first 150 of them:');
    expect(lines.filter((line) => /^ *\d+\|/.test(line))).toHaveLength(150);
    expect(lines.at(-1)).toBe('[left out: many.txt (252); narrow the pattern, path or glob]');
  });

  test('stops counting at its limit and says that this proves nothing', async () => {
    const code = new CodeBase(opened);
    const search = createSearch(code, '', { ...searchLimits, counted: 100, shown: 2 });
    const { text } = await search.execute({ pattern: 'e' }, { signal: new AbortController().signal });
    expect(text.split('\n')[0]).toBe(
      'At least 100 matches in 6 files at head (8 files searched), the first 2 of them:',
    );
    expect(text).toContain(
      '100 matches were reached in many.txt; 4 files not searched: this is no proof of absence]',
    );
  });

  test('leaves a file where the pattern takes too long, says so, and goes on with the others', async () => {
    const code = new CodeBase(opened);
    const search = createSearch(code, '', { ...searchLimits, stretchMs: 1_000 });
    const signal = new AbortController().signal;
    const { text } = await search.execute({ pattern: '(a?){1000}a{1000}$|Keep' }, { signal });
    expect(text.split('\n')).toEqual([
      '1 match in 1 file at head (11 files searched):',
      '',
      'src/a.go',
      '     8|func Keep() {}',
      '[not searched: 1 binary file: binary.dat]',
      '[not searched: 1 file over 8,388,608 bytes: dump.sql]',
      '[not searched, because the pattern takes too long there: slow.txt: this is no proof of absence]',
    ]);
    const hasty = createSearch(code, '', { ...searchLimits, totalMs: 1 });
    const stopped = await hasty.execute({ pattern: '(a?){1000}a{1000}$|Keep' }, { signal });
    expect(stopped.text).toMatch(
      /\[the search took too long; it was stopped in .*not searched: this is no proof of absence\]/,
    );
  });

  test.each([
    '(a+)+$',
    '(.*)*x',
    '(a|a)*b',
    '.*',
    'a*',
    '^',
    '$',
    '\\b',
    '(?s).*',
    '[^x]*',
    '\\n',
    '(?:a|b|)+?c',
  ])('answers the pattern %s', async (pattern) => {
    expect((await call('search', { pattern })).isError).toBe(false);
  });

  test.each([
    ['(?=x)', 'look-around and back-references do not exist here'],
    ['(?!x)', 'look-around and back-references do not exist here'],
    ['(?<=x)y', 'look-around and back-references do not exist here'],
    ['(?<!x)y', 'look-around and back-references do not exist here'],
    ['(a)\\1', 'look-around and back-references do not exist here'],
    ['[', 'the pattern cannot be read'],
    ['(', 'the pattern cannot be read'],
    ['a{2000}', 'the pattern cannot be read'],
    ['*', 'the pattern cannot be read'],
    [`${'('.repeat(30_000)}${')'.repeat(30_000)}`, 'the pattern cannot be read'],
  ])('says what is wrong with %.20s', async (pattern, expected) => {
    const { text, isError } = await call('search', { pattern });
    expect(isError).toBe(true);
    expect(text).toContain(expected);
    expect(text.length).toBeLessThan(600);
  });

  test.each([[''], ['x'.repeat(2 ** 20)], [undefined], [['a', 'b']], [{}]])(
    'refuses a pattern that is empty, a megabyte long, or none',
    async (pattern) => {
      expect(await call('search', { pattern })).toMatchObject({ isError: true, badArguments: true });
    },
  );

  test('lets a match go over lines and takes text as it is', async () => {
    const over = await call('search', { pattern: '\\{\\s+return\\s+\\}', path: 'src' });
    expect(over.text.split('\n').slice(3)).toEqual(['     4|func Evict() {', '     5|\treturn', '     6|}']);
    expect((await call('search', { pattern: '\\QEvict() {}' })).text).toContain('     2|func Evict() {}');
    expect((await call('search', { pattern: '\\{\\}$', path: 'src/b.go' })).text).toContain('1 match');
    expect((await call('search', { pattern: '(?s).*', path: 'many.txt' })).text).toContain(
      '[the match goes on for 395 more lines]',
    );
  });

  test('shows the part of a long line where the match is', async () => {
    const { text } = await call('search', { pattern: 'needle', path: 'wide.js' });
    const line = text.split('\n')[3] ?? '';
    expect(line).toMatch(
      /^ {5}1\|\[from column 89935\]z+haystack needle insidey+\[\d{2},\d{3} more characters\]$/,
    );
  });

  test('makes what it shows visible', async () => {
    const { text } = await call('search', { pattern: 'needle$', path: 'hidden.txt' });
    expect(text).toContain('     1|nee⟦U+200B⟧dle needle');
  });

  test('finds links by their target, odd bytes, and file names that look like options', async () => {
    const { text } = await call('search', { pattern: 'needle', glob: '{link,latin.txt,-f}' });
    expect(text.split('\n')).toEqual([
      '3 matches in 3 files at head (3 files searched):',
      '',
      '-f',
      '     1|dash needle',
      '',
      'latin.txt',
      '     1|\ufffd needle',
      '',
      'link',
      '     1|src/needle-target',
    ]);
  });

  test('ends when it is stopped', async () => {
    const stop = new AbortController();
    const search = call('search', { pattern: 'needle' }, stop.signal);
    stop.abort(new Error('enough'));
    await expect(search).rejects.toThrow('enough');
  });
});
