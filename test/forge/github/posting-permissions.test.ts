import { expect, test } from 'vitest';
import { type AccessFacts, answerPermissions } from '../../../src/forge/github/posting-permissions.ts';

const facts: AccessFacts = {
  kind: 'classic',
  scopes: ['repo'],
  isPrivate: false,
  isArchived: false,
  mayPush: true,
  readRefused: null,
};

/** State of reading, of comments, of a check, and of resolving threads. */
function statesOf(change: Partial<AccessFacts>, resolveThreads: boolean): string[] {
  return answerPermissions({ ...facts, ...change }, { resolveThreads }).map(
    ({ permission, state }) => `${permission}: ${state}`,
  );
}

test.each<[string, Partial<AccessFacts>, string, string, string]>([
  ['a classic token for everything', {}, 'ok', 'missing', 'ok'],
  ['a classic token for public repositories', { scopes: ['gist', 'public_repo'] }, 'ok', 'missing', 'ok'],
  [
    'the same, and the repository is private',
    { scopes: ['public_repo'], isPrivate: true },
    'missing',
    'missing',
    'missing',
  ],
  ['one of somebody who may only read', { mayPush: false }, 'ok', 'missing', 'missing'],
  ['one whose account’s part is not told', { mayPush: null }, 'ok', 'missing', 'unknown'],
  [
    'a fine-grained one of somebody who may only read',
    { kind: 'fine-grained', scopes: null, mayPush: false },
    'unknown',
    'missing',
    'missing',
  ],
  [
    'a workflow’s, of which GitHub says nothing true',
    { kind: 'installation', scopes: null, mayPush: false },
    'unknown',
    'unknown',
    'unknown',
  ],
  ['a classic token without scopes', { scopes: [] }, 'missing', 'missing', 'missing'],
  ['an OAuth token', { kind: 'oauth', scopes: ['repo', 'read:org'] }, 'ok', 'missing', 'ok'],
  ['a fine-grained token', { kind: 'fine-grained', scopes: null }, 'unknown', 'missing', 'unknown'],
  ['a workflow’s token', { kind: 'installation', scopes: null }, 'unknown', 'unknown', 'unknown'],
  ['an app’s user', { kind: 'app-user', scopes: null }, 'unknown', 'unknown', 'unknown'],
  ['a token of no known kind', { kind: 'unknown', scopes: null }, 'unknown', 'unknown', 'unknown'],
  ['an archived repository', { isArchived: true }, 'missing', 'missing', 'missing'],
])('%s', (_, change, comments, check, resolving) => {
  const asked = ['pull_requests=read: ok', `pull_requests=write: ${comments}`, `checks=write: ${check}`];
  expect(statesOf(change, false)).toEqual(asked);
  expect(statesOf(change, true)).toEqual([...asked, `contents=write: ${resolving}`]);
});

test('what is missing or unknown says what to do, and a refused look says what it takes', () => {
  const answers = answerPermissions(
    { ...facts, kind: 'installation', scopes: null, readRefused: 'pull_requests=read' },
    { resolveThreads: true },
  );
  expect(answers[0]).toEqual({
    permission: 'pull_requests=read',
    purpose: 'to read pull requests',
    state: 'missing',
    detail: 'refused; it takes pull_requests=read',
    advice: 'give the token this permission',
  });
  expect(answers.slice(1).map(({ advice }) => advice)).toEqual([
    expect.stringContaining('pull-requests: write'),
    expect.stringContaining('checks: write'),
    expect.stringContaining('contents: write'),
  ]);
});
