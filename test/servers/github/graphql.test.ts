import { afterAll, expect, test } from 'vitest';
import { createGitFixture } from '../../support/git-fixture.ts';
import { startGithubServer } from './github-server.ts';
import { parseQuery } from './graphql/parse.ts';

const fixture = createGitFixture();
fixture.commit({ 'a.txt': 'one\ntwo\n' });
fixture.git('checkout', '-q', '-b', 'feature');
fixture.commit({ 'a.txt': 'one\nTWO\nthree\n' });

const workflow = { kind: 'actions' as const, repository: 'acme/shop' };
const server = await startGithubServer({
  scenario: {
    tokens: {
      ada: { kind: 'classic', user: 'ada', scopes: ['repo'] },
      eve: { kind: 'classic', user: 'eve', scopes: ['repo'] },
      workflow: { ...workflow, permissions: { pull_requests: 'write', contents: 'read' } },
      mighty: { ...workflow, permissions: { pull_requests: 'write', contents: 'write', issues: 'read' } },
      spent: { kind: 'classic', user: 'bea', scopes: [], graphqlRemaining: 0 },
    },
    repositories: [
      {
        name: 'acme/shop',
        private: true,
        git: fixture.directory,
        collaborators: { ada: 'write', bea: 'read' },
        pullRequests: [
          {
            number: 1,
            title: 'Shout',
            head: 'feature',
            closes: [9],
            comments: [{ author: '', app: 'github-actions', body: 'Report' }],
          },
        ],
        issues: [{ number: 9, title: 'Say more', body: 'Please' }],
      },
    ],
  },
});
afterAll(async () => {
  await server.close();
  fixture.remove();
});
const target = { repository: 'acme/shop', number: 1 };

