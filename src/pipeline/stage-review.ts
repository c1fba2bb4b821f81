import { join } from 'node:path';
import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import { Review } from '../domain/review.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import { isDone } from '../domain/run-outcome.ts';
import { UsageError } from '../errors.ts';
import { createGate } from '../evidence/gate.ts';
import type { ProgramFindings } from '../review/run-program.ts';
import { runReviews } from '../review/run-reviews.ts';
import { digest } from '../run/digest.ts';
import { readArtifact, readRequiredArtifact } from '../run/read-artifact.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { modelReviewers } from './model-reviewers.ts';
import { type RunContext, recordStage, recordUnit } from './run-context.ts';
import { readChange } from './stage-collect.ts';

export interface ReviewStageOptions {
  /** Only this reviewer; null for all. */
  only: string | null;
  /** Do finished reviewers again. */
  again: boolean;
}

/** `review/<id>.json` for each reviewer. One that completed on the same inputs is not run, and not paid, again. */
export async function reviewStage(context: RunContext, options: ReviewStageOptions): Promise<void> {
  const change = await readChange(context);
  const asked = context.reviewers.filter(({ id }) => options.only === null || id === options.only);
  if (asked.length === 0)
    throw new UsageError(`this run has no reviewer "${options.only}"`, {
      hint: `it has ${context.reviewers.map(({ id }) => id).join(', ')}`,
    });
  const digests = new Map(asked.map((reviewer) => [reviewer.id, unitDigest(context, change, reviewer)]));
  await recordStage(context, 'review', [...digests.values()], async () => {
    const open: Reviewer[] = [];
    for (const reviewer of asked) {
      const done = !options.again && (await isFinished(context, reviewer, digests.get(reviewer.id) ?? ''));
      if (done) await notice(context, `${reviewer.id}: finished before, taken from the run`);
      else open.push(reviewer);
    }
    if (open.length === 0) return;
    const gate = createGate({ repository: context.repository, change });
    await runReviews(
      { change, reviewers: open },
      {
        check: (claim) => gate.check(claim, context.signal),
        programs: programsOf(context, change),
        models: await modelReviewers(context, change, gate),
        unavailable: unavailableReviewers(context),
        keep: async (review) => {
          const { id } = review.reviewer;
          await writeFileAtomically(reviewFile(context, id), `${JSON.stringify(review, null, 2)}\n`);
          if (isDone(review)) await recordUnit(context, `review/${id}.json`, digests.get(id) ?? '');
        },
        signal: context.signal,
        emit: context.emit,
        clock: context.clock,
      },
    );
  });
  context.signal.throwIfAborted();
}

/** The reviews of all reviewers of the run, in its order. One that is missing is a `RunDirectoryError`. */
export function readReviews(context: RunContext): Promise<Review[]> {
  return Promise.all(
    context.reviewers.map(({ id }) =>
      readRequiredArtifact({
        path: reviewFile(context, id),
        schema: Review,
        version: 1,
        madeBy: `review --reviewer ${id}`,
      }),
    ),
  );
}

function reviewFile(context: RunContext, id: string): string {
  return context.run.file('review', `${id}.json`);
}

async function isFinished(context: RunContext, reviewer: Reviewer, inputDigest: string): Promise<boolean> {
  if (context.manifest.current.units[`review/${reviewer.id}.json`] !== inputDigest) return false;
  const lookup = await readArtifact({ path: reviewFile(context, reviewer.id), schema: Review, version: 1 });
  return lookup.outcome === 'found' && isDone(lookup.value);
}

function unitDigest(context: RunContext, change: Change, reviewer: Reviewer): string {
  return digest(context.toolVersion, change, reviewer, context.sarif.get(reviewer.id)?.digest ?? null);
}

function programsOf(
  context: RunContext,
  change: Change,
): Map<string, (signal: AbortSignal) => Promise<ProgramFindings>> {
  const programs = new Map<string, (signal: AbortSignal) => Promise<ProgramFindings>>();
  programs.set('checks', async (signal) => {
    const { loadRules } = await import('../checks/load-rules.ts');
    const { runRules } = await import('../checks/run-rules.ts');
    const rules = await loadRules(join(context.packageDirectory, 'context', 'rules'));
    return runRules({ repository: context.repository, change, rules, signal });
  });
  for (const [id, source] of context.sarif) programs.set(id, async () => source.findings);
  return programs;
}

function unavailableReviewers(context: RunContext): Map<string, Cause> {
  const causes = new Map<string, Cause>();
  for (const [id, access] of context.config.access) {
    if (access.apiKey !== null) continue;
    const message = `no key: set ${access.keyVariables.join(' or ')}`;
    causes.set(id, { code: 'no-key', message, retryable: false });
  }
  return causes;
}

async function notice(context: RunContext, message: string): Promise<void> {
  await context.emit({ type: 'notice', level: 'info', message });
}
