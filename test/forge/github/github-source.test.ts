import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  findingMarker,
  type HiddenBlock,
  summaryMarker,
  writeHiddenBlock,
} from '../../../src/domain/hidden-block.ts';
import { ForgeError } from '../../../src/errors.ts';
import { createGithubClient } from '../../../src/forge/github/github-client.ts';
import { createGithubSource } from '../../../src/forge/github/github-source.ts';
import { readGithubToken } from '../../../src/forge/github/github-token.ts';
import type { ReviewTarget } from '../../../src/forge/pull-request-source.ts';
import { startGithubServer } from '../../servers/github/github-server.ts';
import { createGitFixture } from '../../support/git-fixture.ts';

const fixture = createGitFixture();
const base = fixture.commit({ 'a.txt': 'one\ntwo\nthree\n' });
fixture.git('checkout', '-q', '-b', 'feature');
const head = fixture.commit({ 'a.txt': 'one\nTWO\nTHREE\n' });
fixture.git('checkout', '-q', '-b', 'fork-branch', 'main');
const forkHead = fixture.commit({ 'b.txt': 'b\n' });
fixture.git('checkout', '-q', 'main');

const body = 'Fixes #7. See #8, #4 and #99; not octo/other#5 nor https://x.example/#6.';
const block = (round: number): HiddenBlock => ({
  ...{ schemaVersion: 1, run: { id: 'r', startedAt: '2020-11-01T00:00:00.000Z' } },
  ...{ head: 'a'.repeat(40), mergeBase: 'b'.repeat(40), round, findings: [], leftOut: 0 },
});
const ours = `${summaryMarker}\nReview\n${writeHiddenBlock(block(1))}`;
/** Of programs that write with the same account: one quotes us, one claims what cannot be. */
const sameAccount = [
  `The log:\n${summaryMarker}\n${writeHiddenBlock(block(8))}`,
  `${summaryMarker}\n${writeHiddenBlock({ ...block(7), run: { id: 'r', startedAt: '9999-01-01T00:00:00.000Z' } })}`,
];
const forged = `Mine now\n${summaryMarker}\n${writeHiddenBlock(block(9))}`;

const server = await startGithubServer({
  scenario: {
    tokens: {
      ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
      robot: { kind: 'classic', user: 'robot', scopes: ['repo'] },
      eve: { kind: 'classic', user: 'eve', scopes: ['repo'] },
      old: { kind: 'classic', user: 'ada', scopes: ['repo'], expired: true },
      narrow: {
        kind: 'fine-grained',
        user: 'ada',
        repositories: ['acme/shop'],
        permissions: { pull_requests: 'read', contents: 'read' },
      },
    },
    accounts: { 'coverage[bot]': 'Bot' },
    repositories: [
      {
        name: 'acme/shop',
        private: true,
        git: fixture.directory,
        collaborators: { ada: 'write', robot: 'write', bea: 'read' },
        pullRequests: [
          {
            number: 3,
            title: 'Shout #8',
            body,
            head: 'feature',
            author: 'ada',
            closes: [7],
            comments: [
              { author: 'bea', body: '  Why shout?\n' },
              { author: 'robot', body: ours },
              ...sameAccount.map((body) => ({ author: 'robot', body })),
              { author: 'eve', body: forged },
              { author: 'coverage[bot]', body: '81 %', app: 'github-actions' },
            ],
          },
          { number: 4, title: 'From a fork', head: 'fork-branch', headRepository: null, state: 'merged' },
          {
            number: 6,
            title: 'Decided',
            head: 'feature',
            comments: [
              { author: 'ada', body: '/deep-review decline I2·77c0 by design' },
              { author: 'bea', body: '/deep-review decline I3·88d1 so say I' },
              { author: 'coverage[bot]', body: '/deep-review decline I4·99e2 no', app: 'github-actions' },
            ],
          },
          {
            number: 5,
            title: 'Closed',
            body: null,
            head: 'feature',
            state: 'closed',
            draft: true,
            locked: true,
          },
        ],
        issues: [
          { number: 7, title: 'Too quiet', author: 'bea' },
          { number: 8, title: 'Old', state: 'closed' },
        ],
        statuses: [
          { commit: head, context: 'build', state: 'failure', description: '2 failed' },
          { commit: head, context: 'build', state: 'success', description: 'all well' },
          { commit: head, context: 'deploy', state: 'pending' },
        ],
      },
      {
        name: 'acme/open',
        git: fixture.directory,
        pullRequests: [{ number: 1, title: 'Open', head: 'feature', body: 'fix #2' }],
        issues: [{ number: 2, title: 'Two' }],
      },
    ],
  },
});
afterAll(async () => {
  await server.close();
  fixture.remove();
});

