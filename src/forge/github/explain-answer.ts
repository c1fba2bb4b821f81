import { parseReset, parseRetryAfter } from '../../domain/retry-after.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { ForgeError, type ForgeReason } from '../../errors.ts';
import { hostOf } from './github-site.ts';
import { describeToken } from './github-token.ts';
import type { RequestContext } from './request-context.ts';

/** An answer that is a refusal. */
export interface RefusedAnswer {
  status: number;
  /** Names in small letters. */
  headers: Readonly<Record<string, unknown>>;
  /** As parsed from JSON; a text where it was none. */
  data: unknown;
}

/** What a refusal of GitHub's means, in one line: its words are untrusted, and what it says of the token is not passed on. */
export function explainAnswer(answer: RefusedAnswer, context: RequestContext): ForgeError {
  const header = (name: string) => {
    const value = answer.headers[name];
    return value === undefined || value === null ? null : String(value);
  };
  const said = wordsOf(answer.data);
  const limit = limitOf(answer.status, header, said);
  const reason = limit === null ? reasonOf(answer.status, said) : 'rate-limit';
  const request = header('x-github-request-id');
  const where = request === null ? `${answer.status}` : `${answer.status}, request ${request}`;
  const needed = header('x-accepted-github-permissions');
  const needsPermission = reason === 'forbidden' || reason === 'not-found';
  return failure(context, {
    reason,
    what: `${limit?.what ?? reasonWords(reason, context)} (${where})`,
    said,
    status: answer.status,
    // A server that breaks down may have done its work before.
    mayHaveWritten: context.writes && (answer.status < 400 || answer.status >= 500 || answer.status === 408),
    neededPermissions: needsPermission ? cleanWord(needed, context) : null,
    retryAfterMs: limit?.waitMs ?? parseRetryAfter(header),
    hint: hintFor(reason, { context, needed, sso: header('x-github-sso'), scopes: scopesOf(header) }),
  });
}

export interface FailureDetail {
  reason: ForgeReason;
  what: string;
  /** In the server's own words; empty for none. */
  said?: string;
  status?: number | null;
  mayHaveWritten?: boolean;
  neededPermissions?: string | null;
  retryAfterMs?: number | null;
  hint?: string | undefined;
  cause?: unknown;
}

