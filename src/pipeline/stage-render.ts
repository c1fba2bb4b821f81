import { join } from 'node:path';
import { type StageCost, sumLostRequests, sumUsd } from '../domain/cost.ts';
import type { Duplicates } from '../domain/duplicates.ts';
import { stageNames } from '../domain/event.ts';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { completedModels, decideRunStatus, requiredQuorum } from '../domain/run-outcome.ts';
import type { ExaminerSession } from '../domain/verdict.ts';
import { buildReport } from '../render/build/build-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader } from '../render/source/source-reader.ts';
import { readDecisions } from '../resolve/decisions-file.ts';
import { toResolution } from '../resolve/to-resolution.ts';
import { readDuplicatesFile } from './duplicates-file.ts';
import { duplicatesNotices } from './duplicates-notices.ts';
import { examinerNotices } from './examiner-notices.ts';
import { findSymbols } from './find-symbols.ts';
import { readGuard } from './guard-review.ts';
import { readInstructions } from './read-instructions.ts';
import { readRoundMatches } from './round-matches.ts';
import { type RunContext, recordStage } from './run-context.ts';
import { listRunTimes } from './run-times.ts';
import { readChange, writePack } from './stage-collect.ts';
import { readClusters } from './stage-reconcile.ts';
import { readReviews } from './stage-review.ts';
import { readVerification } from './stage-verify.ts';

/** `render/report.json` and its renderings. Gives the report. */
export async function renderStage(context: RunContext): Promise<Report> {
  const change = await readChange(context);
  const reviews = await readReviews(context);
  const guard = await readGuard(context);
  const sources = guard === null ? reviews : [...reviews, guard];
  const clusters = await readClusters(context);
  const duplicates = await readDuplicatesFile(context.run);
  const { verdicts, ledger } = await readVerification(context);
  return recordStage(context, 'render', [change, sources, clusters, verdicts, ledger], async () => {
    await writePack(context, change, pathsOf(sources));
    const report = buildReport({
      toolVersion: context.toolVersion,
      run: describeRun(context, { reviews, sessions: verdicts.sessions ?? [], duplicates }),
      change,
      reviews,
      guard,
      instructions: await readInstructions(context, reviews),
      clusters,
      verdicts,
      ledger,
      symbols: await findSymbols({
        repository: context.repository,
        change,
        reviews: sources,
        clusters,
      }),
      prose: null,
      roundMatches: await readRoundMatches(context, change),
      resolution: toResolution((await readDecisions(context.run)).decisions),
    });
    const files = await renderAll({
      report,
      sources: createSourceReader(context.repository),
      templatesDirectory: join(context.packageDirectory, 'templates'),
      signal: context.signal,
    });
    for (const [name, content] of Object.entries(files))
      await context.run.memory.write(context.run.file('render', name), content);
    for (const name of ['report.json', 'report.md'] as const)
      context.run.memory.answers.set(context.run.file('render', name), files[name]);
    return report;
  });
}

/** All that was paid for, and what came of it. */
interface PaidWork {
  reviews: readonly Review[];
  sessions: readonly ExaminerSession[];
  duplicates: Duplicates;
}

function describeRun(context: RunContext, paid: PaidWork): Report['run'] {
  const { reviews, sessions, duplicates } = paid;
  const compared = [...duplicates.batches.map(({ session }) => session), duplicates.abandoned];
  const asked = reviews.filter((review) => review.reviewer.type === 'model').length;
  const stageCosts = listStageCosts(context, paid);
  return {
    id: context.run.id,
    status: decideRunStatus(reviews, false),
    startedAt: context.manifest.current.startedAt,
    wallClockMs: context.manifest.current.wallClockMs + context.clock.now() - context.startedAt,
    costUsd: sumUsd(stageCosts.map(({ costUsd }) => costUsd)),
    stageCosts,
    lostRequests: sumLostRequests(
      [...reviews, ...sessions, ...compared].map(({ lostRequests }) => lostRequests),
    ),
    ...listRunTimes(context.manifest.current, [
      ...duplicates.batches.map(
        ({ session }) => ({ ...session, work: 'duplicates', reviewer: session.asked }) as const,
      ),
      ...sessions.map(
        (session) => ({ ...session, work: 'examination', reviewer: session.examiner }) as const,
      ),
    ]),
    quorum: {
      asked,
      required: requiredQuorum(asked, context.config.quorum),
      completed: completedModels(reviews),
    },
    notices: [...context.notices, ...duplicatesNotices(duplicates), ...examinerNotices(sessions)],
  };
}

/** Reviews may have been made on other machines, so that only they themselves know what all of them cost. */
function listStageCosts(context: RunContext, { reviews, sessions, duplicates }: PaidWork): StageCost[] {
  const costs = new Map(context.manifest.current.stages.map(({ stage, costUsd }) => [stage, costUsd]));
  costs.set('review', sumUsd(reviews.map((review) => review.costUsd)));
  costs.set('verify', sumUsd(sessions.map((session) => session.costUsd)));
  if (costs.has('reconcile')) costs.set('reconcile', costOfDuplicates(duplicates));
  costs.delete('render');
  return stageNames.flatMap((stage) => {
    const costUsd = costs.get(stage);
    return costUsd === undefined ? [] : [{ stage, costUsd }];
  });
}

function costOfDuplicates({ batches, abandoned }: Duplicates): number | null {
  return sumUsd([...batches.map(({ session }) => session.costUsd), abandoned.costUsd]);
}

function pathsOf(reviews: readonly Review[]): string[] {
  return reviews.flatMap((review) =>
    review.findings.flatMap((finding) => finding.locations.map((location) => location.path)),
  );
}

/** Writes how the run ended. */
export async function finishRun(context: RunContext, report: Report): Promise<void> {
  await context.manifest.update((manifest) => ({
    ...manifest,
    status: report.run.status,
    wallClockMs: report.run.wallClockMs,
    costUsd: report.run.costUsd,
  }));
  await context.emit({ type: 'run-end', status: report.run.status });
}
