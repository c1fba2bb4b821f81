import { connectionError, vendorError } from '../http-error.ts';
import type { ProviderError } from '../provider-error.ts';
import type { SeenAnswer } from '../stream-call.ts';
import { isRecord } from '../tool-arguments.ts';
import type { CallIdentity } from '../watchdog.ts';

export interface ErrorInput extends SeenAnswer {
  identity: CallIdentity;
  error: unknown;
  secret: string;
}

/** What the SDK threw, explained. Errors are told by their fields, so that the SDK need not be loaded for it. */
export function toError({ identity, error, secret, header, event }: ErrorInput): ProviderError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const body = error instanceof Error && 'error' in error ? error.error : undefined;
  const vendor = isRecord(body) && isRecord(body.error) ? body.error : null;
  if (!(error instanceof Error) || (typeof status !== 'number' && vendor === null))
    return connectionError(identity, { error, event, secret });
  const details = isRecord(vendor?.details) ? vendor.details : {};
  return vendorError(
    identity,
    {
      status: typeof status === 'number' ? status : null,
      type: String(vendor?.type ?? ''),
      code: String(details.error_code ?? ''),
      message: String(vendor?.message ?? error.message),
      parameter: null,
      requestId: header('request-id'),
      header,
      cause: error,
    },
    secret,
  );
}