async function ask(token: string, query: string, variables: object = {}) {
  const response = await fetch(`${server.url}/api/graphql`, {
    method: 'POST',
    headers: { 'user-agent': 'test', authorization: `bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as {
    data?: Record<string, unknown>;
    errors?: { type?: string; message: string; extensions?: { code?: string } }[];
  };
}

const inPull = (fields: string) => `query($number: Int!) {
  repository(owner: "acme", name: "shop") { pullRequest(number: $number) { ${fields} } }
}`;

test('threads in pages, with what became of them', async () => {
  for (const line of [2, 3, 1])
    await server.control.addReview({
      ...target,
      author: 'bea',
      comments: [{ path: 'a.txt', line, body: `On ${line}` }],
    });
  const [first, second] = (await server.control.reviews(target)).map((review) => review.comments[0]?.id ?? 0);
  await server.control.replyTo({ ...target, id: first ?? 0, author: 'ada', body: 'True' });
  await server.control.resolveThread({ ...target, id: second ?? 0, by: 'ada' });
  fixture.git('checkout', '-q', 'feature');
  await server.control.moveHead({ ...target, head: fixture.commit({ 'a.txt': 'zero\none\nTWO!\nthree\n' }) });
  const query = `query($cursor: String) { repository(owner: "acme", name: "shop") { pullRequest(number: 1) {
    reviewThreads(first: 2, after: $cursor) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { ...one comments(first: 10) { nodes { author { __typename login } body replyTo { body } } } }
    } } } }
    fragment one on PullRequestReviewThread { isResolved isOutdated path line resolvedBy { login } }`;
  type Page = { nodes: unknown[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string } };
  const read = async (cursor: string | null) =>
    (
      (await ask('mighty', query, { cursor })).data as {
        repository: { pullRequest: { reviewThreads: Page } };
      }
    ).repository.pullRequest.reviewThreads;
  const page = await read(null);
  const rest = await read(page.pageInfo.endCursor);
  const bea = { __typename: 'User', login: 'bea' };
  const thread = (line: number | null, comments: object[], resolvedBy: string | null = null) => ({
    isResolved: resolvedBy !== null,
    isOutdated: line === null,
    path: 'a.txt',
    line,
    resolvedBy: resolvedBy === null ? null : { login: resolvedBy },
    comments: { nodes: comments },
  });
  expect([page.totalCount, page.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([3, true, false]);
  expect([...page.nodes, ...rest.nodes]).toEqual([
    thread(null, [
      { author: bea, body: 'On 2', replyTo: null },
      { author: { __typename: 'User', login: 'ada' }, body: 'True', replyTo: { body: 'On 2' } },
    ]),
    thread(4, [{ author: bea, body: 'On 3', replyTo: null }], 'ada'),
    thread(2, [{ author: bea, body: 'On 1', replyTo: null }]),
  ]);
});

test('who asks, which issues it closes, the texts a comment had', async () => {
  expect((await ask('workflow', '{ viewer { login databaseId } }')).data).toEqual({
    viewer: { login: 'github-actions[bot]', databaseId: 41898282 },
  });
  const closing = inPull('closingIssuesReferences(first: 5) { nodes { number title body state } }');
  const reference = { number: 9, title: 'Say more', body: 'Please', state: 'OPEN' };
  expect((await ask('mighty', closing, { number: 1 })).data).toEqual({
    repository: { pullRequest: { closingIssuesReferences: { nodes: [reference] } } },
  });
  expect((await ask('workflow', closing, { number: 1 })).errors?.[0]).toMatchObject({
    type: 'FORBIDDEN',
    path: ['repository', 'pullRequest', 'closingIssuesReferences'],
    message: 'Resource not accessible by integration',
  });
  const [comment] = await server.control.comments(target);
  if (comment === undefined) throw new Error('no comment');
  const edits =
    'query($id: ID!) { node(id: $id) { ... on IssueComment { author { login } userContentEdits(first: 20) { nodes { diff editor { login } } } } } }';
  const read = async () => (await ask('workflow', edits, { id: comment.nodeId })).data?.node;
  expect(await read()).toEqual({ author: { login: 'github-actions' }, userContentEdits: { nodes: [] } });
  await server.control.editComment({ ...target, id: comment.id, author: 'ada', body: 'Report, edited' });
  await server.control.editComment({ ...target, id: comment.id, author: 'ada', body: 'Once more' });
  await server.control.removeRevision({ ...target, id: comment.id, revision: 1 });
  expect(await read()).toMatchObject({
    userContentEdits: {
      nodes: [
        { diff: 'Once more', editor: { login: 'ada' } },
        { diff: null, editor: { login: 'ada' } },
        { diff: 'Report', editor: { login: 'github-actions' } },
      ],
    },
  });
});

test('folding comments away and settling threads, by those who may', async () => {
  const minimize = `mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: DUPLICATE}) { minimizedComment { isMinimized minimizedReason } } }`;
  const id = (await server.control.comments(target))[0]?.nodeId;
  expect((await ask('eve', minimize, { id })).errors?.[0]?.type).toBe('NOT_FOUND');
  await server.control.setToken({ name: 'bea', token: { kind: 'classic', user: 'bea', scopes: ['repo'] } });
  expect((await ask('bea', minimize, { id })).errors?.[0]?.type).toBe('FORBIDDEN');
  expect((await ask('ada', minimize, { id: 'IC_none' })).errors?.[0]?.message).toBe(
    "Could not resolve to a node with the global id of 'IC_none'",
  );
  const minimized = {
    minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'duplicate' } },
  };
  expect(await ask('workflow', minimize, { id })).toEqual({ data: minimized });
  expect(await ask('workflow', minimize, { id })).toEqual({ data: minimized });
  expect((await server.control.comments(target))[0]?.minimized).toBe('DUPLICATE');
  const settle =
    'mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved resolvedBy { login } } } }';
  const thread = (await server.control.reviews(target))[0]?.comments[0]?.thread;
  expect(await ask('workflow', settle, { id: thread })).toMatchObject({
    data: { resolveReviewThread: null },
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
  expect((await ask('mighty', settle, { id: thread })).errors).toBeUndefined();
  expect(server.journal.writes().map(({ operation, token }) => [operation, token])).toEqual([
    ['graphql/minimizeComment', 'workflow'],
    ['graphql/resolveReviewThread', 'mighty'],
  ]);
  expect(server.journal.forbidden()).toEqual([]);
  await ask('ada', 'mutation { deleteIssueComment(input: {id: "x"}) { clientMutationId } }');
  expect(server.journal.forbidden().map(({ forbidden }) => forbidden)).toEqual([
    'mutation deleteIssueComment',
  ]);
});

test('what the schema does not know, or does not allow, is an error and nothing is carried out', async () => {
  const codes = async (query: string, variables: object = {}) =>
    (await ask('ada', query, variables)).errors?.map(
      (error) => error.extensions?.code ?? error.type ?? error.message,
    );
  const cases: [string, object, string[]][] = [
    [inPull('colour'), { number: 1 }, ['undefinedField']],
    [inPull('author'), { number: 1 }, ['selectionMismatch']],
    [inPull('title { x }'), { number: 1 }, ['selectionMismatch']],
    [inPull('comments(first: 1, colour: 2) { totalCount }'), { number: 1 }, ['argumentNotAccepted']],
    [inPull('comments(first: "1") { totalCount }'), { number: 1 }, ['argumentLiteralsIncompatible']],
    [inPull('comments { totalCount }'), { number: 1 }, ['MISSING_PAGINATION_BOUNDARIES']],
    [inPull('comments(first: 101) { totalCount }'), { number: 1 }, ['EXCESSIVE_PAGINATION']],
    [inPull('... on Issue { number }'), { number: 1 }, ['cannotSpreadFragment']],
    [inPull('... on Pull { number }'), { number: 1 }, ['undefinedType']],
    [inPull('...gone'), { number: 1 }, ['useAndDefineFragment']],
    [inPull('number'), { number: '1' }, ['Variable $number of type Int! was provided invalid value']],
    [inPull('number'), {}, ['Variable $number of type Int! was provided invalid value']],
    [inPull('number'), { number: 77 }, ['NOT_FOUND']],
    ['query($x: Int) { viewer { login } }', {}, ['variableNotUsed']],
    [
      'query($n: Int) { repository(owner: "acme", name: "shop") { pullRequest(number: $n) { id } } }',
      {},
      ['variableMismatch'],
    ],
    ['{ repository(owner: "acme") { id } }', {}, ['missingRequiredArguments']],
    ['{ node(id: $x) { id } }', {}, ['variableNotDefined']],
    ['{ viewer { login }', {}, ['Expected NAME, actual: "end of the query"']],
  ];
  for (const [query, variables, expected] of cases)
    expect([query, await codes(query, variables)]).toEqual([query, expected]);
  expect((await ask('spent', '{ viewer { login } }')).errors?.[0]?.type).toBe('RATE_LIMITED');
  expect(() =>
    parseQuery('query { a(b: 1 c: "\\"x", d: [1.5, null, E], e: {f: true}) # end\n }'),
  ).not.toThrow();
});
