import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Octokit } from 'octokit';
import { afterAll, describe, expect, test } from 'vitest';
import { createGitFixture, fixtureEnvironment } from '../../support/git-fixture.ts';
import { startGithubServer } from './github-server.ts';

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
        permissions: { contents: 'read', pull_requests: 'write', checks: 'write', statuses: 'read' },
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
        collaborators: { ada: 'write', bea: 'read' },
        pullRequests: [
          { number: 1, title: 'Five', head: 'feature', author: 'ada', closes: [9] },
          { number: 2, title: 'Huge', head: 'huge' },
          { number: 3, title: 'From a fork', head: 'fork-branch', headRepository: 'eve/shop' },
        ],
        issues: [{ number: 9, title: 'Say five' }],
        statuses: [{ commit: head, context: 'build', state: 'success' }],
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
const client = (auth: string) =>
  new Octokit({ auth, baseUrl: server.url, throttle: { enabled: false }, retry: { enabled: false } });
const workflow = client('workflow');
const ada = client('ada');

/** What an octokit call was refused with. */
async function refusal(call: Promise<unknown>): Promise<[number, unknown]> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: { data?: { message?: string; errors?: unknown } };
    };
    return [status, response?.data?.errors ?? response?.data?.message];
  }
  throw new Error('it was not refused');
}

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

test('check runs: only by apps, 50 annotations at a time, added to those before', async () => {
  const annotation = {
    path: 'a.txt',
    start_line: 5,
    end_line: 5,
    annotation_level: 'warning' as const,
    message: 'Why?',
  };
  const output = (count: number, summary = 'Two') => ({
    title: 'Findings',
    summary,
    annotations: Array(count).fill(annotation),
  });
  const create = (more: object, octokit = workflow) =>
    octokit.rest.checks.create({ ...repo, name: 'review', head_sha: head, ...more });
  expect(await refusal(create({}, ada))).toEqual([403, 'You must authenticate via a GitHub App.']);
  expect(await refusal(create({ output: output(51) }))).toEqual([
    422,
    'Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.',
  ]);
  for (const more of [
    { head_sha: '1'.repeat(40) },
    { status: 'completed' },
    { output: output(1, 'x'.repeat(65_536)) },
    { details_url: 'ftp://x' },
  ])
    expect((await refusal(create(more)))[0]).toBe(422);
  const made = await create({ output: output(50), external_id: 'run-1', status: 'in_progress' });
  const id = { ...repo, check_run_id: made.data.id };
  await workflow.rest.checks.update({ ...id, conclusion: 'neutral', output: output(7) });
  const { data } = await workflow.rest.checks.listForRef({ ...repo, ref: head, check_name: 'review' });
  expect(
    data.check_runs.map((one) => [
      one.status,
      one.conclusion,
      one.external_id,
      one.app?.id,
      one.output.annotations_count,
    ]),
  ).toEqual([['completed', 'neutral', 'run-1', 15368, 57]]);
  expect(
    (await workflow.paginate(workflow.rest.checks.listAnnotations, { ...id, per_page: 50 })).length,
  ).toBe(57);
  const status = await workflow.rest.repos.getCombinedStatusForRef({ ...repo, ref: head });
  expect([status.data.state, status.data.total_count]).toEqual(['success', 1]);
});

test('what else is asked: issues, roles, reactions, what does not exist', async () => {
  expect((await ada.rest.issues.get({ ...repo, issue_number: 9 })).data.title).toBe('Say five');
  expect((await ada.rest.issues.get({ ...repo, issue_number: 1 })).data.pull_request).toBeDefined();
  const role = async (username: string) =>
    (await ada.rest.repos.getCollaboratorPermissionLevel({ ...repo, username })).data.permission;
  expect([await role('acme'), await role('ada'), await role('bea')]).toEqual(['admin', 'write', 'read']);
  const comment = await server.control.addComment({ ...target, author: 'bea', body: 'Nice' });
  await ada.rest.reactions.createForIssueComment({ ...repo, comment_id: comment.id, content: 'eyes' });
  await server.control.addReaction({ ...target, id: comment.id, author: 'bea', content: '-1' });
  const shown = (await ada.rest.issues.getComment({ ...repo, comment_id: comment.id })).data.reactions;
  expect([shown?.eyes, shown?.['-1'], shown?.total_count]).toEqual([1, 1, 2]);
  expect(await refusal(ada.rest.pulls.get({ ...repo, pull_number: 9 }))).toEqual([404, 'Not Found']);
  expect(await refusal(client('outsider').rest.pulls.get({ ...repo, pull_number: 1 }))).toEqual([
    404,
    'Not Found',
  ]);
  await server.control.setPullRequest({ ...target, deleted: true });
  expect((await refusal(ada.rest.issues.listComments({ ...repo, issue_number: 1 })))[0]).toBe(410);
  expect((await refusal(ada.rest.pulls.get({ ...repo, pull_number: 1 })))[0]).toBe(404);
});
