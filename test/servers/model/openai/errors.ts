import type { Json } from '../json.ts';
import type { Refusal, RefusalKind } from '../refusal.ts';
import type { Frame } from '../script.ts';

const errorTypes: Record<RefusalKind, string> = {
  invalid: 'invalid_request_error',
  auth: 'invalid_request_error',
  permission: 'invalid_request_error',
  'not-found': 'invalid_request_error',
  'too-large': 'invalid_request_error',
  'rate-limit': 'requests',
  overloaded: 'server_error',
  server: 'server_error',
};

export function errorBody(refusal: Refusal): Json {
  const code = refusal.code ?? (refusal.kind === 'rate-limit' ? 'rate_limit_exceeded' : null);
  return {
    error: { message: refusal.message, type: errorTypes[refusal.kind], param: refusal.parameter, code },
  };
}

const streamCodes: Partial<Record<RefusalKind, string>> = {
  'rate-limit': 'rate_limit_exceeded',
  overloaded: 'server_is_overloaded',
};

/** An error in the stream of a response. */
export function errorFrame(refusal: Refusal): Frame {
  const code = refusal.code ?? streamCodes[refusal.kind] ?? 'server_error';
  const error = { type: 'error', code, message: refusal.message, param: refusal.parameter };
  return { event: 'error', data: { ...error, sequence_number: 1_000_000 } };
}
