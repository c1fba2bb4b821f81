import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectChange } from '../../src/collect/collect-change.ts';
import type { Change, RoundFocus } from '../../src/domain/change.ts';
import { findRoundFocus, type LastReview, type RoundFocusInput } from '../../src/pipeline/round-focus.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { openFixture } from '../support/git-open.ts';

const { signal } = new AbortController();
let git: GitFixture;
let repository: RoundFocusInput['repository'];
let change: Change;
let last: LastReview;
let commits: { base: string; first: string; head: string; other: string };

const lines = (count: number) => Array.from({ length: count }, (_, at) => `// line ${at}\n`).join('');
const store = (body: string) => `package a\n\n${lines(30)}\nfunc Evict() int {\n\treturn ${body}\n}\n`;

beforeAll(async () => {
  git = createGitFixture();
  const base = git.commit({ 'README.md': 'Read me.\n' }, 'Begin');
  const files = {
    'store.go': store('1'),
    'use.go': 'package a\n\nvar n = Evict()\n',
    'notes.txt': 'Notes.\n',
  };
  const first = git.commit(files, 'Add a store');
  const other = git.commit({ 'store.go': store('3') }, 'Another way');
  git.git('reset', '--quiet', '--hard', first);
  const head = git.commit({ 'store.go': store('2') }, 'Mend the store');
  commits = { base, first, head, other };
  repository = await openFixture(git);
  const name = { owner: 'o', name: 'n', url: null };
  const target = {
    ...{ repository: name, headKind: 'commit' as const, mergeBase: base, branch: 'topic', slug: 'topic' },
    ...{ base: { sha: base, name: 'main' }, head: { sha: head, name: 'topic' } },
    ...{ pullRequest: null, comments: null },
  };
  ({ change } = await collectChange({ repository, target, round: 2, signal }));
  const cells = [
    { reviewer: 'claude', cell: 'read' as const, note: '' },
    { reviewer: 'codex', cell: 'missed' as const, note: '' },
    { reviewer: 'gemini', cell: 'earlier' as const, note: '', round: 1 },
  ];
  const facts = { status: 'added' as const, additions: 1, deletions: 0, generated: false, vendored: false };
  last = {
    ...{ round: 2, head: first, mergeBase: base, complete: true, configDigest: 'c', isRemembered: false },
    coverage: ['notes.txt', 'store.go', 'use.go', 'gone.txt'].map((path) => ({ path, ...facts, cells })),
  };
}, 60_000);
afterAll(async () => {
  await repository.close();
  git.remove();
});

const focusOf = (given: Partial<LastReview> = {}, more: Partial<RoundFocusInput> = {}) =>
  findRoundFocus({
    ...{ repository, change, signal, full: false, configDigest: 'c' },
    last: { ...last, ...given },
    ...more,
  });

test('what is new comes first, with what names it; what stands counts as opened by whoever opened it', async () => {
  expect(await focusOf()).toEqual({
    round: 2,
    head: commits.first,
    whole: null,
    changed: [{ path: 'store.go', lines: [{ start: 35, end: 35 }] }],
    touched: ['use.go'],
    reviewed: [
      { reviewer: 'claude', round: 2, paths: ['notes.txt', 'use.go'] },
      { reviewer: 'gemini', round: 1, paths: ['notes.txt', 'use.go'] },
    ],
  });
});

test('the whole is looked at wherever the round before says too little, with its reason', async () => {
  const cases: [NonNullable<RoundFocus['whole']>['code'], Partial<LastReview>, Partial<RoundFocusInput>?][] =
    [
      ['head-unknown', { head: null }],
      ['head-gone', { head: 'f'.repeat(40) }],
      ['same-head', { head: commits.head }],
      ['not-ancestor', { head: commits.other }],
      ['asked', {}, { full: true }],
      ['known-from-comment', { isRemembered: true }],
      ['incomplete', { complete: false }],
      ['configuration-changed', { configDigest: 'd' }],
      ['base-moved', { mergeBase: commits.first }],
      ['mostly-new', { head: commits.base, mergeBase: commits.base }],
    ];
  for (const [code, given, more] of cases) {
    const { whole, reviewed } = await focusOf(given, more);
    expect([whole?.code, reviewed]).toEqual([code, []]);
    expect(whole?.text).toMatch(/^[a-z0-9].*[^.]$/);
  }
  expect((await focusOf({ isRemembered: true })).changed).toHaveLength(1);
});
