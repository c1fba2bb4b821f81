import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, openToolbox, type Toolbox } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let call: Toolbox['call'];

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({ 'only-base.txt': 'x' });
  const many = Object.fromEntries(
    Array.from({ length: 1500 }, (_, at) => [`many/f${String(at).padStart(4, '0')}.txt`, '']),
  );
  git.write({
    ...many,
    'only-base.txt': null,
    'cmd/a.go': '',
    'cmd/deep/b.go': '',
    'README.md': '',
    link: { link: 'cmd' },
  });
  git.write({ 'odd\u200bdir/fi\nle': '', CON: '', '--output=x': '' });
  git.git('add', '--all');
  git.git('update-index', '--add', '--cacheinfo', `160000,${base},sub/module`);
  git.git('commit', '--quiet', '--message', 'head');
  opened = await openChange(git, { base, head: git.git('rev-parse', 'HEAD') });
  ({ call } = await openToolbox(opened));
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

describe('list_files', () => {
  test('shows one folder at a time, with what its folders hold', async () => {
    expect(await call('list_files')).toEqual({
      isError: false,
      text: [
        'the repository at head holds 8 entries:',
        'cmd/  (2 files)',
        'many/  (1,500 files)',
        'odd⟦U+200B⟧dir/  (1 file)',
        'sub/  (1 file)',
        '--output=x',
        'CON',
        'README.md',
        'link  (symbolic link)',
      ].join('\n'),
    });
    for (const path of ['cmd', 'cmd/', './cmd'])
      expect((await call('list_files', { path })).text).toBe(
        'cmd/ at head holds 2 entries:\ndeep/  (1 file)\na.go',
      );
    expect((await call('list_files', { path: 'odd⟦U+200B⟧dir' })).text).toBe(
      'odd⟦U+200B⟧dir/ at head holds 1 entry:\nfi⟦U+000A⟧le',
    );
    expect((await call('list_files', { path: 'sub' })).text).toBe(
      'sub/ at head holds 1 entry:\nmodule  (submodule)',
    );
    expect((await call('list_files', { path: '.', commit: 'base' })).text).toBe(
      'the repository at base holds 1 entry:\nonly-base.txt',
    );
  });

  test('finds by glob, everywhere or below a folder', async () => {
    expect((await call('list_files', { glob: '*.go' })).text).toBe(
      'In the repository at head, *.go matches 2 files:\ncmd/a.go\ncmd/deep/b.go',
    );
    expect((await call('list_files', { glob: '**/b*', path: 'cmd' })).text).toBe(
      'In cmd/ at head, **/b* matches 1 file:\ncmd/deep/b.go',
    );
    expect((await call('list_files', { glob: '*.nothing' })).text).toBe(
      'In the repository at head, *.nothing matches 0 files.',
    );
    expect(await call('list_files', { glob: `${'**/'.repeat(1000)}x` })).toMatchObject({ isError: false });
    expect(await call('list_files', { glob: '{a,b}'.repeat(800) })).toMatchObject({ isError: false });
    expect(await call('list_files', { glob: '[z-a]' })).toMatchObject({ isError: true });
    expect(await call('list_files', { glob: 'x'.repeat(5000) })).toMatchObject({ badArguments: true });
  });

  test('counts what it leaves out', async () => {
    const { text } = await call('list_files', { path: 'many' });
    const lines = text.split('\n');
    expect([lines[0], lines.length, lines.at(-1)]).toEqual([
      'many/ at head holds 1,500 entries:',
      1002,
      '[500 more entries left out here: narrow the path or the glob]',
    ]);
  });

  test('says what a path is instead', async () => {
    const answers = await Promise.all(
      ['README.md', 'nowhere', '../..', '/etc'].map(async (path) => call('list_files', { path })),
    );
    expect(answers.map(({ text, isError }) => [text, isError])).toEqual([
      ['README.md is a file; read_file opens it.', true],
      ['there is no folder nowhere at head; list_files without a path shows the top.', true],
      ['there is no folder ../.. at head; list_files without a path shows the top.', true],
      ['there is no folder /etc at head; list_files without a path shows the top.', true],
    ]);
  });
});