/** `github.com: could not read pull request 12 of o/r: …`, in one visible line without the token. */
export function failure(context: RequestContext, detail: FailureDetail): ForgeError {
  const { what, said = '', hint, cause, ...rest } = detail;
  const words = said === '' ? '' : `: ${cleanLine(said, context)}`;
  const message = `${hostOf(context.site)}: could not ${context.purpose}: ${cleanLine(what, context)}${words}`;
  return new ForgeError(message, {
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

const longestWords = 300;
/** Characters of a page for people that are looked at: what takes its tags out is slow on a page of nothing else. */
const longestPage = 8_000;

function cleanLine(text: string, { token }: RequestContext): string {
  const line = makeVisibleLine(token === null ? text : text.replaceAll(token.value, '[token]'));
  return line.length > longestWords ? `${line.slice(0, longestWords)}…` : line;
}

function cleanWord(text: string | null, context: RequestContext): string | null {
  return text === null || text.trim() === '' ? null : cleanLine(text.trim(), context);
}

interface Limit {
  what: string;
  waitMs: number | null;
}

/** The two limits that look like a missing permission: told apart by headers first, then by the message. */
function limitOf(status: number, header: (name: string) => string | null, said: string): Limit | null {
  if (status !== 403 && status !== 429) return null;
  const asked = parseRetryAfter(header);
  if (asked !== null || /\bsecondary rate limit|\babuse detection/i.test(said)) {
    const waitMs = asked ?? fallbackWaitMs;
    return { what: `too much was asked at once; it asks to wait ${seconds(waitMs)}`, waitMs };
  }
  const isSpent = header('x-ratelimit-remaining')?.trim() === '0';
  // The last request of an hour may be refused for what it asks, too.
  const isMeant = /\brate limit/i.test(said) || (isSpent && said === '');
  if (status === 403 && !isMeant) return null;
  const waitMs = parseReset(header, 'x-ratelimit-reset') ?? (isSpent ? null : fallbackWaitMs);
  const until = waitMs === null ? '' : `; it is filled again in ${seconds(waitMs)}`;
  return { what: `its limit of requests an hour is used up${until}`, waitMs };
}

/** What GitHub asks for where it names no time. */
const fallbackWaitMs = 60_000;

function seconds(milliseconds: number): string {
  const rounded = Math.ceil(milliseconds / 1000);
  return rounded < 120 ? `${rounded} s` : `${Math.ceil(rounded / 60)} minutes`;
}

function reasonOf(status: number, said: string): ForgeReason {
  if (status === 401) return 'unauthorized';
  if (status === 403) return /\block(?:ed)?\b|\barchived\b/i.test(said) ? 'gone' : 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 406 || status === 413) return 'too-large';
  if (status === 410 || status === 451) return 'gone';
  if (status === 408 || status >= 500) return 'unreachable';
  return status >= 400 ? 'invalid' : 'protocol';
}

function reasonWords(reason: ForgeReason, { token }: RequestContext): string {
  const whose = describeToken(token);
  const words: Record<ForgeReason, string> = {
    'not-found': `it does not exist, or ${whose} may not see it`,
    unauthorized: token === null ? 'a token is needed' : `${whose} is wrong or no longer valid`,
    forbidden: `${whose} may not do that`,
    'rate-limit': 'too much was asked',
    gone: 'it is closed to that',
    invalid: 'it was refused',
    'too-large': 'it is too large to be answered whole',
    unreachable: 'the server failed',
    protocol: 'the server points elsewhere, which is not followed',
  };
  return words[reason];
}

interface HintFacts {
  context: RequestContext;
  needed: string | null;
  sso: string | null;
  scopes: string | null;
}

function hintFor(reason: ForgeReason, { context, needed, sso, scopes }: HintFacts): string | undefined {
  const { token } = context;
  if (token === null && ['not-found', 'unauthorized', 'forbidden', 'rate-limit'].includes(reason))
    return 'set GITHUB_TOKEN, or sign in with "gh auth login"';
  if (reason === 'unauthorized') return 'set GITHUB_TOKEN to a token that is valid';
  if (reason === 'forbidden' && sso?.startsWith('required') === true)
    return 'authorise the token for the organisation (single sign-on), on the page of your tokens';
  const wanted = cleanWord(needed, context) ?? cleanWord(scopes, context);
  if (reason === 'forbidden')
    return wanted === null ? 'give the token the permission for it' : `give the token one of: ${wanted}`;
  if (reason === 'not-found') return 'check the name, and what the token may see';
  if (reason === 'unreachable') return 'try again later; GITHUB_API_URL says which server is asked';
  if (reason === 'protocol') return 'name the repository as it is called today, and look at GITHUB_API_URL';
  return undefined;
}

/** Scopes that a classic token would need; null where the server says nothing of it. */
function scopesOf(header: (name: string) => string | null): string | null {
  return header('x-oauth-scopes') === null ? null : header('x-accepted-oauth-scopes');
}

/** GitHub's message with what it says of the fields; of a page for people its beginning. */
function wordsOf(data: unknown): string {
  if (typeof data === 'string')
    return data
      .slice(0, longestPage)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  if (typeof data !== 'object' || data === null) return '';
  const message = 'message' in data && typeof data.message === 'string' ? data.message : '';
  const errors = 'errors' in data && Array.isArray(data.errors) ? data.errors : [];
  const details = errors
    .slice(0, 5)
    .map(wordError)
    .filter((word) => word !== '' && !message.includes(word));
  return details.length === 0 ? message : `${message}: ${details.join('; ')}`;
}

function wordError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  const field = (name: string) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : '';
  };
  return field('message') || [field('resource'), field('field'), field('code')].filter(Boolean).join(' ');
}
