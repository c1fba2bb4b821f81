import { Octokit } from 'octokit';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createGitFixture } from '../../support/git-fixture.ts';
import { startGithubServer } from './github-server.ts';
import type { GithubScenario } from './scenario.ts';
import { spawnGithubServer } from './spawn-github-server.ts';

const fixture = createGitFixture();
fixture.commit({ 'a.txt': 'one\ntwo\n' });
fixture.git('checkout', '-q', '-b', 'feature');
const head = fixture.commit({ 'a.txt': 'one\nTWO\n', 'b.txt': 'new\n' });

const scenario: GithubScenario = {
  tokens: {
    ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
    workflow: {
      kind: 'actions',
      repository: 'acme/shop',
      permissions: { contents: 'read', pull_requests: 'write' },
    },
    readonly: { kind: 'actions', repository: 'acme/shop', permissions: { pull_requests: 'read' } },
    stranger: { kind: 'classic', user: 'eve', scopes: ['public_repo'] },
    expired: { kind: 'classic', user: 'ada', scopes: ['repo'], expired: true },
  },
  repositories: [
    {
      name: 'acme/shop',
      git: fixture.directory,
      collaborators: { ada: 'write' },
      pullRequests: [{ number: 7, title: 'Shout', head: 'feature' }],
    },
    { name: 'acme/secret', private: true, issues: [{ number: 1, title: 'Hush' }] },
  ],
};
const server = await startGithubServer({ scenario });
afterAll(async () => {
  await server.close();
  fixture.remove();
});

const target = { repository: 'acme/shop', number: 7 };
const place = { owner: 'acme', repo: 'shop', issue_number: 7 };
const client = (auth: string, baseUrl = server.url) =>
  new Octokit({ auth, baseUrl, throttle: { enabled: false }, retry: { enabled: false } });

/** Sends a request past every client. */
async function ask(
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: object } = {},
) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      'user-agent': 'test',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? null : JSON.parse(text),
  };
}

describe('comments', () => {
  test('are made, listed over pages by absolute links and edited; the journal tells which changed something', async () => {
    const octokit = client('workflow');
    for (let number = 1; number <= 5; number += 1)
      await octokit.rest.issues.createComment({ ...place, body: `Comment ${number}` });
    await server.control.addComment({ ...target, author: 'bea', body: 'Nice' });
    const listed = await octokit.paginate(octokit.rest.issues.listComments, { ...place, per_page: 2 });
    expect(
      listed.map((one) => [one.user?.login, one.performed_via_github_app?.id ?? null, one.body]),
    ).toEqual([
      ...[1, 2, 3, 4, 5].map((number) => ['github-actions[bot]', 15368, `Comment ${number}`]),
      ['bea', null, 'Nice'],
    ]);
    const page = await ask('GET', '/repos/acme/shop/issues/7/comments?per_page=2&page=2');
    expect(page.headers.get('link')).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/repositories\/\d+\/issues\/7\/comments\?per_page=2&page=1>; rel="prev", .*rel="next", .*rel="last", .*rel="first"$/,
    );
    const id = listed[0]?.id ?? 0;
    const edit = () => octokit.rest.issues.updateComment({ ...place, comment_id: id, body: 'Better' });
    expect((await edit()).data.body).toBe('Better');
    await edit();
    expect(server.journal.entries.slice(-2).map(({ operation, wrote }) => ({ operation, wrote }))).toEqual([
      { operation: 'issues/update-comment', wrote: true },
      { operation: 'issues/update-comment', wrote: false },
    ]);
    expect(server.journal.forbidden()).toEqual([]);
  });

  test('are refused as GitHub refuses them', async () => {
    const path = '/repos/acme/shop/issues/7/comments';
    const send = async (body: unknown, token?: string, to = path) => {
      const answer = await ask('POST', to, { body, ...(token === undefined ? {} : { token }) });
      return [answer.status, answer.body.message, answer.headers.get('x-accepted-github-permissions')];
    };
    expect(await send({ body: 'x' })).toEqual([401, 'Requires authentication', null]);
    expect(await send({ body: 'x' }, 'expired')).toEqual([401, 'Bad credentials', null]);
    expect(await send({ body: 'x' }, 'readonly')).toEqual([
      403,
      'Resource not accessible by integration',
      'issues=write; pull_requests=write',
    ]);
    expect(await send({ body: 'x'.repeat(65_537) }, 'ada')).toEqual([422, 'Validation Failed', null]);
    expect(await send({}, 'ada')).toEqual([422, 'Invalid request.\n\n"body" wasn\'t supplied.', null]);
    expect(await send({ body: 'x' }, 'stranger', '/repos/acme/secret/issues/1/comments')).toEqual([
      404,
      'Not Found',
      null,
    ]);
    await server.control.setPullRequest({ ...target, locked: true });
    expect(await send({ body: 'x' }, 'stranger')).toEqual([
      403,
      'Unable to create comment because issue is locked.',
      null,
    ]);
    await server.control.setPullRequest({ ...target, locked: false });
    const first = (await server.control.comments(target))[0]?.id;
    const remove = await ask('DELETE', `/repos/acme/shop/issues/comments/${first}`, { token: 'ada' });
    expect(remove.status).toBe(405);
    expect(server.journal.forbidden().map((entry) => entry.forbidden)).toEqual([
      `DELETE /repos/acme/shop/issues/comments/${first}`,
    ]);
    expect((await server.control.comments(target))[0]?.id).toBe(first);
  });
});

