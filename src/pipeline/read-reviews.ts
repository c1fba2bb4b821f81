import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import { Review } from '../domain/review.ts';
import type { Reviewer, ReviewerId } from '../domain/reviewer.ts';
import { RunDirectoryError } from '../errors.ts';
import { digest } from '../run/digest.ts';
import { readArtifact } from '../run/read-artifact.ts';
import { readJobs } from '../run/read-manifest.ts';
import { nameJob } from '../run/run-job.ts';
import { readEarlierSpending } from './earlier-spending.ts';
import type { RunContext } from './run-context.ts';

/**
 * The reviews of all reviewers of the run, in its order. Whoever left none, as one whose machine died, is in it as
 * failed, with what is known of why. Where nobody left any, or one is of another run, it is a `RunDirectoryError`.
 */
export async function readReviews(context: RunContext, change: Change): Promise<Review[]> {
  const found = await Promise.all(context.reviewers.map((reviewer) => findReview(context, change, reviewer)));
  const [first] = context.reviewers;
  if (first !== undefined && found.every((review) => review === null))
    throw new RunDirectoryError(`${reviewFile(context, first.id)} is missing, and so is every other review`, {
      hint: 'run the stage "review" first',
    });
  return Promise.all(context.reviewers.map((reviewer, at) => found[at] ?? missingReview(context, reviewer)));
}

export function reviewFile({ run }: Pick<RunContext, 'run'>, id: ReviewerId): string {
  return run.file('review', `${id}.json`);
}

async function findReview(context: RunContext, change: Change, reviewer: Reviewer): Promise<Review | null> {
  const path = reviewFile(context, reviewer.id);
  const { memory } = context.run;
  const lookup = await readArtifact({ path, memory, schema: Review, version: 1 });
  if (lookup.outcome === 'absent') return null;
  const { inputDigest: _, changeDigest, ...review } = lookup.value;
  const isOther = changeDigest !== undefined && changeDigest !== digest(change);
  if (isOther || digest(review.reviewer) !== digest(reviewer))
    throw new RunDirectoryError(`${path} is of another ${isOther ? 'change' : 'reviewer'} than this run`, {
      hint: `run the stage "review" again for ${reviewer.id}, or remove that file`,
    });
  return review;
}

/** The same on every machine that has the same files. */
async function missingReview(context: RunContext, reviewer: Reviewer): Promise<Review> {
  const { costUsd, lostRequests } = await readEarlierSpending(
    context.run.file('review', `${reviewer.id}.transcript.jsonl`),
  );
  const cause = await findCause(context, reviewer);
  return {
    schemaVersion: 1,
    reviewer,
    status: cause.code === 'cancelled' ? 'cancelled' : 'failed',
    cause,
    findings: [],
    finish: null,
    filesRead: [],
    toolCalls: [],
    usage: null,
    costUsd: reviewer.type === 'program' ? 0 : costUsd,
    lostRequests,
    startedAt: context.manifest.current.startedAt,
    durationMs: 0,
  };
}

async function findCause(context: RunContext, { id }: Reviewer): Promise<Cause> {
  const jobs = await readJobs(context.run);
  const names = [nameJob({ stage: 'review', reviewer: id }), 'review'];
  const job = names
    .flatMap((name) => jobs.get(name) ?? [])
    .find(({ run }) => run === context.manifest.current.id);
  const cause = job?.record?.cause ?? null;
  if (cause !== null) return { ...cause, message: `it left no result: ${cause.message}` };
  const message =
    job === undefined
      ? 'no result of it arrived: its job did not run, or left nothing'
      : 'no result of it arrived: its job was stopped before it came to one';
  return { code: 'no-result', message, retryable: true };
}
