import type { Consolidation } from '../domain/consolidation.ts';
import { type StageCost, sumLostRequests, sumUsd } from '../domain/cost.ts';
import type { Duplicates } from '../domain/duplicates.ts';
import { stageNames } from '../domain/event.ts';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { completedModels, decideRunStatus, requiredQuorum } from '../domain/run-outcome.ts';
import type { SecondLook } from '../domain/second-look.ts';
import type { ExaminerSession } from '../domain/verdict.ts';
import { consolidationNotices } from './consolidation-notices.ts';
import { duplicatesNotices } from './duplicates-notices.ts';
import type { SessionCost } from './earlier-spending.ts';
import { examinerNotices } from './examiner-notices.ts';
import type { RunContext } from './run-context.ts';
import { listRunTimes, type TimedSession } from './run-times.ts';
import { secondLookNotices } from './second-look-notices.ts';

/** All that was paid for, and what came of it. */
export interface PaidWork {
  reviews: readonly Review[];
  sessions: readonly ExaminerSession[];
  duplicates: Duplicates;
  /** null: no model was asked to write. */
  consolidation: Consolidation | null;
  /** What sessions of the report's writer cost that left nothing in it; absent for none. */
  unused?: SessionCost;
  /** What somebody asked to have done again, the oldest first. */
  looks: readonly SecondLook[];
}

/** The run as its report tells of it: how it ended, what it cost, when what was done, and what has to be said of it. */
export function describeRun(context: RunContext, paid: PaidWork): Report['run'] {
  const { reviews, sessions, duplicates, consolidation } = paid;
  const asked = reviews.filter((review) => review.reviewer.type === 'model').length;
  const stageCosts = listStageCosts(context, paid);
  const held = [...reviews, ...sessions, ...duplicates.batches.map(({ session }) => session)];
  const written = consolidation?.session ?? paid.unused;
  return {
    id: context.run.id,
    status: decideRunStatus(reviews, false),
    startedAt: context.manifest.current.startedAt,
    ...(paid.looks.length === 0 ? {} : { looks: paid.looks.length }),
    wallClockMs: context.manifest.current.wallClockMs + context.clock.now() - context.startedAt,
    costUsd: sumUsd(stageCosts.map(({ costUsd }) => costUsd)),
    stageCosts,
    lostRequests: sumLostRequests(
      [...held, duplicates.abandoned, ...(written === undefined ? [] : [written])].map(
        ({ lostRequests }) => lostRequests,
      ),
    ),
    ...listRunTimes(context.manifest.current, listSessions(paid)),
    quorum: {
      asked,
      required: requiredQuorum(asked, context.config.quorum),
      completed: completedModels(reviews),
    },
    notices: [
      ...context.notices,
      ...secondLookNotices(paid.looks),
      ...duplicatesNotices(duplicates),
      ...examinerNotices(sessions),
      ...consolidationNotices(
        consolidation,
        reviews.map(({ reviewer }) => reviewer.id),
      ),
    ],
  };
}

function listSessions({ sessions, duplicates, consolidation }: PaidWork): TimedSession[] {
  return [
    ...duplicates.batches.map(
      ({ session }) => ({ ...session, work: 'duplicates', reviewer: session.asked }) as const,
    ),
    ...sessions.map((session) => ({ ...session, work: 'examination', reviewer: session.examiner }) as const),
    ...(consolidation === null
      ? []
      : [{ ...consolidation.session, work: 'consolidation', reviewer: consolidation.writer } as const]),
  ];
}

/** Reviews may have been made on other machines, so that only they themselves know what all of them cost. */
function listStageCosts(
  context: RunContext,
  { reviews, sessions, duplicates, consolidation, unused }: PaidWork,
): StageCost[] {
  const costs = new Map(context.manifest.current.stages.map(({ stage, costUsd }) => [stage, costUsd]));
  costs.set('review', sumUsd(reviews.map((review) => review.costUsd)));
  costs.set('verify', sumUsd(sessions.map((session) => session.costUsd)));
  if (costs.has('reconcile')) costs.set('reconcile', costOfDuplicates(duplicates));
  costs.delete('render');
  if (consolidation !== null) costs.set('render', consolidation.session.costUsd);
  else if (unused !== undefined) costs.set('render', unused.costUsd);
  return stageNames.flatMap((stage) => {
    const costUsd = costs.get(stage);
    return costUsd === undefined ? [] : [{ stage, costUsd }];
  });
}

function costOfDuplicates({ batches, abandoned }: Duplicates): number | null {
  return sumUsd([...batches.map(({ session }) => session.costUsd), abandoned.costUsd]);
}