const place = { repository: 'acme/shop', number: 3 };
const review = await server.control.addReview({
  ...place,
  author: 'bea',
  body: 'Two things.',
  comments: [
    { path: 'a.txt', line: 2, body: 'Is it loud enough?' },
    { path: 'a.txt', line: 3, body: 'And this one?' },
  ],
});
const [first, second] = review.comments;
if (first === undefined || second === undefined) throw new Error('the review has lost its comments');
await server.control.replyTo({ ...place, id: first.id, author: 'ada', body: 'It is.' });
await server.control.resolveThread({ ...place, id: first.id, by: 'ada' });
await server.control.addReview({
  ...place,
  author: 'robot',
  body: 'One comment.',
  comments: [{ path: 'a.txt', line: 2, body: `${findingMarker('a3f9')}\nA finding` }],
});
await server.control.addCheckRun({
  repository: 'acme/shop',
  app: 'ci',
  name: 'test',
  head,
  conclusion: 'timed_out',
});
await server.control.addCheckRun({
  repository: 'acme/shop',
  app: 'ci',
  name: 'lint',
  head,
  conclusion: null,
});
await server.control.addCheckRun({
  repository: 'acme/shop',
  app: 'ci',
  name: 'old',
  head,
  conclusion: 'stale',
});
beforeEach(() => server.control.setFaults([]));

async function read(
  options: { number?: number; token?: string | null; repository?: string } = {},
): Promise<ReviewTarget> {
  const { number = 3, token = 'robot', repository = 'acme/shop' } = options;
  const [owner = '', name = ''] = repository.split('/');
  const client = createGithubClient({
    site: { server: server.url, api: `${server.url}/api/v3` },
    token: token === null ? null : readGithubToken(token, 'GITHUB_TOKEN'),
    version: '1.0.0',
    onNotice: () => undefined,
    clock: { now: () => 0, sleep: async () => undefined, random: () => 0 },
  });
  const gaps: string[] = [];
  const source = createGithubSource({
    client,
    repository: { owner, name },
    number,
    onGap: (message) => void gaps.push(message),
  });
  const target = await source.resolve(new AbortController().signal);
  expect(gaps.length).toBe(target.notices?.length);
  expect(client.calls).toBeLessThan(20);
  return target;
}

