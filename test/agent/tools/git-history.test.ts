import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange, openToolbox, type Toolbox } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
let call: Toolbox['call'];
let first: string;
let second: string;
let head: string;

beforeAll(async () => {
  git = createGitFixture();
  first = git.commit(
    { 'a.txt': 'one\ntwo\n', 'gone.txt': 'x\n', '--output=pwned': 'dash\n' },
    'Begin\n\nWith a body.',
  );
  second = git.commit(
    { 'a.txt': 'one\nTWO\n', 'gone.txt': null, 'bad\nname': 'x\n' },
    'Second \u202e\u200bsubject',
  );
  git.git('checkout', '--quiet', '-b', 'side', first);
  git.commit({ 'side.txt': 'side\n' }, 'Side');
  git.git('checkout', '--quiet', 'main');
  git.git('merge', '--quiet', '--no-edit', '-m', 'Merge side', 'side');
  head = git.commit({ 'a.txt': 'one\nTWO\nthree\n', 'b.txt': 'b\n', binary: new Uint8Array([0]) }, 'Head');
  opened = await openChange(git, { base: second, head });
  ({ call } = await openToolbox(opened));
});
afterAll(async () => {
  await opened.repository.close();
  git.remove();
});

const short = (sha: string) => sha.slice(0, 12);

describe('git_log', () => {
  test('shows the newest commits, of everything or of a path', async () => {
    const { text } = await call('git_log', { path: 'a.txt' });
    expect(text.split('\n')).toEqual([
      '3 commits of a.txt up to head, newest first:',
      `${short(head)}  2026-01-01  Ada Author  Head`,
      `${short(second)}  2026-01-01  Ada Author  Second ⟦U+202E⟧⟦U+200B⟧subject`,
      `${short(first)}  2026-01-01  Ada Author  Begin`,
    ]);
    expect((await call('git_log')).text.split('\n')[0]).toBe('5 commits up to head, newest first:');
    expect((await call('git_log', { commit: 'base', path: '.' })).text).toContain('2 commits up to base');
  });

  test('finds what was removed and names that are hostile', async () => {
    expect((await call('git_log', { path: 'gone.txt' })).text).toContain('2 commits of gone.txt');
    expect((await call('git_log', { path: '--output=pwned' })).text).toContain('1 commit of --output=pwned');
    expect((await call('git_log', { path: 'bad⟦U+000A⟧name' })).text).toContain(
      '1 commit of bad⟦U+000A⟧name',
    );
    for (const path of [':/', ':(exclude)x', '../x', '-Ocalc', 'x\0y'])
      expect(await call('git_log', { path }), path).toMatchObject({ isError: true });
  });

  test('goes on where it stopped', async () => {
    const one = await call('git_log', { limit: 1, path: 'a.txt' });
    const next = /git_log with commit "([0-9a-f]+)"/.exec(one.text)?.[1];
    expect(next).toBe(short(second));
    expect((await call('git_log', { commit: next, path: 'a.txt', limit: '99999999999' })).text).toContain(
      '2 commits',
    );
  });
});

describe('git_blame', () => {
  test('shows who last wrote each line', async () => {
    const { text } = await call('git_blame', { path: 'a.txt', startLine: 1, endLine: 99 });
    expect(text.split('\n')).toEqual([
      'a.txt at head, lines 1-3 of 3:',
      `${short(first)}  2026-01-01  Ada Author  Begin`,
      '     1|one',
      `${short(second)}  2026-01-01  Ada Author  Second ⟦U+202E⟧⟦U+200B⟧subject`,
      '     2|TWO',
      `${short(head)}  2026-01-01  Ada Author  Head`,
      '     3|three',
    ]);
    expect((await call('git_blame', { path: 'a.txt', startLine: 2, commit: 'base' })).text).toContain(
      'lines 2-2 of 2',
    );
  });

  test('says so where a shallow history ends, and an earlier commit may have written a line', async () => {
    const directory = join(git.scratch, 'shallow');
    git.git('clone', '--quiet', '--depth=3', '--template=', `file://${git.directory}`, directory);
    const shallow = await openChange({ ...git, directory }, { base: second, head });
    try {
      const tools = await openToolbox(shallow);
      const { text } = await tools.call('git_blame', { path: 'a.txt', startLine: 1, endLine: 3 });
      expect(text.split('\n').slice(1)).toEqual([
        `${short(second)}  2026-01-01  Ada Author  Second ⟦U+202E⟧⟦U+200B⟧subject  [or earlier: the history here begins with it]`,
        '     1|one',
        '     2|TWO',
        `${short(head)}  2026-01-01  Ada Author  Head`,
        '     3|three',
      ]);
    } finally {
      await shallow.repository.close();
    }
  });

  test('says what cannot be blamed', async () => {
    const texts = await Promise.all(
      [
        { path: 'a.txt', startLine: 50 },
        { path: 'binary' },
        { path: 'none' },
        { path: 'a.txt', commit: ':/x' },
      ].map(async (argumentValues) => (await call('git_blame', argumentValues)).text),
    );
    expect(texts).toEqual([
      'a.txt at head has 3 lines.',
      'binary is no text file: it has no lines.',
      expect.stringMatching(/^no file none at the head/i),
      expect.stringContaining('does not name a commit'),
    ]);
  });
});

describe('git_show', () => {
  test('shows a commit: message and patch', async () => {
    await call('git_log');
    const { text } = await call('git_show', { commit: short(first), path: 'a.txt' });
    expect(text.split('\n')).toEqual([
      `commit ${first}`,
      'author Ada Author <ada@example.com>, 2026-01-01T00:00:00.000Z',
      'subject: Begin',
      'With a body.',
      '',
      '=== a.txt (added)',
      '@@ -0,0 +1,2 @@',
      '     1|+one',
      '     2|+two',
    ]);
  });

  test('shows a merge against its first parent', async () => {
    const merge = git.git('rev-parse', 'HEAD~1');
    const { text } = await call('git_show', { commit: merge });
    expect(text).toContain('subject: Merge side');
    expect(text).toContain('=== side.txt (added)');
    expect(text).not.toContain('=== a.txt');
  });

  test('names what a commit changes when the path is another, and refuses other revisions', async () => {
    expect((await call('git_show', { commit: 'head', path: 'gone.txt' })).text).toBe(
      `commit ${head} does not change gone.txt; it changes a.txt, b.txt, binary.`,
    );
    for (const commit of ['--output=x', 'HEAD:a.txt', 'main', 'HEAD --output=x'])
      expect(await call('git_show', { commit })).toMatchObject({ isError: true });
  });
});

describe('older commits', () => {
  test('can be read one after the other, more than are kept', async () => {
    const shas = git.git('rev-list', 'HEAD').split('\n');
    for (const commit of [...shas, ...shas]) {
      const { text } = await call('read_file', { path: 'a.txt', commit });
      expect(text).toMatch(/^a\.txt at [0-9a-z]+, lines 1-[23] of [23]:/);
    }
  });
});
