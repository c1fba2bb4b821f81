import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isJson, type Json } from '../model/json.ts';
import { accessHeaders, authenticate, canSee, demand, findToken, type Needs } from './access.ts';
import { answerGraphql } from './graphql/answer-graphql.ts';
import { forbiddenWrite, type JournalEntry } from './journal.ts';
import { isRateLimit, RateLimiter } from './rate-limit.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Addresses, Answer, Call, RepositoryCall, Route } from './route.ts';
import { routes } from './routes.ts';
import type { Repository, Token, World } from './world.ts';

export interface ReadyAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface ApiRequest {
  request: IncomingMessage;
  entry: JournalEntry;
  url: URL;
  body: Buffer;
  /** `http://host:port`. */
  origin: string;
}

/** Puts down in the journal what is asked and by whom, whatever comes of it. */
export function describeRequest(world: World, { request, entry, url, body }: ApiRequest): void {
  entry.token = findToken(world, request.headers)?.name ?? null;
  entry.body = parseJson(body);
  entry.forbidden = forbiddenWrite(entry.method, withoutPrefix(url.pathname), entry.body);
}

/** Answers REST requests to the letter of one world. */
export function createApi(world: World) {
  const limiter = new RateLimiter(world);
  return async ({ request, entry, url, body, origin }: ApiRequest): Promise<ReadyAnswer> => {
    const { headers } = request;
    const enterprise = /^\/api\/(v3|graphql)(\/|$)/.test(url.pathname);
    const path = withoutPrefix(url.pathname);
    const addresses: Addresses = { api: enterprise ? `${origin}/api/v3` : origin, html: origin };
    const context: Context = { token: null, needs: null };
    let answer: Answer;
    try {
      if (headers['user-agent'] === undefined)
        throw new Refusal(
          403,
          'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
        );
      const version = headers['x-github-api-version'];
      if (version !== undefined && !apiVersions.includes(String(version)))
        throw new Refusal(400, `The API version ${String(version)} is not supported.`);
      const format = formatOf(headers.accept ?? '*/*');
      context.token = authenticate(world, headers);
      const parsed = parseBody(request, body);
      if (path !== '/rate_limit') limiter.demand(context.token, resourceOf(path));
      const call: Omit<Call, 'parameters' | 'linkPath'> = {
        world,
        token: context.token,
        entry,
        addresses,
        query: url.searchParams,
        body: parsed ?? {},
        format,
        wrote: () => {
          entry.wrote = true;
        },
      };
      answer = await route(call, path, { context, limiter });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer =
        path === '/graphql' && isRateLimit(error)
          ? { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message: error.message }] } }
          : { status: error.status, body: error.body(), headers: error.headers };
    }
    const made = ready({ answer, context, limiter, request, path });
    if (enterprise) made.headers['x-github-enterprise-version'] = '3.19.0';
    return made;
  };
}

interface Context {
  token: Token | null;
  needs: Needs | null;
}

const apiVersions = ['2022-11-28', '2026-03-10'];

async function route(
  call: Omit<Call, 'parameters' | 'linkPath'>,
  path: string,
  { context, limiter }: { context: Context; limiter: RateLimiter },
): Promise<Answer> {
  const { entry, world, token } = call;
  if (path === '/rate_limit' && entry.method === 'GET') {
    entry.operation = 'rate-limit/get';
    return { status: 200, body: limiter.show(token) };
  }
  if (path === '/graphql') {
    if (entry.method !== 'POST') throw notFound();
    if (token === null) throw new Refusal(401, 'This endpoint requires you to be authenticated.');
    return answerGraphql({ ...call, parameters: {}, linkPath: path });
  }
  const inRepository = findRepository(world, path);
  if (inRepository === null) {
    const found = match(routes.root, entry, path);
    entry.operation = found.route.operation;
    return found.route.handle({ ...call, parameters: found.parameters, linkPath: path });
  }
  const { repository, rest } = inRepository;
  if (inRepository.moved && repository !== null && canSee(repository, token))
    throw movedTo(
      `${call.addresses.api}/repositories/${repository.id}${rest}${call.entry.query}`,
      entry.method,
    );
  if (repository === null || !canSee(repository, token)) throw notFound();
  const found = match(routes.repository, entry, rest);
  entry.operation = found.route.operation;
  context.needs = found.route.needs;
  if (found.route.needs !== null) demand(repository, token, found.route.needs);
  if (entry.method === 'POST' && token !== null) limiter.demandContent(token);
  const given: RepositoryCall = {
    ...call,
    repository,
    parameters: found.parameters,
    linkPath: `/repositories/${repository.id}${rest}`,
  };
  return found.route.handle(given);
}