const said = (author: string, text: string, url = '') => ({
  author,
  text,
  url: expect.stringContaining(url),
  path: null,
  line: null,
  resolved: null,
});
const comments = [
  said('bea', 'Why shout?', '/acme/shop/pull/3#issuecomment-'),
  said('eve', forged),
  said('bea', 'Two things.', '#pullrequestreview-'),
  said('robot', 'One comment.'),
  ...[
    ['bea', 'Is it loud enough?', 2, true] as const,
    ['ada', 'It is.', 2, true] as const,
    ['bea', 'And this one?', 3, false] as const,
  ].map(([author, text, line, resolved]) => ({
    author,
    text,
    url: expect.stringContaining('#discussion_r'),
    path: 'a.txt',
    line,
    resolved,
    outdated: false,
  })),
];
const issue = (number: number, fields: object) => ({
  number,
  kind: 'issue',
  state: 'open',
  willClose: false,
  url: `${server.url}/acme/shop/issues/${number}`,
  ...fields,
});
const linked = [
  issue(4, {
    kind: 'pull-request',
    title: 'From a fork',
    state: 'merged',
    url: `${server.url}/acme/shop/pull/4`,
  }),
  issue(7, { title: 'Too quiet', willClose: true }),
  issue(8, { title: 'Old', state: 'closed' }),
];
const run = (name: string, state: string, fields: object = {}) => ({
  name,
  state,
  summary: '',
  url: expect.anything(),
  ...fields,
});
const checkRuns = [
  run('test', 'failed'),
  run('lint', 'running'),
  run('old', 'unknown'),
  run('build', 'passed', { summary: 'all well', url: null }),
  run('deploy', 'running', { url: null }),
];
const whole = {
  repository: { owner: 'acme', name: 'shop', url: `${server.url}/acme/shop` },
  headKind: 'commit',
  base: { sha: base, name: 'main' },
  head: { sha: head, name: 'feature' },
  mergeBase: null,
  branch: 'feature',
  slug: 'pr-3',
  pullRequest: {
    number: 3,
    title: 'Shout #8',
    body,
    url: `${server.url}/acme/shop/pull/3`,
    state: 'open',
    author: 'ada',
    draft: false,
    locked: false,
    baseRef: 'main',
    headRef: 'feature',
    headRepository: 'acme/shop',
    updatedAt: expect.stringMatching(/Z$/),
  },
  comments,
  remembered: [block(1)],
  checkRuns,
  linked,
  notices: [],
};

const unsaid = { comments: null, remembered: undefined };

describe('a pull request', () => {
  test('is read whole: what people said without what programs and this one wrote, checks, issues', async () => {
    expect(await read()).toEqual(whole);
    // Whoever asks has written none of them.
    const seen = await read({ token: 'ada', repository: 'ACME/Shop' });
    const others = seen.comments?.filter(({ author }) => author !== 'robot');
    const { remembered: _, ...unremembered } = whole;
    expect({ ...seen, comments: others }).toEqual({
      ...unremembered,
      comments: comments.filter(({ author }) => author !== 'robot'),
    });
    expect(seen.comments?.length).toBe(comments.length + 2 + sameAccount.length);
    expect(await server.control.forbidden()).toEqual([]);
    expect(await server.control.writes()).toEqual([]);
  });

  test('that is merged, closed, a draft or locked, or whose fork is gone, is read as what it is', async () => {
    const [merged, closed] = await Promise.all([read({ number: 4 }), read({ number: 5 })]);
    expect([merged.head.sha, merged.branch, merged.pullRequest, merged.linked]).toEqual([
      forkHead,
      'fork-branch',
      expect.objectContaining({ state: 'merged', headRepository: null, draft: false, locked: false }),
      [],
    ]);
    expect([closed.pullRequest, closed.comments, closed.linked]).toEqual([
      expect.objectContaining({ state: 'closed', draft: true, locked: true, body: '' }),
      [],
      [],
    ]);
  });

  test('what was decided in comments counts from people who may write, as they wrote it', async () => {
    const there = { repository: 'acme/shop', number: 6 };
    const body = '/deep-review decline I5·aaf3 never mind';
    const { id } = await server.control.addComment({ ...there, author: 'robot', body: 'I see.' });
    await server.control.editComment({ ...there, id, author: 'github-actions[bot]', body });
    const { decided, notices } = await read({ number: 6 });
    const [{ url = '' } = {}] = (await read({ number: 6 })).comments ?? [];
    expect([decided, notices]).toEqual([
      [
        {
          ...{ label: 'I2', id: '77c0', action: 'decline', reason: 'by design', by: 'ada', url },
          at: expect.stringMatching(/Z$/),
        },
      ],
      [
        expect.stringMatching(
          /^Not counted: what is decided in \S+#issuecomment-\d+: somebody else edited it\.$/,
        ),
      ],
    ]);
    await server.control.setFaults([
      {
        path: '/permission$',
        times: 0,
        what: { kind: 'status', status: 404, body: { message: 'Not Found' } },
      },
    ]);
    const unknown = await read({ number: 6 });
    expect([unknown.decided, unknown.notices?.length]).toEqual([undefined, 1]);
  });

  test('of a public repository is read without a token, as far as that goes', async () => {
    const open = await read({ repository: 'acme/open', number: 1, token: null });
    expect([open.comments, open.linked, open.notices]).toEqual([
      [],
      [expect.objectContaining({ number: 2, willClose: true })],
      [],
    ]);
  });
});

