import { join } from 'node:path';
import { type StageCost, sumLostRequests, sumUsd } from '../domain/cost.ts';
import { stageNames } from '../domain/event.ts';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { completedModels, decideRunStatus, requiredQuorum } from '../domain/run-outcome.ts';
import type { ExaminerSession } from '../domain/verdict.ts';
import { buildReport } from '../render/build/build-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader } from '../render/source/source-reader.ts';
import { examinerNotices } from './examiner-notices.ts';
import { findSymbols } from './find-symbols.ts';
import { readGuard } from './guard-review.ts';
import { type RunContext, recordStage } from './run-context.ts';
import { listRunTimes } from './run-times.ts';
import { readChange, writePack } from './stage-collect.ts';
import { readReviews } from './stage-review.ts';
import { readClusters, readVerification } from './stage-verify.ts';

/** `render/report.json` and its renderings. Gives the report. */
export async function renderStage(context: RunContext): Promise<Report> {
  const change = await readChange(context);
  const reviews = await readReviews(context);
  const guard = await readGuard(context);
  const sources = guard === null ? reviews : [...reviews, guard];
  const clusters = await readClusters(context);
  const { verdicts, ledger } = await readVerification(context);
  return recordStage(context, 'render', [change, sources, clusters, verdicts, ledger], async () => {
    await writePack(context, change, pathsOf(sources));
    const report = buildReport({
      toolVersion: context.toolVersion,
      run: describeRun(context, reviews, verdicts.sessions ?? []),
      change,
      reviews,
      guard,
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

function describeRun(
  context: RunContext,
  reviews: readonly Review[],
  sessions: readonly ExaminerSession[],
): Report['run'] {
  const asked = reviews.filter((review) => review.reviewer.type === 'model').length;
  const stageCosts = listStageCosts(context, reviews, sessions);
  return {
    id: context.run.id,
    status: decideRunStatus(reviews, false),
    startedAt: context.manifest.current.startedAt,
    wallClockMs: context.manifest.current.wallClockMs + context.clock.now() - context.startedAt,
    costUsd: sumUsd(stageCosts.map(({ costUsd }) => costUsd)),
    stageCosts,
    lostRequests: sumLostRequests([...reviews, ...sessions].map(({ lostRequests }) => lostRequests)),
    ...listRunTimes(
      context.manifest.current,
      sessions.map((session) => ({ ...session, work: 'examination', reviewer: session.examiner })),
    ),
    quorum: {
      asked,
      required: requiredQuorum(asked, context.config.quorum),
      completed: completedModels(reviews),
    },
    notices: [...context.notices, ...examinerNotices(sessions)],
  };
}

/** Reviews may have been made on other machines, so that only they themselves know what all of them cost. */
function listStageCosts(
  context: RunContext,
  reviews: readonly Review[],
  sessions: readonly ExaminerSession[],
): StageCost[] {
  const costs = new Map(context.manifest.current.stages.map(({ stage, costUsd }) => [stage, costUsd]));
  costs.set('review', sumUsd(reviews.map((review) => review.costUsd)));
  costs.set('verify', sumUsd(sessions.map((session) => session.costUsd)));
  costs.delete('render');
  return stageNames.flatMap((stage) => {
    const costUsd = costs.get(stage);
    return costUsd === undefined ? [] : [{ stage, costUsd }];
  });
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
