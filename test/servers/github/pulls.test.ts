import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { createGitFixture, fixtureEnvironment } from '../../support/git-fixture.ts';
import { startGithubServer } from './github-server.ts';
import { octokitFor, refusal } from './octokit-client.ts';

const run = promisify(execFile);
const numbered = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, index) => `${word} ${index + 1}\n`).join('');

const fixture = createGitFixture();
fixture.commit({ 'a.txt': numbered(40), 'old.txt': numbered(20, 'same'), 'gone.txt': 'x\n' });
fixture.git('checkout', '-q', '-b', 'feature');
fixture.commit({ 'a.txt': numbered(40).replace('line 5\n', 'line five\n') });
const head = fixture.commit({
  'a.txt': numbered(40).replace('line 5\n', 'line five\n').replace('line 30\n', ''),
  'old.txt': null,
  'new.txt': numbered(20, 'same'),
  'gone.txt': null,
  'b.bin': new Uint8Array([0, 1, 2]),
});
fixture.git('checkout', '-q', '-b', 'huge', 'main');
const files = Object.fromEntries(
  Array.from({ length: 301 }, (_, index) => [`many/${index + 100}.txt`, 'x\n']),
);
fixture.commit({ ...files, 'zz/long.txt': numbered(20_100), 'zzz.txt': 'past it\n' });
fixture.git('checkout', '-q', '-b', 'outside', 'main');
const foreign = fixture.commit({ 'c.txt': 'x\n' });
fixture.git('checkout', '-q', '-b', 'fork-branch', 'main');
const forkHead = fixture.commit({ 'd.txt': 'x\n' });

const server = await startGithubServer({
  scenario: {
    tokens: {
      ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
      workflow: {
        kind: 'actions',
        repository: 'acme/shop',
        permissions: { contents: 'read', pull_requests: 'write' },
      },
      outsider: { kind: 'classic', user: 'eve', scopes: ['repo'] },
      fine: {
        kind: 'fine-grained',
        user: 'ada',
        repositories: ['acme/shop'],
        permissions: { pull_requests: 'read' },
      },
    },
    repositories: [
      {
        name: 'acme/shop',
        private: true,
        git: fixture.directory,
        collaborators: { ada: 'write' },
        pullRequests: [
          { number: 1, title: 'Five', head: 'feature', author: 'ada' },
          { number: 2, title: 'Huge', head: 'huge' },
          { number: 3, title: 'From a fork', head: 'fork-branch', headRepository: 'eve/shop' },
        ],
      },
    ],
  },
});
afterAll(async () => {
  await server.close();
  fixture.remove();
});

const repo = { owner: 'acme', repo: 'shop' };
const target = { repository: 'acme/shop', number: 1 };
const client = (token: string) => octokitFor(server.url, token);
const workflow = client('workflow');
const ada = client('ada');

