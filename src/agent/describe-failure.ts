import type { Cause } from '../domain/cause.ts';
import { DeepReviewError, RunDeadlineError } from '../errors.ts';
import { ProviderError } from '../provider/provider-error.ts';
import type { AgentStatus } from './agent-session.ts';

export interface Ending {
  status: AgentStatus;
  cause: Cause | null;
}

export interface FailureContext {
  /** The caller's: the user's wish, or a `RunDeadlineError` when the run's own time is over. */
  signal: AbortSignal;
  /** The session's own time; the reason says which limit it was. */
  deadline: AbortSignal;
}

/**
 * What an error that ended a session means for it. Three times can be over, and each has its own cause: that of one
 * request (`timeout-…`), of this reviewer (`reviewer-deadline`), of the run (`run-deadline`).
 */
export function describeFailure(error: unknown, { signal, deadline }: FailureContext): Ending {
  if (signal.aborted) return describeAbort(signal.reason);
  if (deadline.aborted) return timedOut('reviewer-deadline', messageOf(deadline.reason));
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
export function describeAbort(reason: unknown): Ending & { cause: Cause } {
  if (reason instanceof RunDeadlineError) return timedOut(reason.code, reason.message);
  return { status: 'cancelled', cause: { code: 'cancelled', message: messageOf(reason), retryable: true } };
}

function timedOut(code: string, message: string): Ending & { cause: Cause } {
  return { status: 'timed-out', cause: { code, message, retryable: true } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
