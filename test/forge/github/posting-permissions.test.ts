import { expect, test } from 'vitest';
import { type AccessFacts, answerPermissions } from '../../../src/forge/github/posting-permissions.ts';

const facts: AccessFacts = {
  kind: 'classic',
  scopes: ['repo'],
  isPrivate: false,
  isArchived: false,
  readRefused: null,
};

/** State of reading, of comments, of a check. */
function statesOf(change: Partial<AccessFacts>): string[] {
  return answerPermissions({ ...facts, ...change }).map(({ permission, state }) => `${permission}: ${state}`);
}

test.each<[string, Partial<AccessFacts>, string, string]>([
  ['a classic token for everything', {}, 'ok', 'missing'],
  ['a classic token for public repositories', { scopes: ['gist', 'public_repo'] }, 'ok', 'missing'],
  [
    'the same, and the repository is private',
    { scopes: ['public_repo'], isPrivate: true },
    'missing',
    'missing',
  ],
  ['a classic token without scopes', { scopes: [] }, 'missing', 'missing'],
  ['an OAuth token', { kind: 'oauth', scopes: ['repo', 'read:org'] }, 'ok', 'missing'],
  ['a fine-grained token', { kind: 'fine-grained', scopes: null }, 'unknown', 'missing'],
  ['a workflow’s token', { kind: 'installation', scopes: null }, 'unknown', 'unknown'],
  ['an app’s user', { kind: 'app-user', scopes: null }, 'unknown', 'unknown'],
  ['a token of no known kind', { kind: 'unknown', scopes: null }, 'unknown', 'unknown'],
  ['an archived repository', { isArchived: true }, 'missing', 'missing'],
])('%s', (_, change, comments, check) => {
  expect(statesOf(change)).toEqual([
    'pull_requests=read: ok',
    `pull_requests=write: ${comments}`,
    `checks=write: ${check}`,
  ]);
});

test('what is missing or unknown says what to do, and a refused look says what it takes', () => {
  const answers = answerPermissions({
    ...facts,
    kind: 'installation',
    scopes: null,
    readRefused: 'pull_requests=read',
  });
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
  ]);
});