describe('the code of a pull request', () => {
  test('in rows with their patches, in commits, in a comparison', async () => {
    const { data } = await ada.rest.pulls.listFiles({ ...repo, pull_number: 1 });
    expect(
      data.map(({ filename, status, additions, deletions }) => [filename, status, additions, deletions]),
    ).toEqual([
      ['a.txt', 'modified', 1, 2],
      ['b.bin', 'added', 0, 0],
      ['gone.txt', 'removed', 0, 1],
      ['new.txt', 'renamed', 0, 0],
    ]);
    expect(data[0]?.patch).toMatch(/^@@ -2,7 \+2,7 @@ line 1\n line 2\n[\s\S]* line 33$/);
    expect([data[1]?.patch, data[3]?.previous_filename]).toEqual([undefined, 'old.txt']);
    const commits = await ada.rest.pulls.listCommits({ ...repo, pull_number: 1 });
    expect(commits.data.map(({ sha }) => sha).at(-1)).toBe(head);
    const compared = await ada.rest.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...feature' });
    expect([compared.data.status, compared.data.ahead_by, compared.data.files?.length]).toEqual([
      'ahead',
      2,
      4,
    ]);
    const facts = (await ada.rest.pulls.get({ ...repo, pull_number: 1 })).data;
    expect([facts.changed_files, facts.additions, facts.deletions, facts.commits]).toEqual([4, 1, 3, 2]);
    const diff = await ada.rest.pulls.get({ ...repo, pull_number: 1, mediaType: { format: 'diff' } });
    expect(String(diff.data)).toMatch(/^diff --git a\/a.txt b\/a.txt\n/);
  });

  test('with the ends that GitHub sets', async () => {
    expect(
      await refusal(ada.rest.pulls.get({ ...repo, pull_number: 2, mediaType: { format: 'diff' } })),
    ).toEqual([406, [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }]]);
    const rows = await ada.paginate(ada.rest.pulls.listFiles, { ...repo, pull_number: 2, per_page: 100 });
    expect([rows.length, rows[300]?.changes]).toEqual([303, 1]);
    expect(rows.slice(301).map(({ filename, changes, patch }) => [filename, changes, patch])).toEqual([
      ['zz/long.txt', 0, undefined],
      ['zzz.txt', 0, undefined],
    ]);
    const fork = await ada.rest.pulls.get({ ...repo, pull_number: 3 });
    expect([fork.data.head.label, fork.data.head.repo?.fork, fork.data.head.sha]).toEqual([
      'eve:fork-branch',
      true,
      forkHead,
    ]);
  });

  test('by git: every commit by its id, nothing for strangers, and no push', async () => {
    const git = (token: string, ...words: string[]) =>
      run('git', words, {
        cwd: fixture.scratch,
        env: {
          ...fixtureEnvironment(0),
          GIT_TERMINAL_PROMPT: '0',
          GIT_CONFIG_KEY_1: 'http.extraHeader',
          GIT_CONFIG_VALUE_1: `Authorization: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
        },
      }).then(
        ({ stdout }) => stdout.trim(),
        (error: { stderr: string }) => error.stderr.trim(),
      );
    const url = `${server.url}/acme/shop.git`;
    await git('workflow', 'init', '-q', 'clone');
    const clone = join(fixture.scratch, 'clone');
    expect(await git('workflow', '-C', clone, 'fetch', '-q', '--depth=1', url, forkHead)).toBe('');
    expect(await git('workflow', '-C', clone, 'rev-parse', 'FETCH_HEAD')).toBe(forkHead);
    expect(await git('workflow', 'ls-remote', url, 'refs/pull/3/head', 'refs/heads/fork-branch')).toBe(
      `${forkHead}\trefs/pull/3/head`,
    );
    expect(await git('outsider', 'ls-remote', url)).toContain('not found');
    expect(await git('wrong', 'ls-remote', url)).toContain('could not read Username');
    expect(await git('fine', 'ls-remote', url)).toContain('403');
    expect(await git('ada', '-C', clone, 'push', '-q', url, `${forkHead}:refs/heads/x`)).toContain('403');
    expect(server.journal.forbidden().map((entry) => entry.forbidden)).toEqual(['git push']);
  });
});

describe('a review', () => {
  const at = (line: number, more: object = {}) => ({ path: 'a.txt', line, body: 'Why?', ...more });
  const create = (comments: object[], more: object = {}, octokit = workflow) =>
    octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...repo,
      pull_number: 1,
      commit_id: head,
      event: 'COMMENT',
      body: 'Findings',
      ...(comments.length === 0 ? {} : { comments }),
      ...more,
    } as never);

  test('is taken with comments on lines of the diff, or not at all', async () => {
    const wrong = [
      [at(20)],
      [at(5), at(5, { path: 'nowhere.txt' })],
      [at(30, { start_line: 5, start_side: 'RIGHT' })],
      [at(5, { start_line: 5 })],
      [at(33)],
      [at(41)],
      [at(31, { side: 'LEFT' }), at(30, { side: 'LEFT' }), at(20, { side: 'LEFT' })],
      [at(5, { position: 4 })],
      [at(5, { body: ' ' })],
      [at(1, { path: 'b.bin' })],
    ];
    for (const comments of wrong) expect((await refusal(create(comments)))[0]).toBe(422);
    for (const more of [
      { commit_id: foreign },
      { body: 'x'.repeat(65_537) },
      { body: '' },
      { event: 'APPROVE' },
    ])
      expect((await refusal(create([], more)))[0]).toBe(422);
    expect(await refusal(create([], { event: 'APPROVE' }, ada))).toEqual([
      422,
      ['Can not approve your own pull request'],
    ]);
    expect(await refusal(create([], {}, client('fine')))).toEqual([
      403,
      'Resource not accessible by personal access token',
    ]);
    expect(await server.control.reviews(target)).toEqual([]);
    await create([at(5, { start_line: 3 }), at(30, { side: 'LEFT' }), at(32)]);
    const listed = await ada.rest.pulls.listReviewComments({ ...repo, pull_number: 1 });
    expect(
      listed.data.map((one) => [
        one.user.login,
        one.line,
        one.start_line,
        one.side,
        one.position,
        one.commit_id,
      ]),
    ).toEqual([
      ['github-actions[bot]', 5, 3, 'RIGHT', 5, head],
      ['github-actions[bot]', 30, null, 'LEFT', 13, head],
      ['github-actions[bot]', 32, null, 'RIGHT', 16, head],
    ]);
    expect(listed.data[0]?.diff_hunk).toBe(
      '@@ -2,7 +2,7 @@ line 1\n line 2\n line 3\n line 4\n-line 5\n+line five',
    );
  });

  test('follows the head: what stands moves, what has changed is outdated', async () => {
    fixture.git('checkout', '-q', 'feature');
    const next = fixture.commit({
      'a.txt': `zero\n${numbered(40).replace('line 5\n', 'line 5!\n').replace('line 30\n', '')}`,
    });
    await server.control.moveHead({ ...target, head: next });
    const listed = await ada.rest.pulls.listReviewComments({ ...repo, pull_number: 1 });
    expect(listed.data.map((one) => [one.line, one.original_line, one.commit_id === next])).toEqual([
      [null, 5, false],
      [30, 30, true],
      [33, 32, true],
    ]);
    await create([], { commit_id: head });
    expect((await server.control.reviews(target)).map((review) => review.comments.length)).toEqual([3, 0]);
  });
});