function findRepository(
  world: World,
  path: string,
): { repository: Repository | null; rest: string; moved: boolean } | null {
  const [, owner, name, rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (owner !== undefined && name !== undefined) {
    const key = decodeURIComponent(`${owner}/${name}`).toLowerCase();
    const found = world.repositories.get(key);
    const former = world.formerNames.get(key);
    return { repository: found ?? former ?? null, rest, moved: found === undefined && former !== undefined };
  }
  const [, id, more = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  if (id === undefined) return null;
  const found = [...world.repositories.values()].find((one) => one.id === Number(id));
  return { repository: found ?? null, rest: more, moved: false };
}

/** A read is sent on by 301, a write by 307. */
function movedTo(location: string, method: string): Refusal {
  const [status, words] = method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  return new Refusal(status, words, { headers: { location }, details: { url: location } });
}

function match<Given>(
  among: readonly Route<Given>[],
  entry: JournalEntry,
  path: string,
): { route: Route<Given>; parameters: Record<string, string> } {
  for (const route of among) {
    const groups = route.method === entry.method ? route.path.exec(path) : null;
    if (groups === null) continue;
    const parameters = Object.fromEntries(route.names.map((name, index) => [name, groups[index + 1] ?? '']));
    return { route, parameters };
  }
  if (entry.forbidden !== null) throw new Refusal(405, `This server never takes ${entry.forbidden}.`);
  throw notFound();
}

/** What `Accept` asks for: `json`, `diff`, `raw`, …. */
function formatOf(accept: string): string {
  for (const one of accept.split(',')) {
    const type = one.split(';')[0]?.trim().toLowerCase() ?? '';
    if (type === '*/*' || type === 'application/json' || type === 'application/*') return 'json';
    const found = /^application\/vnd\.github(?:\.v3)?(?:\.([a-z]+))?(?:\+json)?$/.exec(type);
    if (found !== null) return found[1] ?? 'json';
  }
  throw new Refusal(415, `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`);
}

function parseBody(request: IncomingMessage, body: Buffer): Json | null {
  if (body.byteLength === 0) return null;
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(json|vnd\.github[^;]*)\s*(;|$)/i.test(type))
    throw new Refusal(415, `Unsupported Media Type: '${type}'. Send 'application/json'.`);
  const value = parseJson(body);
  if (value === null) throw new Refusal(400, 'Problems parsing JSON');
  return value;
}

/** null: no JSON object. */
function parseJson(body: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

const resourceOf = (path: string) => (path === '/graphql' ? 'graphql' : 'core');

/** The path without what GitHub Enterprise puts before it. */
function withoutPrefix(path: string): string {
  return path.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
}

function ready(input: {
  answer: Answer;
  context: Context;
  limiter: RateLimiter;
  request: IncomingMessage;
  path: string;
}): ReadyAnswer {
  const { answer, context, limiter, request, path } = input;
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const unchanged =
    request.method === 'GET' && answer.status === 200 && request.headers['if-none-match'] === etag;
  if (!unchanged && path !== '/rate_limit' && answer.status !== 401)
    limiter.count(context.token, resourceOf(path));
  const headers: Record<string, string> = {
    'content-type': answer.type ?? 'application/json; charset=utf-8',
    'x-github-request-id': requestId(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': String(request.headers['x-github-api-version'] ?? apiVersions[0]),
    ...limiter.headers(context.token, resourceOf(path)),
    ...accessHeaders(context.token, context.needs),
    ...answer.headers,
  };
  if (request.method === 'GET' && answer.status === 200) headers.etag = etag;
  if (unchanged) return { status: 304, headers, text: '' };
  return { status: answer.status, headers, text };
}

let requests = 0;

function requestId(): string {
  requests += 1;
  return `DEE9:${requests.toString(16).toUpperCase().padStart(6, '0')}:1A2B3C:4D5E6F:65000000`;
}