describe('what is not known is null, and a notice says why', () => {
  const gap = (subject: string, why: string) => `Not known: ${subject} (${why}).`;

  test('a token without some permissions', async () => {
    const target = await read({ token: 'narrow' });
    expect({ ...target, notices: [] }).toEqual({
      ...whole,
      ...{ comments: expect.arrayContaining(comments), remembered: undefined },
      checkRuns: null,
      linked: null,
    });
    expect(target.notices).toEqual([
      gap('checks on the head', 'the token needs checks=read'),
      gap('linked issues', 'the token needs issues=read; pull_requests=read'),
    ]);
  });

  test.each<[string, string, string, Partial<Record<keyof ReviewTarget, unknown>>]>([
    ['page 2 of the comments', '/issues/3/comments$', 'comments', unsaid],
    ['reviews', '/pulls/3/reviews$', 'comments', unsaid],
    ['statuses', '/status$', 'checks on the head', { checkRuns: null }],
    ['an issue', '/issues/8$', 'linked issues', { linked: null }],
  ])('a server that fails: %s', async (_name, path, subject, fields) => {
    await server.control.setFaults([{ path, times: 0, what: { kind: 'html' } }]);
    expect(await read()).toEqual({ ...whole, ...fields, notices: [gap(subject, 'GitHub answered 502')] });
  });

  test('no GraphQL: threads are of an unknown state, and closing words are read', async () => {
    await server.control.setFaults([
      { path: '/graphql$', times: 0, what: { kind: 'status', status: 403, body: { message: 'Forbidden' } } },
    ]);
    const target = await read({ token: 'ada' });
    expect(target.comments?.filter(({ path }) => path !== null).map(({ resolved }) => resolved)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([target.linked, target.notices]).toEqual([
      linked,
      [gap('which review threads are resolved', 'the token lacks a permission')],
    ]);
  });
});

describe('what cannot be read at all is said in a line, with what to do', () => {
  test.each<[string, Parameters<typeof read>[0], object]>([
    [
      'a number that nothing has',
      { number: 44 },
      {
        reason: 'not-found',
        message: 'acme/shop has no pull request 44, or the token in GITHUB_TOKEN may not see it',
        hint: 'check the number: it stands in the address of the pull request',
      },
    ],
    [
      'an issue',
      { number: 7 },
      {
        reason: 'not-found',
        message: '#7 of acme/shop is an issue and no pull request',
        hint: 'give the number of a pull request',
      },
    ],
    [
      'a repository that may not be seen',
      { token: 'eve' },
      {
        reason: 'not-found',
        message: `there is no repository acme/shop on ${new URL(server.url).host}, or the token in GITHUB_TOKEN may not see it`,
        hint: 'check the name, and that the token is for this repository',
      },
    ],
    [
      'a repository, without a token',
      { token: null },
      {
        reason: 'not-found',
        message: `there is no repository acme/shop on ${new URL(server.url).host}, or a caller without a token may not see it`,
        hint: 'check the name; for a private repository set GITHUB_TOKEN, or sign in with "gh auth login"',
      },
    ],
    [
      'a token that is no longer one',
      { token: 'old' },
      {
        reason: 'unauthorized',
        message: expect.stringMatching(
          /could not read pull request 3 of acme\/shop: the token in GITHUB_TOKEN is wrong or no longer valid \(401, request \S+\): Bad credentials$/,
        ),
        hint: 'set GITHUB_TOKEN to a token that is valid',
      },
    ],
  ])('%s', async (_name, options, expected) => {
    const error = await read(options).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (!(error instanceof ForgeError)) throw error;
    const { reason, message, hint, exitCode } = error;
    expect({ reason, message, hint, exitCode }).toEqual({ exitCode: 2, ...expected });
  });
});
