import type { Cause } from '../domain/cause.ts';
import { DeepReviewError } from '../errors.ts';
import { ProviderError } from '../provider/provider-error.ts';
import type { AgentStatus } from './agent-session.ts';

export interface Ending {
  status: AgentStatus;
  cause: Cause | null;
}

export interface FailureContext {
  /** The caller's. */
  signal: AbortSignal;
  /** The session's own. */
  deadline: AbortSignal;
}

/** What an error that ended a session means for it. */
export function describeFailure(error: unknown, { signal, deadline }: FailureContext): Ending {
  if (signal.aborted) return describeAbort(signal.reason);
  if (deadline.aborted) return timedOut('the time for this session is over');
  if (error instanceof ProviderError) return { status: statusOf(error), cause: error.toCause() };
  const code = error instanceof DeepReviewError ? error.code : 'internal';
  return { status: 'failed', cause: { code, message: messageOf(error), retryable: false } };
}

function statusOf(error: ProviderError): AgentStatus {
  if (error.kind === 'timeout') return 'timed-out';
  if (error.kind === 'refused') return 'refused';
  if (error.kind === 'cancelled') return 'cancelled';
  return error.kind === 'context-too-long' ? 'partial' : 'failed';
}

/** Who aborts says why by the reason: a time limit of the run is no wish of the user. */
function describeAbort(reason: unknown): Ending {
  if (isTimeout(reason)) return timedOut(messageOf(reason));
  return { status: 'cancelled', cause: { code: 'cancelled', message: messageOf(reason), retryable: true } };
}

function timedOut(message: string): Ending {
  return { status: 'timed-out', cause: { code: 'deadline', message, retryable: true } };
}

function isTimeout(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
