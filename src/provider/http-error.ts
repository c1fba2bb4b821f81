import { parseRetryAfter } from '../domain/retry-after.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ProviderError, type ProviderErrorKind } from './provider-error.ts';
import type { SeenAnswer } from './stream-call.ts';
import type { CallIdentity } from './watchdog.ts';

/** An error as the vendor words it, from an HTTP answer or from within a stream. */
export interface VendorFault {
  /** null inside a stream, where the status was 200. */
  status: number | null;
  /** The vendor's error type and code, lower case, empty when it gave none. */
  type: string;
  code: string;
  message: string;
  parameter: string | null;
  requestId: string | null;
  /** Overrules the headers. */
  retryAfterMs?: number | null;
  header(name: string): string | null;
  cause: unknown;
}

/** Decides once, for all vendors, what a vendor's error means. `secret` is taken out of the message. */
export function vendorError(identity: CallIdentity, fault: VendorFault, secret: string): ProviderError {
  const kind = classify(fault);
  const status = fault.status === null ? 'in the stream' : String(fault.status);
  const text = cleanText(fault.message, secret);
  const what = kind === 'auth' ? `the API key for ${identity.provider} was not accepted` : kindTexts[kind];
  const where =
    fault.requestId === null ? status : `${status}, request ${cleanText(fault.requestId, secret)}`;
  return new ProviderError(`${identity.modelId}: ${what} (${where}): ${text}`, {
    ...identity,
    kind,
    status: fault.status,
    requestId: fault.requestId,
    parameter: fault.parameter,
    retryAfterMs: fault.retryAfterMs ?? parseRetryAfter(fault.header),
    ...advice(fault),
    ...hintFor(kind, identity),
    cause: fault.cause,
  });
}

/** What a vendor's own words can mean. */
type VendorKind = Exclude<ProviderErrorKind, 'network' | 'timeout' | 'cancelled'>;

const kindTexts: Record<Exclude<VendorKind, 'auth'>, string> = {
  'rate-limit': 'too many requests',
  quota: 'the account has no credit or allowance left',
  overloaded: 'the vendor is overloaded',
  server: 'the vendor failed',
  'bad-request': 'the request was not accepted',
  'context-too-long': 'the conversation is too long for the model',
  'model-not-found': 'no such model or endpoint',
  refused: 'the vendor refused the prompt',
  protocol: 'unexpected answer',
};

const contextPattern =
  /prompt is too long|context[_ ](length|window)|maximum context|input token count|too many (input )?tokens|request_too_large|^request too large/im;
const quotaCode = /insufficient_quota|billing|spend_limit|quota_exceeded|credit/i;
const quotaMessage = /credit balance|exceeded your current quota|purchase credits/i;
const refusalCode = /policy|invalid_prompt|content_filter/i;

function classify(fault: VendorFault): VendorKind {
  const { message } = fault;
  const word = `${fault.type} ${fault.code}`;
  const status = fault.status ?? statusOfType(word);
  if (/api[_ ]key[_ ](invalid|not valid)|invalid_api_key/i.test(`${word} ${message}`)) return 'auth';
  if (status === 402 || [400, 403, 429].includes(status)) {
    // The words for a limit that passes come first: their messages speak of billing and quotas, too.
    const passes = /rate_limit/i.test(fault.code);
    if (status === 402 || quotaCode.test(word) || (!passes && quotaMessage.test(message))) return 'quota';
  }
  if (status === 429) return contextPattern.test(message) ? 'context-too-long' : 'rate-limit';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || /model_not_found/i.test(fault.code)) return 'model-not-found';
  if (status === 413) return 'context-too-long';
  if (status === 408 || status === 409) return 'server';
  if (status === 503 || status === 529) return 'overloaded';
  if (status >= 500) return 'server';
  if (status < 400) return 'protocol';
  if (contextPattern.test(`${word} ${message}`)) return 'context-too-long';
  if (refusalCode.test(fault.code) || /usage polic/i.test(message)) return 'refused';
  return 'bad-request';
}

/** Inside a stream the status line is long gone; the type says what it would have been. */
function statusOfType(word: string): number {
  if (/overloaded|unavailable/i.test(word)) return 529;
  if (/rate_limit|resource_exhausted|insufficient_quota/i.test(word)) return 429;
  if (/authentication|unauthenticated|permission/i.test(word)) return 401;
  if (/billing/i.test(word)) return 402;
  if (/not_found/i.test(word)) return 404;
  if (/too_large/i.test(word)) return 413;
  if (/invalid|context_length|policy/i.test(word)) return 400;
  return 500;
}

/** Vendors say so when they know better than the status does. A redirect stays a redirect. */
function advice(fault: VendorFault): { isRetryable?: boolean } {
  const header = fault.header('x-should-retry');
  if (header === 'false') return { isRetryable: false };
  return fault.status !== null && fault.status >= 300 && fault.status < 400 ? { isRetryable: false } : {};
}

function hintFor(kind: VendorKind, identity: CallIdentity): { hint?: string } {
  if (kind === 'auth') return { hint: `Check the API key for ${identity.provider} and what it may use.` };
  if (kind === 'quota')
    return { hint: `Check the credit and the limits of the ${identity.provider} account.` };
  if (kind === 'model-not-found')
    return { hint: `Check the model's name ("${identity.modelId}") and the endpoint.` };
  if (kind === 'protocol') return { hint: 'Check the endpoint (base URL): it may have moved.' };
  return {};
}

function cleanText(message: string, secret: string): string {
  const text = secret.length >= 4 ? message.replaceAll(secret, '[key]') : message;
  const line = makeVisibleLine(text.trim());
  return line.length > 1_000 ? `${line.slice(0, 1_000)}…` : line;
}

/** Characters of an event that an error shows: enough to see what it is, not what the model said. */
const shownOfEvent = 200;

const networkCode = /^(E[A-Z]+|CERT_|ERR_TLS|ERR_SSL|UND_ERR|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/**
 * What is left when no vendor spoke: the connection failed, or the stream was not what the protocol says. The
 * system's code is looked for along the chain of causes.
 */
export function connectionError(
  identity: CallIdentity,
  failure: { error: unknown; event: SeenAnswer['event']; secret: string },
): ProviderError {
  const { error, event, secret } = failure;
  const chain = causesOf(error);
  const network = chain.find(
    (cause) => cause instanceof Error && 'code' in cause && networkCode.test(String(cause.code)),
  );
  if (network instanceof Error && 'code' in network)
    return new ProviderError(
      `${identity.modelId}: the connection failed (${String(network.code)}): ${network.message}`,
      {
        ...identity,
        kind: 'network',
        cause: error,
      },
    );
  const last = chain.at(-1);
  const text = last instanceof Error ? last.message : String(last);
  const shown = event === null ? '' : `; ${showEvent(event, secret)}`;
  return new ProviderError(
    `${identity.modelId}: the answer could not be read: ${cleanText(text, secret)}${shown}`,
    { ...identity, kind: 'protocol', cause: error },
  );
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  let at = error;
  while (at !== undefined && at !== null && !chain.includes(at)) {
    chain.push(at);
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}

function showEvent({ data, isReadable }: NonNullable<SeenAnswer['event']>, secret: string): string {
  const text = cleanText(data.slice(0, 4 * shownOfEvent + secret.length), secret).slice(0, shownOfEvent);
  return `the ${isReadable ? 'last event was' : 'event that is no JSON was'}: ${text}`;
}