test('a pull request, who asks, and an answer that has not changed', async () => {
  const octokit = client('workflow', `${server.url}/api/v3`);
  const { data } = await octokit.rest.pulls.get({ owner: 'acme', repo: 'shop', pull_number: 7 });
  expect(data).toMatchObject({ number: 7, head: { ref: 'feature', sha: head }, base: { ref: 'main' } });
  await expect(octokit.rest.users.getAuthenticated()).rejects.toMatchObject({ status: 403 });
  const path = '/repos/acme/shop/pulls/7';
  const first = await ask('GET', path, { token: 'ada' });
  const again = await ask('GET', path, {
    token: 'ada',
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  });
  expect([again.status, again.headers.get('x-ratelimit-used')]).toEqual([
    304,
    first.headers.get('x-ratelimit-used'),
  ]);
  expect((await ask('GET', path, { headers: { accept: 'text/plain' } })).status).toBe(415);
});

test('faults: before the write and after it', async () => {
  const path = '/repos/acme/shop/issues/7/comments$';
  const before = (await server.control.comments(target)).length;
  await server.control.setFaults([
    { method: 'POST', path, what: { kind: 'reset' } },
    { method: 'POST', path, skip: 1, what: { kind: 'reset', after: true } },
    { method: 'POST', path, skip: 2, what: { kind: 'status', status: 502, after: true } },
    { method: 'POST', path, skip: 3, what: { kind: 'torn' } },
    { method: 'POST', path, skip: 4, what: { kind: 'secondary-limit', retryAfter: 3 } },
  ]);
  const send = () =>
    ask('POST', '/repos/acme/shop/issues/7/comments', { token: 'ada', body: { body: 'Again' } }).then(
      (answer) => answer.status,
      () => 'broken',
    );
  expect([await send(), await send(), await send(), await send(), await send(), await send()]).toEqual([
    'broken',
    'broken',
    502,
    'broken',
    403,
    201,
  ]);
  expect((await server.control.comments(target)).length - before).toBe(4);
  await server.control.setFaults([]);
});

test('limits: the hour’s budget, content in a minute, requests at once; and a repository that was renamed', async () => {
  let now = Date.UTC(2026, 0, 1);
  const limited = await startGithubServer({
    clock: () => now,
    scenario: {
      tokens: {
        poor: { kind: 'classic', user: 'ada', scopes: ['repo'], rateRemaining: 2 },
        ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
      },
      limits: { contentPerMinute: 2, concurrent: 3 },
      repositories: [
        { name: 'acme/shop', formerNames: ['acme/store'], issues: [{ number: 1, title: 'Hush' }] },
      ],
    },
  });
  onTestFinished(() => limited.close());
  const at = (
    token: string,
    method = 'GET',
    path = '/repos/acme/shop/issues/1/comments',
    signal?: AbortSignal,
  ) =>
    fetch(`${limited.url}${path}`, {
      method,
      redirect: 'manual',
      ...(signal === undefined ? {} : { signal }),
      headers: { 'user-agent': 'test', authorization: `token ${token}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify({ body: 'Hello' }) } : {}),
    });
  const statuses = [];
  for (let request = 0; request < 3; request += 1) statuses.push((await at('poor')).status);
  const refused = await at('poor');
  expect([
    ...statuses,
    refused.headers.get('x-ratelimit-remaining'),
    refused.headers.get('x-ratelimit-reset'),
  ]).toEqual([200, 200, 403, '0', String(now / 1_000 + 3_600)]);
  now += 3_600_000;
  expect((await at('poor')).status).toBe(200);
  expect([(await at('ada', 'POST')).status, (await at('ada', 'POST')).status]).toEqual([201, 201]);
  const secondary = await at('ada', 'POST');
  expect([secondary.status, secondary.headers.get('retry-after'), await secondary.text()]).toEqual([
    403,
    '60',
    expect.stringContaining('secondary rate limit'),
  ]);
  const here = limited.journal.entries.length;
  await limited.control.setFaults([{ path: 'comments', times: 3, what: { kind: 'stall' } }]);
  const away = new AbortController();
  const stalled = [1, 2, 3].map(() => at('ada', 'GET', undefined, away.signal).catch(() => 'gone'));
  await limited.journal.waitFor(({ number, fault }) => number === here + 3 && fault === 'stall');
  expect((await at('ada')).status).toBe(403);
  away.abort();
  expect(await Promise.all(stalled)).toEqual(['gone', 'gone', 'gone']);
  const moved = await at('ada', 'GET', '/repos/acme/store/issues/1?x=1');
  expect([moved.status, moved.headers.get('location')]).toEqual([
    301,
    expect.stringMatching(/\/repositories\/\d+\/issues\/1\?x=1$/),
  ]);
  expect((await at('ada', 'POST', '/repos/acme/store/issues/1/comments')).status).toBe(307);
});

test('the server in a process of its own is steered over HTTP', async () => {
  const spawned = await spawnGithubServer(scenario);
  try {
    await client('ada', spawned.url).rest.issues.createComment({ ...place, body: 'Hello' });
    await spawned.control.addComment({ ...target, author: 'bea', body: 'Nice' });
    expect((await spawned.control.comments(target)).map(({ author, body }) => [author, body])).toEqual([
      ['ada', 'Hello'],
      ['bea', 'Nice'],
    ]);
    expect((await spawned.control.writes()).map((entry) => [entry.operation, entry.token])).toEqual([
      ['issues/create-comment', 'ada'],
    ]);
    await expect(spawned.control.comments({ repository: 'no/where', number: 1 })).rejects.toThrow(
      'no repository no/where',
    );
  } finally {
    await spawned.close();
  }
});
