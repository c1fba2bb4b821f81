import * as z from 'zod';
import { AnswerBudget, defaultFetchLimits, type FetchLimits } from './bounded-fetch.ts';
import { failure } from './explain-answer.ts';
import { explainGraphqlErrors, GraphqlAnswer } from './explain-graphql.ts';
import type { GithubSite } from './github-site.ts';
import type { GithubToken } from './github-token.ts';
import { mostPages, nextPage } from './next-page.ts';
import type { RequestContext } from './request-context.ts';
import { createPacer, type GithubClock, readPolicy, retryReads, systemClock } from './retry-reads.ts';
import { createSender, type GithubAnswer, graphqlRequest, type SentRequest } from './send-request.ts';

export interface GithubRequest<T> {
  /** What it is for, as it follows "could not" in a message: `read pull request 12 of o/r`. */
  purpose: string;
  /** Method and path in octokit's words: `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
  route: string;
  parameters?: Readonly<Record<string, unknown>>;
  /** What the answer has to be. */
  schema: z.ZodType<T>;
  /** Hears the headers of the answer, by names in small letters. */
  onHeaders?: (headers: Readonly<Record<string, unknown>>) => void;
}

export type GithubPlaceRequest = Omit<GithubRequest<unknown>, 'schema' | 'onHeaders'>;

export interface GithubListRequest<T> extends GithubRequest<T> {
  /** Of each item. */
  schema: z.ZodType<T>;
  /** Field of a page that holds its items; absent where the page is the list. */
  key?: string;
}

export interface GithubQuery<T> {
  purpose: string;
  /** GraphQL. */
  query: string;
  variables: Readonly<Record<string, unknown>>;
  /** Of `data`. */
  schema: z.ZodType<T>;
  /** Whether parts of what is asked for may not be there: they are null in the answer then. */
  mayBeMissing?: boolean;
  /** With a question that is asked page by page: the same one for all pages. */
  budget?: AnswerBudget;
}

/**
 * GitHub's API, for reading and for writing. Every method rejects with `ForgeError`, or with the signal's reason once that
 * is aborted. Reads are tried again where that may help, at most four times in all; writes are sent once, a second
 * apart. Every wait has an end.
 */
export interface GithubClient {
  readonly site: GithubSite;
  /** null: nothing that is sent says who asks. */
  readonly token: GithubToken | null;
  /** How many requests were sent so far. */
  readonly calls: number;
  read<T>(request: GithubRequest<T>, signal: AbortSignal): Promise<T>;
  /** All pages, or an error: at most 100 pages, and 256 MiB of them together. */
  list<T>(request: GithubListRequest<T>, signal: AbortSignal): Promise<T[]>;
  /** Where GitHub says that something lies, on whatever server: nothing is asked there, and the token is not for it. */
  locate(request: GithubPlaceRequest, signal: AbortSignal): Promise<URL>;
  query<T>(query: GithubQuery<T>, signal: AbortSignal): Promise<T>;
  write<T>(request: GithubRequest<T>, signal: AbortSignal): Promise<T>;
  mutate<T>(query: GithubQuery<T>, signal: AbortSignal): Promise<T>;
}

export interface GithubClientOptions {
  site: GithubSite;
  token: GithubToken | null;
  /** Version of this program. */
  version: string;
  /** Hears what a person should know, such as a long wait that the server asks for. */
  onNotice(message: string): void | Promise<void>;
  limits?: Partial<FetchLimits>;
  /** Most bytes of all pages of a list together. */
  listBytes?: number | undefined;
  clock?: GithubClock;
  /** How often a read is sent at most; default 4. */
  tries?: number;
}

/** Most requests that a run is meant to need. */
const meantCalls = 60;

