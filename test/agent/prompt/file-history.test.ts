import { afterEach, describe, expect, test } from 'vitest';
import { describeHistories } from '../../../src/agent/prompt/describe-background.ts';
import { readFileHistories } from '../../../src/agent/prompt/file-history.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type OpenedChange, openChange } from '../support/open-change.ts';

let git: GitFixture;
let opened: OpenedChange;
afterEach(async () => {
  await opened.repository.close();
  git.remove();
});

const signal = new AbortController().signal;

describe('what stood there before', () => {
  test('is who wrote the lines that are replaced or added beside, and which functions are touched', async () => {
    git = createGitFixture();
    const filler = Array.from({ length: 10 }, (_, index) => `var unchanged${index} = ${index}\n`).join('');
    const source = (...lines: string[]) => `package a\n\n${filler}\n${lines.join('\n')}\n`;
    const run = ['func Run() {', '\tone()', '\ttwo()', '}', ''];
    const first = git.commit({ 'old.go': source(...run, 'func Gone() {}'), 'docs.md': 'a\n' }, 'First');
    const second = git.commit(
      { 'old.go': source('func Run() {', '\tone()', '\tTWO()', '}', '', 'func Gone() {}') },
      'Second',
    );
    const head = git.commit({
      'old.go': null,
      'new.go': source('func Run() {', '\tONE()', '\t2()', '}', '', 'func Added() { x() }'),
      'docs.md': 'a\nb\n',
      'yarn.lock': 'x\n',
    });
    opened = await openChange(git, { base: second, head });
    const histories = await readFileHistories({ ...opened, signal });
    const ada = { author: 'Ada Author' };
    expect(histories).toEqual({
      left: 0,
      files: [
        {
          path: 'new.go',
          symbols: { changed: ['Run'], added: ['Added'], removed: ['Gone'] },
          commits: [
            {
              ...ada,
              sha: first,
              subject: 'First',
              authoredAt: '2026-01-01T00:00:00.000Z',
              replaced: 2,
              beside: 0,
            },
            {
              ...ada,
              sha: second,
              subject: 'Second',
              authoredAt: '2026-01-01T00:01:00.000Z',
              replaced: 1,
              beside: 0,
            },
          ],
        },
        {
          path: 'docs.md',
          symbols: null,
          commits: [
            {
              ...ada,
              sha: first,
              subject: 'First',
              authoredAt: '2026-01-01T00:00:00.000Z',
              replaced: 0,
              beside: 1,
            },
          ],
        },
      ],
    });
    expect(describeHistories(histories).split('\n').slice(0, 4)).toEqual([
      'new.go',
      '    stood there, changed: Run',
      '    new: Added',
      '    removed: Gone',
    ]);
  });

  test('is bounded, and says how much it leaves out', async () => {
    git = createGitFixture();
    const names = Array.from({ length: 60 }, (_, index) => `f${String(index).padStart(2, '0')}.txt`);
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const base = git.commit(all('a\n'));
    opened = await openChange(git, { base, head: git.commit(all('b\n')) });
    const histories = await readFileHistories({ ...opened, signal });
    expect([histories.files.length, histories.left]).toEqual([40, 20]);
    expect(describeHistories(histories)).toMatch(/\n\[20 more files: git_blame shows who wrote them\]$/);
  });

  test('is not known where git gives no answer, and who cancels is obeyed', async () => {
    git = createGitFixture();
    const base = git.commit({ 'a.go': 'package a\n' });
    opened = await openChange(git, { base, head: git.commit({ 'a.go': 'package b\n' }) });
    const change = { ...opened.change, mergeBase: 'f'.repeat(40) };
    const histories = await readFileHistories({ ...opened, change, signal });
    expect(histories).toEqual({ left: 0, files: [{ path: 'a.go', symbols: null, commits: null }] });
    expect(describeHistories(histories)).toBe('a.go\n    last written: (not known)');
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(readFileHistories({ ...opened, signal: cancelled })).rejects.toThrow('cancelled');
  });
});
