import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ForgeError } from '../../../src/errors.ts';
import { explainAnswer } from '../../../src/forge/github/explain-answer.ts';
import { createGithubClient, type GithubClient } from '../../../src/forge/github/github-client.ts';
import { readGithubToken } from '../../../src/forge/github/github-token.ts';
import { CheckRunAnswer } from '../../../src/forge/github/posted-answers.ts';
import { readThreads } from '../../../src/forge/github/read-threads.ts';

/** What the server does with one request. */
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const secret = 'ghs_0123456789abcdefABCDEF0123456789abcd';
const signal = new AbortController().signal;
let address = '';
let queue: Answer[] = [];
let seen: string[] = [];
let waits: number[] = [];
let notices: string[] = [];

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    seen.push(`${request.method} ${request.url}`);
    const answer = queue.shift() ?? json(500, { message: 'nothing was scripted' });
    answer(response, request);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  queue = [];
  seen = [];
  waits = [];
  notices = [];
});

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return raw(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

function raw(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'x-github-request-id': 'AB:12', ...headers });
    response.end(body);
  };
}

const jsonType = { 'content-type': 'application/json' };
const reset: Answer = (response) => response.destroy();
const torn: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"id": 1, ');
  setImmediate(() => response.destroy());
};
const silent: Answer = () => undefined;

/** Waits nothing, and remembers what it was asked to wait; always at the upper end of what is left to chance. */
const clock = {
  now: () => waits.reduce((sum, wait) => sum + wait, 0),
  async sleep(milliseconds: number, by: AbortSignal) {
    by.throwIfAborted();
    waits.push(Math.round(milliseconds));
  },
  random: () => 1,
};

function open(options: { answerMs?: number; withoutToken?: boolean } = {}): GithubClient {
  return createGithubClient({
    site: { server: address, api: address },
    token: options.withoutToken === true ? null : readGithubToken(secret, 'GITHUB_TOKEN'),
    version: '1.0.0',
    onNotice: (message) => void notices.push(message),
    limits: { answerMs: options.answerMs ?? 30_000, maxBytes: 10_000 },
    listBytes: 20_000,
    clock,
  });
}

const Item = z.object({ id: z.int() });
const get = { purpose: 'read the thing', route: 'GET /thing/{id}', parameters: { id: 7 }, schema: Item };
const post = {
  ...get,
  purpose: 'write the thing',
  route: 'POST /thing/{id}',
  parameters: { id: 7, body: 'x' },
};

