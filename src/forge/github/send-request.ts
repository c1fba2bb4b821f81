import type { Octokit } from 'octokit';
import { ForgeError } from '../../errors.ts';
import { type AnswerBudget, createBoundedFetch, type FetchLimits } from './bounded-fetch.ts';
import { explainAnswer, failure } from './explain-answer.ts';
import { type GithubSite, graphqlAddress } from './github-site.ts';
import type { GithubToken } from './github-token.ts';
import type { RequestContext } from './request-context.ts';

export interface SentRequest {
  /** Method and path in octokit's words, or method and whole address. */
  route: string;
  parameters?: Readonly<Record<string, unknown>>;
  /** The answer may be a place (302), and is handed back as that. Absent: only 200 to 299 is an answer. */
  mayPoint?: boolean;
  /** What it and further answers may come to together. Absent: each has its own bound only. */
  budget?: AnswerBudget | undefined;
}

export interface GithubAnswer {
  status: number;
  /** Names in small letters. */
  headers: Readonly<Record<string, unknown>>;
  data: unknown;
}

/** One request, one answer of 200 to 299, or the place that was asked for. Rejects with `ForgeError`, or with the signal's reason once that is aborted. */
export type SendRequest = (
  context: RequestContext,
  request: SentRequest,
  signal: AbortSignal,
) => Promise<GithubAnswer>;

export interface SenderOptions {
  site: GithubSite;
  token: GithubToken | null;
  version: string;
  limits: FetchLimits;
  /** Called before each request. */
  onRequest(): void;
}

/** Loads octokit with the first request. Its own retries and throttling stay off: they know neither an end nor a write. */
export function createSender(options: SenderOptions): SendRequest {
  let loading: Promise<Octokit> | null = null;
  return async (context, { route, parameters, mayPoint = false, budget }, signal) => {
    signal.throwIfAborted();
    loading ??= loadOctokit(options);
    const octokit = await loading;
    try {
      const answer = await octokit.request(route, {
        ...parameters,
        request: {
          signal,
          ...(mayPoint ? { redirect: 'manual' } : {}),
          ...(budget === undefined ? {} : { fetch: fetchOf(options, budget) }),
        },
      });
      if (answer.status >= 300 && !(mayPoint && Number(answer.status) === 302))
        throw explainAnswer(answer, context);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      throw toForgeError(error, context);
    }
  };
}

/** As GitHub takes it: GraphQL stands beside the REST API of an Enterprise Server. */
export function graphqlRequest(
  site: GithubSite,
  body: { query: string; variables: Readonly<Record<string, unknown>> },
): SentRequest {
  return { route: `POST ${graphqlAddress(site)}`, parameters: body };
}

function fetchOf({ limits, onRequest }: SenderOptions, budget: AnswerBudget | null): typeof fetch {
  return withPlainRefusals(createBoundedFetch(limits, onRequest, budget));
}

async function loadOctokit(options: SenderOptions): Promise<Octokit> {
  const { site, token, version } = options;
  const { Octokit: Client } = await import('octokit');
  return new Client({
    baseUrl: site.api,
    ...(token === null ? {} : { auth: token.value }),
    userAgent: `deep-review/${version}`,
    throttle: { enabled: false },
    retry: { enabled: false },
    // It warns on the console; what matters in an answer comes back as an error.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: { fetch: fetchOf(options, null) },
  });
}

function ignore(): void {}

/** octokit makes a message of a refusal by itself, and throws what is no answer where its JSON is not as it expects. */
function withPlainRefusals(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, init);
    if (answer.status < 400) return answer;
    const headers = new Headers(answer.headers);
    headers.set('content-type', 'text/plain; charset=utf-8');
    return new Response(answer.body, { status: answer.status, headers });
  };
}

/** The body of a refusal as JSON; as it is where it is none. */
function parseRefusal(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

/** octokit wraps what `fetch` rejects with, and calls it status 500. */
function toForgeError(error: unknown, context: RequestContext): unknown {
  if (error instanceof ForgeError) return error;
  if (!(error instanceof Error)) return error;
  const { cause } = error;
  if (cause instanceof ForgeError)
    return failure(context, {
      reason: cause.reason,
      status: cause.status,
      what: cause.message,
      mayHaveWritten: context.writes && !wasNeverSent(cause.cause),
      hint: cause.reason === 'unreachable' ? unreachableHint : undefined,
      cause: cause.cause,
    });
  if ('response' in error && isAnswer(error.response))
    return explainAnswer({ ...error.response, data: parseRefusal(error.response.data) }, context);
  return error;
}

const unreachableHint = 'look at the network; GITHUB_API_URL says which server is asked';

function isAnswer(value: unknown): value is GithubAnswer {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}

/** Whether no connection was ever made. */
function wasNeverSent(cause: unknown): boolean {
  const never = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ];
  for (let at = cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1)
    if ('code' in at && never.includes(String(at.code))) return true;
  return false;
}
