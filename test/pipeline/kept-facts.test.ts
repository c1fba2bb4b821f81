import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Change } from '../../src/domain/change.ts';
import { keepForgeFacts } from '../../src/pipeline/kept-facts.ts';
import { digest } from '../../src/run/digest.ts';
import { runDirectoryAt } from '../../src/run/run-directory.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pullRequest = {
  number: 7,
  title: 'Shout',
  body: '',
  url: 'https://github.com/o/r/pull/7',
  state: 'open' as const,
  author: 'ada',
  updatedAt: '2026-11-01T10:00:00Z',
};
const before = Change.parse({
  schemaVersion: 1,
  repository: { owner: 'o', name: 'r', url: 'https://github.com/o/r' },
  headKind: 'commit',
  branch: 'topic',
  base: { sha: 'a'.repeat(40), name: 'main' },
  head: { sha: 'b'.repeat(40), name: 'topic' },
  mergeBase: 'a'.repeat(40),
  commits: [],
  files: [],
  pullRequest,
  comments: [],
  checkRuns: [{ name: 'test', state: 'running', summary: '', url: null }],
  notices: ['Not known: linked issues.'],
  round: 1,
});
const after: Change = {
  ...before,
  branch: 'renamed',
  pullRequest: { ...pullRequest, title: 'Shout louder', updatedAt: '2026-11-01T11:00:00Z' },
  comments: [{ author: 'bea', text: 'Why?', path: null, line: null, url: null, resolved: null }],
  checkRuns: [{ name: 'test', state: 'passed', summary: '', url: null }],
  linked: [],
  notices: [],
};

function runWith(change: Change | null) {
  const run = runDirectoryAt(join(temporaryDirectory(), 'run'));
  mkdirSync(join(run.path, 'collect'), { recursive: true });
  if (change !== null) writeFileSync(run.file('collect', 'change.json'), JSON.stringify(change));
  return run;
}

test('a run that is continued keeps what its forge said when it began, so that nothing is paid for twice', async () => {
  const kept = await keepForgeFacts(runWith(before), after);
  expect(kept).toEqual(before);
  expect(digest(kept)).toBe(digest(before));
});

test('one that had not come to that, or is about no pull request, has what is known now', async () => {
  const local = { ...after, pullRequest: null };
  expect([
    await keepForgeFacts(runWith(null), after),
    await keepForgeFacts(runWith({ ...before, pullRequest: null }), after),
    await keepForgeFacts(runWith(before), local),
  ]).toEqual([after, after, local]);
});
