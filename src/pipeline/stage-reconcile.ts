import { createEgress } from '../agent/egress.ts';
import type { Change } from '../domain/change.ts';
import { Clusters } from '../domain/cluster.ts';
import type { Duplicates } from '../domain/duplicates.ts';
import type { Review } from '../domain/review.ts';
import { reviewerName } from '../domain/reviewer.ts';
import { findOpenPairs } from '../reconcile/find-open-pairs.ts';
import type { PairAnswers } from '../reconcile/pair-answers.ts';
import { reconcile, standingFindings } from '../reconcile/reconcile.ts';
import { reconcileRules } from '../reconcile/rules.ts';
import { readRequiredArtifact } from '../run/read-artifact.ts';
import { askAboutPairs } from './duplicates.ts';
import { readGuard, requireGuard } from './guard-review.ts';
import { createKeptFindings } from './kept-findings.ts';
import { readReviews } from './read-reviews.ts';
import { writeRoundMatches } from './round-matches.ts';
import { type RunContext, recordStage } from './run-context.ts';
import { withinRunDeadline } from './run-deadline.ts';
import { readChange } from './stage-collect.ts';

/**
 * `reconcile/clusters.json`: which findings claim one defect; and `reconcile/duplicates.json`: what models said of pairs
 * that may be one.
 */
export async function reconcileStage(context: RunContext): Promise<void> {
  const change = await readChange(context);
  const handedIn = await readReviews(context, change);
  await requireGuard(context, change);
  const reviews = await withGuard(context, handedIn);
  for (const { reviewer, cause } of reviews)
    if (cause?.code === 'no-result')
      await context.emit({ type: 'notice', level: 'warning', message: `${reviewer.id}: ${cause.message}` });
  const { repository, config } = context;
  await recordStage(context, 'reconcile', reviews, async (paid) => {
    const usedMs = context.clock.now() - context.startedAt;
    const time = { minutes: config.budget.minutes, usedMs, signal: context.signal };
    const duplicates = await withinRunDeadline(time, (signal) => {
      const rules = config.egress;
      // What a vendor may see is read to its end, also when the run's time is over.
      const reading = { rules, repository, change, signal: context.signal };
      return askAboutPairs(context, {
        change,
        findings: standingFindings({ reviews }),
        pairs: findOpenPairs({ reviews }),
        isKept: createKeptFindings({ ...reading, egress: createEgress(reading) }),
        paid,
        signal,
      });
    });
    const clusters = reconcile({ reviews }, reconcileRules, answersOf(duplicates));
    await writeJson(context, ['reconcile', 'clusters.json'], clusters);
    await writeRoundMatches(context, { change, clusters, reviews });
  });
}

/** All that raised findings: the reviewers, and the guard behind them. */
export async function readSources(context: RunContext, change: Change): Promise<Review[]> {
  return withGuard(context, await readReviews(context, change));
}

async function withGuard(context: RunContext, reviews: readonly Review[]): Promise<Review[]> {
  const guard = await readGuard(context);
  return [...reviews, ...(guard === null ? [] : [guard])];
}

export function readClusters(context: RunContext): Promise<Clusters> {
  return readRequiredArtifact({
    path: context.run.file('reconcile', 'clusters.json'),
    memory: context.run.memory,
    schema: Clusters,
    version: 1,
    madeBy: 'reconcile',
  });
}

function answersOf({ batches }: Duplicates): PairAnswers {
  const answers = batches.flatMap(({ session, answers }) =>
    answers.map((answer) => ({ ...answer, answeredBy: reviewerName(session.asked) })),
  );
  return {
    same: answers.flatMap(({ a, b, same, answeredBy }) => (same ? [{ a, b, answeredBy }] : [])),
    different: answers.flatMap(({ a, b, same }) => (same ? [] : [{ a, b }])),
  };
}

function writeJson({ run }: RunContext, file: readonly string[], value: unknown): Promise<void> {
  return run.memory.write(run.file(...file), `${JSON.stringify(value, null, 2)}\n`);
}
