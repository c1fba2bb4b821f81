import { join } from 'node:path';
import { createEgress } from '../agent/egress.ts';
import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import { Review } from '../domain/review.ts';
import type { Reviewer } from '../domain/reviewer.ts';
import { isDone } from '../domain/run-outcome.ts';
import { createGate } from '../evidence/gate.ts';
import { grammarsProblem } from '../evidence/languages.ts';
import type { ProgramFindings } from '../review/run-program.ts';
import { runReviews } from '../review/run-reviews.ts';
import { digest } from '../run/digest.ts';
import { readArtifact } from '../run/read-artifact.ts';
import { findUnread } from './find-unread.ts';
import { guardReview } from './guard-review.ts';
import { modelReviewers } from './model-reviewers.ts';
import { openCommands } from './open-commands.ts';
import { openDependencyTools } from './open-dependencies.ts';
import { reviewFile } from './read-reviews.ts';
import { type RunContext, recordStage, recordUnit } from './run-context.ts';
import { withinRunDeadline } from './run-deadline.ts';
import { readChange } from './stage-collect.ts';

export interface ReviewStageOptions {
  /** Only this reviewer; null for all. */
  only: string | null;
  /** Do finished reviewers again. */
  again: boolean;
  /** With `only`, that the others are done, and their reviews at hand. Absent: they are at work elsewhere. */
  besides?: {
    /** What the run keeps as the review of the one that was asked; null: what stands there is left as it is. */
    settle(review: Review): Promise<Review | null>;
  };
}

/**
 * `review/<id>.json` for each reviewer. One that completed on the same inputs, or was stopped short of its end under
 * the same limits, is not run, and not paid, again.
 */
export async function reviewStage(context: RunContext, options: ReviewStageOptions): Promise<void> {
  const change = await readChange(context);
  const { besides } = options;
  const isAlone = options.only !== null && besides === undefined;
  const asked = context.reviewers.filter(({ id }) => options.only === null || id === options.only);
  const told = isAlone ? asked : context.reviewers;
  const digests = new Map(told.map((reviewer) => [reviewer.id, unitDigest(context, change, reviewer)]));
  const changeDigest = digest(change);
  const { minutes } = context.config.budget;
  await recordStage(context, 'review', [...digests.values()], async (paid) => {
    const open: Reviewer[] = [];
    for (const reviewer of told.filter((one) => !asked.includes(one))) {
      const kept = await readReview(context, reviewer);
      if (kept !== null) paid.add(kept.costUsd);
    }
    for (const reviewer of asked) {
      const found = options.again
        ? null
        : await findFinished(context, reviewer, digests.get(reviewer.id) ?? '');
      if (found === null) open.push(reviewer);
      else paid.add(found.costUsd);
      if (found !== null)
        await notice(context, `${reviewer.id}: ${describeFinished(found)}, taken from the run`);
    }
    context.run.memory.open();
    // Reviewers that run apart leave the guard to the stage after them: one file has one writer.
    if (options.only === null) await guardReview(context, change, options.again);
    if (open.length === 0) return;
    const blind = await findBlind(context);
    const egress = createEgress({
      rules: context.config.egress,
      repository: context.repository,
      change,
      signal: context.signal,
    });
    const unread = await findUnread(open, change, egress);
    const gate = createGate({ repository: context.repository, change });
    const dependencyTools = await openDependencyTools(context);
    const commands = await openCommands(context, change, open);
    await withinRunDeadline({ minutes, signal: context.signal }, async (signal) =>
      runReviews(
        { change, reviewers: open },
        {
          check: (claim) => gate.check(claim, context.signal),
          programs: programsOf(context, change),
          models: await modelReviewers(context, {
            change,
            egress,
            open: open.filter(({ id }) => !unread.has(id)),
            tools: [...dependencyTools, ...commands.tools],
            isAlone,
          }),
          unavailable: new Map([...unread, ...unavailableReviewers(context), ...blind]),
          keep: async (ended) => {
            const { id } = ended.reviewer;
            paid.add(ended.costUsd);
            const review = besides === undefined ? ended : await besides.settle(ended);
            if (review === null) return;
            const inputDigest = finishedDigest(context, review, digests.get(id) ?? '');
            const about = { ...review, changeDigest };
            const kept = inputDigest === null ? about : { ...about, inputDigest };
            await context.run.memory.write(reviewFile(context, id), `${JSON.stringify(kept, null, 2)}\n`);
            if (inputDigest !== null) await recordUnit(context, `review/${id}.json`, inputDigest);
          },
          signal,
          emit: context.emit,
          clock: context.clock,
        },
      ),
    ).finally(() => commands.close());
  });
  context.signal.throwIfAborted();
}

/**
 * The review of an earlier sitting that is as good as another one would be; null when there is none. Its own file says
 * so: between two files a process can be killed.
 */
async function findFinished(
  context: RunContext,
  reviewer: Reviewer,
  inputDigest: string,
): Promise<Review | null> {
  const review = await readReview(context, reviewer);
  if (review === null) return null;
  const wanted = finishedDigest(context, review, inputDigest);
  return wanted !== null && review.inputDigest === wanted ? review : null;
}

/** As it stands in the run; null where it left none. */
async function readReview(context: RunContext, { id }: Reviewer): Promise<Review | null> {
  const lookup = await readArtifact({ path: reviewFile(context, id), schema: Review, version: 1 });
  return lookup.outcome === 'absent' ? null : lookup.value;
}

/** Under which digest a review counts as finished; null for one that is to be run again. */
function finishedDigest(context: RunContext, review: Review, inputDigest: string): string | null {
  if (isDone(review)) return inputDigest;
  if (review.status !== 'partial') return null;
  const { budget, maxTokens } = context.config;
  const { id } = review.reviewer;
  const models = context.reviewers.filter((reviewer) => reviewer.type === 'model').length;
  return digest(inputDigest, [budget.usd, budget.reviewerMinutes, maxTokens.get(id) ?? null, models]);
}

function describeFinished(review: Review): string {
  if (isDone(review)) return 'finished before';
  return `ended early before (${review.cause?.message ?? review.status}) and would again under the same limits`;
}

function unitDigest(context: RunContext, change: Change, reviewer: Reviewer): string {
  return digest(
    context.toolVersion,
    change,
    reviewer,
    context.sarif.get(reviewer.id)?.digest ?? null,
    context.config.egress,
  );
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

/** On a machine that the grammars are not built for: said once, and whoever cannot work without them is skipped. */
async function findBlind(context: RunContext): Promise<Map<string, Cause>> {
  const problem = await grammarsProblem();
  if (problem === null) return new Map();
  const without = 'the function around a finding and whether a fix still parses are not known';
  const message = `syntax trees cannot be read on this machine (${problem}): checks is left out; ${without}`;
  await context.emit({ type: 'notice', level: 'warning', message });
  const why = `syntax trees cannot be read on this machine (${problem})`;
  return new Map([['checks', { code: 'no-grammars', message: why, retryable: false }]]);
}

async function notice(context: RunContext, message: string): Promise<void> {
  await context.emit({ type: 'notice', level: 'info', message });
}
