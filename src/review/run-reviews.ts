import type { GateVerdict } from '../agent/finding-collector.ts';
import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import { noLostRequests } from '../domain/cost.ts';
import type { Emit } from '../domain/event.ts';
import type { FindingClaim } from '../domain/finding.ts';
import { countHandedIn } from '../domain/handed-in.ts';
import type { Review } from '../domain/review.ts';
import type { Reviewer, ReviewerId } from '../domain/reviewer.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import { InternalError } from '../errors.ts';
import { type Clock, describeEnd, type ProgramFindings, runProgram } from './run-program.ts';

export interface RunReviewsInput {
  change: Change;
  reviewers: readonly Reviewer[];
}

export interface RunReviewsDependencies {
  /** The gate every finding passes as it is reported. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  /** How each program reviewer gets its findings. */
  programs: ReadonlyMap<ReviewerId, (signal: AbortSignal) => Promise<ProgramFindings>>;
  /** How each model reviewer is run. Its review tells what went wrong; it never rejects for that. */
  models: ReadonlyMap<ReviewerId, (signal: AbortSignal) => Promise<Review>>;
  /** Reviewers that cannot start, and why; they are skipped. */
  unavailable: ReadonlyMap<ReviewerId, Cause>;
  /** Called with each review as it ends, before the next stage sees it: the place to write it down. */
  keep: (review: Review) => Promise<void>;
  signal: AbortSignal;
  emit: Emit;
  clock: Clock;
}

/**
 * All reviewers at once, unable to see each other. Reviews come back in the order asked for, one for each: what goes
 * wrong with one is that one's failure. Rejects, after the last has ended, only when a review could not be kept.
 */
export async function runReviews(
  input: RunReviewsInput,
  dependencies: RunReviewsDependencies,
): Promise<Review[]> {
  const ends = await Promise.allSettled(
    input.reviewers.map(async (reviewer) => {
      await dependencies.emit({ type: 'reviewer-start', reviewer: reviewer.id });
      const { clock, signal } = dependencies;
      const review = await runReviewer(reviewer, input.change, dependencies).catch((cause: unknown) =>
        emptyReview(reviewer, clock, describeEnd(cause, signal)),
      );
      await dependencies.keep(review);
      await dependencies.emit({
        type: 'reviewer-end',
        reviewer: reviewer.id,
        status: review.status,
        cause: review.cause,
        ...countHandedIn(review.findings),
      });
      return review;
    }),
  );
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

async function runReviewer(
  reviewer: Reviewer,
  change: Change,
  dependencies: RunReviewsDependencies,
): Promise<Review> {
  if (change.files.length === 0)
    return emptyReview(reviewer, dependencies.clock, {
      status: 'skipped',
      cause: { code: 'nothing-to-review', message: 'the range changes no file', retryable: false },
    });
  const unavailable = dependencies.unavailable.get(reviewer.id);
  if (unavailable !== undefined)
    return emptyReview(reviewer, dependencies.clock, { status: 'skipped', cause: unavailable });
  const start = dependencies.models.get(reviewer.id);
  if (reviewer.type === 'model' && start !== undefined) return start(dependencies.signal);
  const produce = dependencies.programs.get(reviewer.id);
  if (reviewer.type === 'program' && produce !== undefined)
    return runProgram({ ...dependencies, reviewer, produce });
  throw new InternalError(`nothing runs the reviewer "${reviewer.id}"`);
}

/** Of a reviewer that did not even begin. */
function emptyReview(
  reviewer: Reviewer,
  clock: Clock,
  ending: { status: ReviewStatus; cause: Cause },
): Review {
  return {
    schemaVersion: 1,
    reviewer,
    ...ending,
    findings: [],
    finish: null,
    filesRead: [],
    toolCalls: [],
    usage: null,
    costUsd: 0,
    lostRequests: noLostRequests,
    startedAt: clock.date().toISOString(),
    durationMs: 0,
  };
}