/** What a caller gets to see, with the host left out. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
    if (!(error instanceof ForgeError)) throw error;
    const { reason, status, mayHaveWritten, neededPermissions, exitCode } = error;
    const message = error.message.replace(`${new URL(address).host}: could not `, '');
    return { reason, status, mayHaveWritten, neededPermissions, exitCode, message };
  }
}

const refused = { mayHaveWritten: false, neededPermissions: null, exitCode: 4 };
const whose = 'the installation token in GITHUB_TOKEN';

describe('a refusal is told by its status, headers and words', () => {
  test.each<[string, Answer, object]>([
    [
      '401',
      json(401, { message: 'Bad credentials' }),
      {
        reason: 'unauthorized',
        status: 401,
        exitCode: 2,
        message: `read the thing: ${whose} is wrong or no longer valid (401, request AB:12): Bad credentials`,
      },
    ],
    [
      '403 for a permission, which is named',
      json(
        403,
        { message: 'Resource not accessible by integration' },
        { 'x-accepted-github-permissions': 'checks=read', 'x-ratelimit-remaining': '0' },
      ),
      {
        reason: 'forbidden',
        status: 403,
        exitCode: 2,
        neededPermissions: 'checks=read',
        message: `read the thing: ${whose} may not do that (403, request AB:12): Resource not accessible by integration`,
      },
    ],
    [
      '404',
      json(404, { message: 'Not Found' }),
      {
        reason: 'not-found',
        status: 404,
        exitCode: 2,
        message: `read the thing: it does not exist, or ${whose} may not see it (404, request AB:12): Not Found`,
      },
    ],
    [
      '406',
      json(406, { message: 'Sorry, the diff exceeded the maximum number of files (300).' }),
      {
        reason: 'too-large',
        status: 406,
        message:
          'read the thing: it is too large to be answered whole (406, request AB:12): Sorry, the diff exceeded the maximum number of files (300).',
      },
    ],
    [
      '410',
      json(410, { message: 'Issues are disabled for this repo' }),
      {
        reason: 'gone',
        status: 410,
        exitCode: 2,
        message:
          'read the thing: it is closed to that (410, request AB:12): Issues are disabled for this repo',
      },
    ],
    [
      '422, with what it says of the fields, cut and made visible',
      json(422, {
        message: `Validation\u202eFailed ${secret}`,
        errors: ['line must be part of the diff', { resource: 'Review', field: 'body', code: 'invalid' }],
      }),
      {
        reason: 'invalid',
        status: 422,
        message:
          'read the thing: it was refused (422, request AB:12): Validation⟦U+202E⟧Failed [token]: line must be part of the diff; Review body invalid',
      },
    ],
    [
      'a redirect to another host',
      raw(302, '', { location: 'https://elsewhere.example/thing/7' }),
      {
        reason: 'protocol',
        status: 302,
        message: 'read the thing: the server points elsewhere, which is not followed (302, request AB:12)',
      },
    ],
    [
      'a limit that is filled again too late',
      json(429, { message: 'too many' }, { 'retry-after': '600' }),
      {
        reason: 'rate-limit',
        status: 429,
        message:
          'read the thing: too much was asked at once; it asks to wait 10 minutes (429, request AB:12): too many',
      },
    ],
  ])('%s', async (_name, answer, expected) => {
    queue = [answer];
    expect(await outcome(open().read(get, signal))).toEqual({ ...refused, ...expected });
    expect([seen, waits]).toEqual([['GET /thing/7'], []]);
  });

  test('what to do is told by what the server says would do', async () => {
    const answers = [
      { 'x-accepted-github-permissions': 'checks=read; statuses=read' },
      { 'x-oauth-scopes': '', 'x-accepted-oauth-scopes': 'repo' },
      { 'x-github-sso': 'required; url=https://github.com/orgs/o/sso?authorization_request=A' },
      {},
    ];
    queue = answers.map((headers) => json(403, { message: 'no' }, headers));
    const hints: unknown[] = [];
    for (const _ of answers)
      await open()
        .read(get, signal)
        .catch((error: ForgeError) => hints.push(error.hint));
    expect(hints).toEqual([
      'give the token one of: checks=read; statuses=read',
      'give the token one of: repo',
      'authorise the token for the organisation (single sign-on), on the page of your tokens',
      'give the token the permission for it',
    ]);
  });

  test.each<[string, () => Answer, number[]]>([
    ['the secondary limit, in seconds', () => json(403, { message: 'x' }, { 'retry-after': '3' }), [4_000]],
    [
      'the secondary limit, without a time',
      () => json(403, { message: 'You have exceeded a secondary rate limit.' }),
      [61_000],
    ],
    [
      'a date, by the server’s clock',
      () =>
        json(
          429,
          {},
          { date: 'Sun, 01 Nov 2026 10:00:00 GMT', 'retry-after': 'Sun, 01 Nov 2026 10:00:08 GMT' },
        ),
      [9_000],
    ],
    [
      'the primary limit, to its reset by the server’s clock',
      () =>
        json(
          403,
          { message: 'API rate limit exceeded' },
          {
            date: 'Sun, 01 Nov 2026 10:00:00 GMT',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': `${Date.parse('Sun, 01 Nov 2026 10:00:20 GMT') / 1000}`,
          },
        ),
      [21_000],
    ],
    ['502', () => raw(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }), [1_000]],
    ['a refusal whose JSON is nothing', () => json(502, null), [1_000]],
    ['a refusal of odd JSON', () => raw(502, `{"message": {"toString": 1}}`, jsonType), [1_000]],
    ['a refusal with a very large number', () => raw(502, `{"id": ${'9'.repeat(40)}}`, jsonType), [1_000]],
    ['a connection that is closed', () => reset, [1_000]],
    ['half an answer', () => torn, [1_000]],
    ['a page for people', () => raw(200, '<html>Sign in</html>', { 'content-type': 'text/html' }), [1_000]],
  ])('a read is tried again after %s', async (_name, answer, expected) => {
    queue = [answer(), json(200, { id: 7, more: true })];
    expect(await outcome(open().read(get, signal))).toEqual({ id: 7 });
    expect([seen.length, waits]).toEqual([2, expected]);
    expect(notices.length).toBe((expected[0] ?? 0) >= 10_000 ? 1 : 0);
  });

  test('and given up after four times', async () => {
    queue = Array.from({ length: 5 }, () => raw(503, 'no', { 'content-type': 'text/plain' }));
    expect(await outcome(open({ withoutToken: true }).read(get, signal))).toEqual({
      ...refused,
      reason: 'unreachable',
      status: 503,
      message: 'read the thing: the server failed (503, request AB:12): no',
    });
    expect([seen.length, waits]).toEqual([4, [1_000, 2_000, 4_000]]);
  });

  test('every answer has to come in time, and to be of a bearable size', async () => {
    queue = [silent, silent, silent, silent];
    const late = await outcome(open({ answerMs: 30 }).read(get, signal));
    expect(late).toEqual({
      ...refused,
      reason: 'unreachable',
      status: null,
      message: 'read the thing: no answer within 0.03 s',
    });
    queue = [raw(200, 'x'.repeat(20_000))];
    expect(await outcome(open().read(get, signal))).toEqual({
      ...refused,
      reason: 'too-large',
      status: 200,
      message: 'read the thing: the answer is larger than 10000 bytes',
    });
  });

  test('a redirect within the host is followed, with the token', async () => {
    let authorization: string | undefined;
    queue = [
      raw(301, '', { location: '/repositories/1/thing' }),
      (response, request) => {
        ({ authorization } = request.headers);
        json(200, { id: 1 })(response, request);
      },
    ];
    expect(await open().read(get, signal)).toEqual({ id: 1 });
    expect([seen, authorization]).toEqual([['GET /thing/7', 'GET /repositories/1/thing'], `token ${secret}`]);
  });
});

describe('a write is sent once', () => {
  const doubtful = { ...refused, mayHaveWritten: true };
  test.each<[string, Answer, object]>([
    ['the server fails', raw(502, ''), { ...doubtful, reason: 'unreachable', status: 502 }],
    ['the connection is closed', reset, { ...doubtful, reason: 'unreachable', status: null }],
    ['half an answer comes', torn, { ...doubtful, reason: 'unreachable', status: null }],
    ['the answer is none', raw(201, 'ok'), { ...doubtful, reason: 'protocol', status: 201 }],
    ['it is refused', json(422, {}), { ...refused, reason: 'invalid', status: 422 }],
    [
      'too much was asked',
      json(429, {}, { 'retry-after': '1' }),
      { ...refused, reason: 'rate-limit', status: 429 },
    ],
    [
      'the conversation is locked',
      json(403, { message: 'Issue is locked' }),
      { ...refused, exitCode: 2, reason: 'gone', status: 403 },
    ],
    [
      'it is redirected',
      raw(307, '', { location: '/other' }),
      { ...doubtful, mayHaveWritten: true, reason: 'protocol', status: 307 },
    ],
  ])('also when %s', async (_name, answer, expected) => {
    queue = [answer, json(201, { id: 8 })];
    expect(await outcome(open().write(post, signal))).toEqual({
      ...expected,
      message: expect.stringContaining('write the thing: '),
    });
    expect([seen, waits]).toEqual([['POST /thing/7'], []]);
  });

  test('when no connection is made, nothing can have been written', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const free = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const client = createGithubClient({
      site: { server: free, api: free },
      token: null,
      version: '1.0.0',
      onNotice: () => undefined,
      clock,
    });
    expect(await outcome(client.write(post, signal))).toEqual({
      ...refused,
      reason: 'unreachable',
      status: null,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('and a second after the one before', async () => {
    queue = [json(201, { id: 1 }), json(201, { id: 2 })];
    const client = open();
    expect([await client.write(post, signal), await client.write(post, signal)]).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect([waits, client.calls]).toEqual([[1_000], 2]);
  });
});

describe('a list is whole or an error', () => {
  const list = { purpose: 'list the things', route: 'GET /things', schema: Item };
  const page = (id: number, next: string | null): Answer =>
    json(200, [{ id }], next === null ? {} : { link: `<${address}/x>; rel="prev", <${next}>; rel="next"` });

  test('of all its pages, in order', async () => {
    queue = Array.from({ length: 61 }, (_, index) =>
      page(index, index === 60 ? null : `${address}/things?page=${index + 2}`),
    );
    const items = await open().list(list, signal);
    expect(items).toEqual(Array.from({ length: 61 }, (_, id) => ({ id })));
    expect([seen[0], seen[30]]).toEqual(['GET /things?per_page=100', 'GET /things?page=31']);
    expect(notices).toEqual(['this run has sent GitHub more than 60 requests']);
  });

  test('and pages that wrap it', async () => {
    queue = [json(200, { total_count: 1, runs: [{ id: 3 }] })];
    expect(await open().list({ ...list, key: 'runs' }, signal)).toEqual([{ id: 3 }]);
  });

  test.each<[string, () => Answer[], object]>([
    [
      'its second page fails',
      () => [page(1, `${address}/things?page=2`), ...Array.from({ length: 4 }, () => raw(500, ''))],
      { reason: 'unreachable', status: 500 },
    ],
    [
      'its second page is a conflict',
      () => [page(1, `${address}/things?page=2`), json(409, {})],
      { reason: 'invalid', status: 409 },
    ],
    [
      'its second page is on another server',
      () => [page(1, 'https://elsewhere.example/things?page=2')],
      { reason: 'protocol', status: 200 },
    ],
    [
      'it has no end',
      () => Array.from({ length: 100 }, () => page(1, `${address}/things?page=2`)),
      { reason: 'too-large', status: null },
    ],
    [
      'its pages are too much together, each of which would do',
      () =>
        Array.from({ length: 3 }, () =>
          json(200, [{ id: 1, body: 'x'.repeat(9_000) }], { link: `<${address}/things?page=2>; rel="next"` }),
        ),
      { reason: 'too-large', status: 200 },
    ],
    [
      'an item is none',
      () => Array.from({ length: 4 }, () => json(200, [{ id: 'x' }])),
      { reason: 'protocol', status: 200 },
    ],
  ])('such as when %s', async (_name, answers, expected) => {
    queue = answers();
    expect(await outcome(open().list(list, signal))).toEqual({
      ...refused,
      ...expected,
      message: expect.stringContaining('list the things: '),
    });
    expect(queue).toEqual([]);
  });
});

describe('GraphQL', () => {
  const query = {
    purpose: 'ask',
    query: 'query',
    variables: { n: 1 },
    schema: z.object({ one: Item.nullable() }),
  };
  const failed = (type: string, message = 'no') => json(200, { data: null, errors: [{ type, message }] });

  test('answers, also where a part is missing that may be', async () => {
    queue = [
      json(200, { data: { one: { id: 1 } } }),
      json(200, { data: { one: null }, errors: [{ type: 'NOT_FOUND' }] }),
    ];
    const client = open();
    expect([
      await client.query(query, signal),
      await client.query({ ...query, mayBeMissing: true }, signal),
    ]).toEqual([{ one: { id: 1 } }, { one: null }]);
    expect(seen).toEqual(['POST /graphql', 'POST /graphql']);
  });

  test.each<[string, Answer, object]>([
    ['FORBIDDEN', failed('FORBIDDEN'), { reason: 'forbidden', status: 200, exitCode: 2 }],
    ['NOT_FOUND', failed('NOT_FOUND'), { reason: 'not-found', status: 200, exitCode: 2 }],
    ['RATE_LIMITED', failed('RATE_LIMITED'), { reason: 'rate-limit', status: 200 }],
    ['a field it does not know', failed('undefinedField'), { reason: 'invalid', status: 200 }],
  ])('says no: %s', async (_name, answer, expected) => {
    queue = [answer];
    expect(await outcome(open().query(query, signal))).toEqual({
      ...refused,
      ...expected,
      message: expect.stringContaining('ask: '),
    });
  });

  test('a mutation that went wrong may have been made, and is not made again', async () => {
    queue = [failed('', 'Something went wrong while executing your query')];
    expect(await outcome(open().mutate(query, signal))).toEqual({
      ...refused,
      mayHaveWritten: true,
      reason: 'unreachable',
      status: 200,
      message: 'ask: the server failed: Something went wrong while executing your query',
    });
    expect(seen.length).toBe(1);
  });
});

test('a check with fewer than no annotations is none: what is missing is counted by it', () => {
  const head_sha = 'a'.repeat(40);
  const readable = [0, -1].map((annotations_count) => {
    const run = { id: 1, name: 'x', head_sha, status: 'completed', output: { annotations_count } };
    return CheckRunAnswer.safeParse(run).success;
  });
  expect(readable).toEqual([true, false]);
});

test('cursors that lead in a circle come to an end', async () => {
  const threads = (endCursor: string) =>
    json(200, {
      data: {
        viewer: { login: 'ada' },
        repository: {
          pullRequest: { reviewThreads: { pageInfo: { hasNextPage: true, endCursor }, nodes: [] } },
        },
      },
    });
  queue = Array.from({ length: 150 }, (_, at) => threads(at % 2 === 0 ? 'a' : 'b'));
  const place = { client: open(), repository: { owner: 'o', name: 'r' }, number: 7, signal };
  expect(await outcome(readThreads(place))).toEqual({
    ...refused,
    reason: 'too-large',
    status: null,
    message: 'read the review threads of pull request 7: there are more than 100 pages',
  });
  expect(seen.length).toBe(100);
});

test('a page of nothing but opened tags is explained at once', () => {
  const context = { site: { server: address, api: address }, token: null, purpose: 'look', writes: false };
  const { message } = explainAnswer({ status: 500, headers: {}, data: '<'.repeat(2 ** 20) }, context);
  expect(message.slice(message.indexOf('look'))).toBe(`look: the server failed (500): ${'<'.repeat(300)}…`);
});

test('an aborted call rejects with the reason, while it waits and while it is answered', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  queue = [
    (response) => {
      response.writeHead(200).write('[');
      controller.abort(reason);
    },
  ];
  await expect(open().read(get, controller.signal)).rejects.toBe(reason);
  await expect(open().write(post, controller.signal)).rejects.toBe(reason);
  const waiting = new AbortController();
  queue = [
    (response, request) => {
      raw(502, '')(response, request);
      waiting.abort(reason);
    },
  ];
  await expect(open().read(get, waiting.signal)).rejects.toBe(reason);
});
