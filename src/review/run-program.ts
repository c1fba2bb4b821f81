import { describeAbort } from '../agent/describe-failure.ts';
import { FindingCollector, type GateVerdict } from '../agent/finding-collector.ts';
import type { Cause } from '../domain/cause.ts';
import { noLostRequests } from '../domain/cost.ts';
import type { Emit } from '../domain/event.ts';
import type { FindingClaim } from '../domain/finding.ts';
import type { Review, ReviewFinish } from '../domain/review.ts';
import type { ProgramReviewer } from '../domain/reviewer.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import { DeepReviewError } from '../errors.ts';

/** Everything a program has to say about a change. */
export interface ProgramFindings {
  claims: readonly FindingClaim[];
  finish: ReviewFinish;
  /** Changed files it read. */
  filesRead: readonly string[];
  /** Why the program did not come to its end; null or absent when it did. */
  incomplete?: Cause | null;
}

export interface RunProgramInput {
  reviewer: ProgramReviewer;
  produce: (signal: AbortSignal) => Promise<ProgramFindings>;
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  signal: AbortSignal;
  emit: Emit;
  clock: Clock;
}

export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** The time of day. */
  date(): Date;
}

/**
 * Runs a reviewer that needs no model. Never throws: what went wrong is the review's status and cause, and what was
 * found before is kept.
 */
export async function runProgram(input: RunProgramInput): Promise<Review> {
  const { reviewer, signal, emit, clock } = input;
  const collector = new FindingCollector({ reviewer: reviewer.id, check: input.check, emit });
  const started = { at: clock.now(), date: clock.date() };
  let output: ProgramFindings | null = null;
  let ending: { status: ReviewStatus; cause: Cause | null } = { status: 'completed', cause: null };
  try {
    output = await input.produce(signal);
    for (const claim of output.claims) {
      signal.throwIfAborted();
      await collector.report(claim);
    }
    if (output.incomplete) ending = { status: 'partial', cause: output.incomplete };
  } catch (cause) {
    ending = describeEnd(cause, signal);
  }
  return {
    schemaVersion: 1,
    reviewer,
    ...ending,
    findings: collector.findings(),
    finish: output?.finish ?? null,
    filesRead: [...(output?.filesRead ?? [])],
    toolCalls: [],
    usage: null,
    costUsd: 0,
    lostRequests: noLostRequests,
    startedAt: started.date.toISOString(),
    durationMs: clock.now() - started.at,
  };
}

/** What an error that ended a reviewer means for its review. */
export function describeEnd(cause: unknown, signal: AbortSignal): { status: ReviewStatus; cause: Cause } {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (signal.aborted) return describeAbort(signal.reason);
  const code = cause instanceof DeepReviewError ? cause.code : 'internal';
  return { status: 'failed', cause: { code, message, retryable: false } };
}
