import { ForgeError } from '../../errors.ts';

export interface FetchLimits {
  /** Until the answer's headers are there, in milliseconds. */
  answerMs: number;
  /** For the whole answer, in milliseconds. */
  totalMs: number;
  /** Most bytes of an answer. */
  maxBytes: number;
}

export const defaultFetchLimits: FetchLimits = { answerMs: 30_000, totalMs: 60_000, maxBytes: 64 * 2 ** 20 };

/** Most bytes of all answers to one question that is asked page by page. */
export const mostListBytes = 256 * 2 ** 20;

/** What the answers to one question may still come to together. */
export class AnswerBudget {
  #left: number;
  readonly #most: number;

  constructor(most: number = mostListBytes) {
    this.#left = most;
    this.#most = most;
  }

  /** `ForgeError` when it is used up. */
  spend(bytes: number, status: number): void {
    this.#left -= bytes;
    if (this.#left < 0)
      throw new ForgeError(`its pages are larger than ${this.#most} bytes together`, {
        reason: 'too-large',
        status,
      });
  }
}

const mostRedirects = 3;

/**
 * `fetch` with an end: the answer is there whole, in time and of a bearable size, or it rejects with `ForgeError`. Follows
 * a redirect only when it asks (GET) and only to the same host, so that a token goes nowhere else; every other redirect
 * is handed back as it came. With `redirect: 'manual'` so is one that says where something lies (302), wherever that is.
 * `onRequest` is called before each request. `budget`: what other answers count for, too.
 */
export function createBoundedFetch(
  limits: FetchLimits,
  onRequest: () => void,
  budget: AnswerBudget | null = null,
): typeof fetch {
  return async (input, init = {}) => {
    let address = new URL(String(input));
    for (let redirects = 0; ; redirects += 1) {
      onRequest();
      const answer = await fetchOnce(address, init, { ...limits, budget });
      const isAsked = init.redirect === 'manual' && answer.status === 302;
      const next =
        redirects < mostRedirects && !isAsked ? redirectOf(answer, address, init.method ?? 'GET') : null;
      if (next === null) return answer;
      address = next;
    }
  };
}

async function fetchOnce(
  address: URL,
  init: RequestInit,
  limits: FetchLimits & { budget: AnswerBudget | null },
): Promise<Response> {
  const controller = new AbortController();
  const outer = init.signal ?? null;
  const cancel = () => controller.abort(outer?.reason);
  const expire = (ms: number, what: string) =>
    setTimeout(() => controller.abort(late(`${what} within ${ms / 1000} s`)), ms);
  const answerTimer = expire(limits.answerMs, 'no answer');
  const totalTimer = expire(limits.totalMs, 'no whole answer');
  outer?.addEventListener('abort', cancel, { once: true });
  if (outer?.aborted === true) cancel();
  try {
    const answer = await fetch(address, { ...init, redirect: 'manual', signal: controller.signal });
    clearTimeout(answerTimer);
    const body = await readBody(answer, limits);
    const { status, headers } = answer;
    return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
  } catch (cause) {
    if (controller.signal.aborted) throw controller.signal.reason;
    if (cause instanceof ForgeError) throw cause;
    throw new ForgeError(`the connection failed: ${rootOf(cause)}`, { reason: 'unreachable', cause });
  } finally {
    clearTimeout(answerTimer);
    clearTimeout(totalTimer);
    outer?.removeEventListener('abort', cancel);
    // Ends a body that nobody reads on.
    controller.abort();
  }
}

async function readBody(
  answer: Response,
  { maxBytes, budget }: Pick<FetchLimits, 'maxBytes'> & { budget: AnswerBudget | null },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new ForgeError(`the answer is larger than ${maxBytes} bytes`, {
        reason: 'too-large',
        status: answer.status,
      });
    budget?.spend(chunk.byteLength, answer.status);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function redirectOf(answer: Response, from: URL, method: string): URL | null {
  const location = answer.headers.get('location');
  if (method !== 'GET' || ![301, 302, 307, 308].includes(answer.status)) return null;
  if (location === null || !URL.canParse(location, from.href)) return null;
  const next = new URL(location, from.href);
  return next.origin === from.origin && next.username === '' && next.password === '' ? next : null;
}

function late(message: string): ForgeError {
  return new ForgeError(message, { reason: 'unreachable' });
}

/** What the system said: `fetch` itself says only that it failed. */
export function rootOf(cause: unknown): string {
  let at = cause;
  for (let depth = 0; depth < 5 && at instanceof Error && at.cause instanceof Error; depth += 1)
    at = at.cause;
  if (!(at instanceof Error)) return String(at);
  const code = 'code' in at && typeof at.code === 'string' ? at.code : null;
  return code === null || at.message.includes(code) ? at.message : `${at.message} (${code})`;
}
