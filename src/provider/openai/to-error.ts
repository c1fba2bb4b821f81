import { connectionError, vendorError } from '../http-error.ts';
import type { ProviderError } from '../provider-error.ts';
import type { SeenAnswer } from '../stream-call.ts';
import { isRecord } from '../tool-arguments.ts';
import type { CallIdentity } from '../watchdog.ts';
import { ResponseFailure } from './from-response.ts';

export interface ErrorInput extends SeenAnswer {
  identity: CallIdentity;
  error: unknown;
  secret: string;
}

/** What the SDK threw, or the stream said, explained; also for servers that only speak the same language. */
export function toError({ identity, error, secret, header, event }: ErrorInput): ProviderError {
  const requestId = header('x-request-id');
  if (error instanceof ResponseFailure) {
    const { code, message, parameter } = error;
    return vendorError(
      identity,
      { status: null, type: '', code, message, parameter, requestId, header, cause: error },
      secret,
    );
  }
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const body = error instanceof Error && 'error' in error ? error.error : undefined;
  if (!(error instanceof Error) || (typeof status !== 'number' && body === undefined))
    return connectionError(identity, { error, event, secret });
  const vendor = isRecord(body) ? body : {};
  return vendorError(
    identity,
    {
      status: typeof status === 'number' ? status : null,
      type: String(vendor.type ?? ''),
      code: String(vendor.code ?? ''),
      message: String(vendor.message ?? (typeof body === 'string' ? body : error.message)),
      parameter: typeof vendor.param === 'string' ? vendor.param : null,
      requestId,
      header,
      cause: error,
    },
    secret,
  );
}