export function createGithubClient(options: GithubClientOptions): GithubClient {
  const { site, token, version, onNotice } = options;
  const clock = options.clock ?? systemClock;
  const pace = createPacer(clock);
  let calls = 0;
  const send = createSender({
    site,
    token,
    version,
    limits: { ...defaultFetchLimits, ...options.limits },
    onRequest() {
      calls += 1;
      if (calls === meantCalls + 1)
        void onNotice(`this run has sent GitHub more than ${meantCalls} requests`);
    },
  });
  const tryRead = <T>(purpose: string, signal: AbortSignal, run: (context: RequestContext) => Promise<T>) =>
    retryReads(() => run({ site, token, purpose, writes: false }), {
      signal,
      clock,
      onNotice,
      attempts: options.tries ?? readPolicy.attempts,
    });
  const tryWrite = async <T>(
    purpose: string,
    signal: AbortSignal,
    run: (context: RequestContext) => Promise<T>,
  ) => {
    await pace(signal);
    return run({ site, token, purpose, writes: true });
  };
  const ask = async <T>(request: GithubRequest<T>, context: RequestContext, signal: AbortSignal) => {
    const answer = await send(context, request, signal);
    request.onHeaders?.(answer.headers);
    return check(answer, request.schema, context);
  };
  const askGraphql = async <T>(asked: GithubQuery<T>, context: RequestContext, signal: AbortSignal) => {
    const { query, variables, schema, mayBeMissing = false, budget } = asked;
    const answer = await send(context, { ...graphqlRequest(site, { query, variables }), budget }, signal);
    const checked = check(answer, GraphqlAnswer, context);
    const error = explainGraphqlErrors(checked, { context, mayBeMissing });
    if (error !== null) throw error;
    return check({ ...answer, data: checked.data }, schema, context);
  };

  return {
    site,
    token,
    get calls() {
      return calls;
    },
    read: (request, signal) => tryRead(request.purpose, signal, (context) => ask(request, context, signal)),
    async list({ purpose, route, parameters, schema, key }, signal) {
      const Page = pageOf(schema, key);
      const items: z.infer<typeof schema>[] = [];
      const budget = new AnswerBudget(options.listBytes);
      let call: SentRequest = { route, parameters: { per_page: 100, ...parameters }, budget };
      for (let pages = 1; ; pages += 1) {
        const page = await tryRead(purpose, signal, async (context) => {
          const answer = await send(context, call, signal);
          return { answer, items: check(answer, Page, context) };
        });
        items.push(...page.items);
        const context = { site, token, purpose, writes: false };
        const next = nextPage(page.answer, context);
        if (next === null) return items;
        if (pages >= mostPages)
          throw failure(context, { reason: 'too-large', what: `there are more than ${mostPages} pages` });
        call = { route: `GET ${next}`, budget };
      }
    },
    locate: ({ purpose, ...request }, signal) =>
      tryRead(purpose, signal, async (context) => {
        const { headers, status } = await send(context, { ...request, mayPoint: true }, signal);
        const { location } = headers;
        if (typeof location === 'string' && URL.canParse(location)) return new URL(location);
        throw failure(context, { reason: 'protocol', status, what: 'the answer names no place' });
      }),
    query: (query, signal) => tryRead(query.purpose, signal, (context) => askGraphql(query, context, signal)),
    write: (request, signal) => tryWrite(request.purpose, signal, (context) => ask(request, context, signal)),
    mutate: (query, signal) =>
      tryWrite(query.purpose, signal, (context) => askGraphql(query, context, signal)),
  };
}

function pageOf<T>(schema: z.ZodType<T>, key: string | undefined): z.ZodType<T[]> {
  const items = z.array(schema);
  return key === undefined ? items : z.object({ [key]: items }).transform((page) => page[key] ?? []);
}

/** The answer as its schema has it; a page for people, or half an answer, is none. */
function check<T>(answer: GithubAnswer, schema: z.ZodType<T>, context: RequestContext): T {
  const read = schema.safeParse(answer.data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw failure(context, {
    reason: 'protocol',
    status: answer.status,
    what:
      typeof answer.data === 'string'
        ? `the answer is ${String(answer.headers['content-type'] ?? 'of no type')} and not what the API answers`
        : `the answer is not what the API answers${where}`,
    mayHaveWritten: context.writes,
    hint: 'GITHUB_API_URL has to be the address of the API',
  });
}
