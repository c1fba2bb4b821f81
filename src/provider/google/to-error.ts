import { parseProtoDuration } from '../../domain/retry-after.ts';
import type { ServerSentEvent } from '../event-stream.ts';
import { connectionError, type VendorFault, vendorError } from '../http-error.ts';
import type { ProviderError } from '../provider-error.ts';
import type { SeenAnswer } from '../stream-call.ts';
import { isRecord } from '../tool-arguments.ts';
import type { CallIdentity } from '../watchdog.ts';

export interface ErrorInput extends SeenAnswer {
  identity: CallIdentity;
  error: unknown;
  secret: string;
}

/** What the SDK threw, explained. Its message is the vendor's JSON as text. */
export function toError({ identity, error, secret, header, event }: ErrorInput): ProviderError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (!(error instanceof Error) || typeof status !== 'number') {
    const redirect = error instanceof Error ? vendorFault(error.message) : null;
    if (redirect?.status === undefined || redirect.status === null || redirect.status >= 400)
      return connectionError(identity, { error, event, secret });
    return vendorError(identity, { ...redirect, header, cause: error }, secret);
  }
  const fault = vendorFault(error.message);
  const unread = { type: '', code: '', message: error.message, parameter: null, requestId: null };
  return vendorError(identity, { ...(fault ?? unread), status, header, cause: error }, secret);
}

/** The SDK passes over some errors inside a stream: those in an event called `error`, or without a status number. */
export function streamFault(input: {
  identity: CallIdentity;
  event: ServerSentEvent;
  secret: string;
}): ProviderError | null {
  const { identity, event, secret } = input;
  const fault = vendorFault(event.data);
  if (event.event !== 'error' && fault === null) return null;
  const unread = { type: '', code: '', message: event.data, parameter: null, requestId: null };
  return vendorError(
    identity,
    { ...(fault ?? unread), status: fault?.status ?? null, header: () => null, cause: event.data },
    secret,
  );
}

/** `{"error": {code, message, status, details}}` within any text around it; null when there is none. */
function vendorFault(text: string): Omit<VendorFault, 'header' | 'cause'> | null {
  const body = parseJson(text.slice(Math.max(0, text.indexOf('{'))));
  const error = isRecord(body) && isRecord(body.error) ? body.error : null;
  if (error === null) return null;
  const details = (Array.isArray(error.details) ? error.details : []).filter(isRecord);
  const retryInfo = details.find((detail) => String(detail['@type']).endsWith('RetryInfo'));
  return {
    status: typeof error.code === 'number' ? error.code : null,
    type: String(error.status ?? ''),
    code: codeOf(error, details),
    message: String(error.message ?? text),
    parameter: null,
    requestId: null,
    retryAfterMs: parseProtoDuration(retryInfo?.retryDelay),
  };
}

/** One status stands for both limits here: what names a day is used up, the rest passes in a minute. */
function codeOf(error: Record<string, unknown>, details: readonly Record<string, unknown>[]): string {
  const reason = details.find((detail) => typeof detail.reason === 'string')?.reason;
  if (typeof reason === 'string') return reason.toLowerCase();
  if (error.status !== 'RESOURCE_EXHAUSTED') return '';
  return /per_?day/i.test(JSON.stringify(details)) ? 'insufficient_quota' : 'rate_limit_exceeded';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
