import { createEgress } from '../agent/egress.ts';
import type { Change } from '../domain/change.ts';
import type { Consolidation } from '../domain/consolidation.ts';
import { findingKey } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { briefConsolidation } from '../reconcile/consolidate/brief-consolidation.ts';
import type { Assign } from './consolidation-assignment.ts';
import { findConsolidation, keepConsolidation } from './consolidation-file.ts';
import { createKeptFindings } from './kept-findings.ts';
import { isReachable } from './model-session.ts';
import { notice } from './paid-session.ts';
import type { RunContext, StageBill } from './run-context.ts';
import { withinRunDeadline } from './run-deadline.ts';
import { writeConsolidation } from './write-consolidation.ts';

export interface ConsolidateInput {
  /** As it is computed, without any prose of a model. */
  report: Report;
  change: Change;
  /** All that raised findings: the reviewers, and the guard behind them. */
  sources: readonly Review[];
  paid: StageBill;
}

/**
 * `reconcile/consolidation.json`: the prose that a model wrote for the report. null when nobody is to be asked: there is
 * nothing to write about, or no model that could. Whatever goes wrong on the way is said in what comes back; rejects only
 * when the user stops the run, or the result could not be kept.
 */
export async function consolidate(
  context: RunContext,
  { report, change, sources, paid }: ConsolidateInput,
): Promise<Consolidation | null> {
  if (!report.findings.some(({ reviewers }) => !reviewers.some(isGuard)) || report.run.status === 'failed')
    return null;
  const assign = assigner(context, { report, change, sources });
  const known = await findConsolidation(context, assign);
  if (known !== null) {
    paid.add(known.session.costUsd);
    await notice(context, 'the texts of the report are taken from the run');
    return known;
  }
  const writers = listWriters(context, sources);
  if (writers.length === 0) return null;
  context.run.memory.open();
  const { minutes } = context.config.budget;
  const usedMs = context.clock.now() - context.startedAt;
  const written = await withinRunDeadline({ minutes, usedMs, signal: context.signal }, (signal) =>
    writeConsolidation(context, { writers, assign, signal }),
  );
  paid.add(written.consolidation.session.costUsd);
  await keepConsolidation(context, written);
  context.signal.throwIfAborted();
  return written.consolidation;
}

/** What a writer is given: without the texts of findings that its vendor may not see. */
function assigner(context: RunContext, { report, change, sources }: Omit<ConsolidateInput, 'paid'>): Assign {
  const { repository, signal } = context;
  const { egress: rules } = context.config;
  const egress = createEgress({ rules, repository, change, signal });
  const isKept = createKeptFindings({ rules, egress, repository, change, signal });
  const raw = new Map(
    sources.flatMap(({ findings }) => findings.map((finding) => [findingKey(finding), finding] as const)),
  );
  return async (writer) => {
    const withheld: string[] = [];
    for (const { label, members } of report.findings) {
      const own = members.flatMap((key) => raw.get(key) ?? []);
      if (await isKept(writer.provider, own)) withheld.push(label);
    }
    return { brief: briefConsolidation({ report, kept: new Set(withheld) }), withheld };
  };
}

/**
 * Models in the order of the run that can be reached and whose own reviews came to something: a vendor that just failed
 * is not asked again. In a replay, the recorded one.
 */
function listWriters(context: RunContext, reviews: readonly Review[]): ModelReviewer[] {
  const recorded = context.replay?.sessions.get('reconcile/consolidation');
  return reviews.flatMap(({ reviewer, status }) => {
    if (!isReachable(context.config, reviewer)) return [];
    if (status !== 'completed' && status !== 'partial') return [];
    const isRecorded =
      recorded !== undefined &&
      recorded.provider === reviewer.provider &&
      recorded.modelId === reviewer.model;
    return context.replay === null || isRecorded ? [reviewer] : [];
  });
}
