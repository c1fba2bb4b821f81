import type { PostTarget, PublishReceipt } from './domain/publication.ts';
import type { Report } from './domain/report.ts';
import { refuseToPost } from './pipeline/open-publisher.ts';
import { openReplay } from './pipeline/open-replay.ts';
import { type OpenedRun, openRun } from './pipeline/open-run.ts';
import { openRunRepository } from './pipeline/open-run-repository.ts';
import { openTarget } from './pipeline/open-target.ts';
import type { PipelineDependencies, ReviewOptions } from './pipeline/options.ts';
import { type ReviewOutcome, toOutcome } from './pipeline/outcome.ts';
import { postedParts } from './pipeline/posted-parts.ts';
import { postingExitCode } from './pipeline/posting-outcome.ts';
import { readRunReport } from './pipeline/publish-run.ts';
import type { RunContext } from './pipeline/run-context.ts';
import { showInRunner } from './pipeline/show-in-runner.ts';
import { writeCollected } from './pipeline/stage-collect.ts';
import { publishStage } from './pipeline/stage-publish.ts';
import { reconcileStage } from './pipeline/stage-reconcile.ts';
import { finishRun, renderStage } from './pipeline/stage-render.ts';
import { reviewStage } from './pipeline/stage-review.ts';
import { verifyStage } from './pipeline/stage-verify.ts';
import { withRun } from './pipeline/with-run.ts';
import { runDirectoryAt } from './run/run-directory.ts';

export { parseAnswerCommands } from './domain/answer-command.ts';
export { printUsd } from './domain/print-usd.ts';
export { type PostTarget, postTargets } from './domain/publication.ts';
export type { ReviewPlan } from './domain/review-plan.ts';
export { makeVisibleLine as visibleLine } from './domain/visible-text.ts';
export {
  isSameRepository,
  parsePullRequestTarget,
  parseRepositoryId,
  type RepositoryId,
} from './forge/pull-request-target.ts';
export {
  type AnswerOptions,
  type AnswerOutcome,
  answerPullRequest,
  describeAnswered,
} from './pipeline/answer-pull-request.ts';
export {
  type ContextProposal,
  type ContextSession,
  openContextSession,
} from './pipeline/apply-context.ts';
export { type Diagnosis, diagnose } from './pipeline/diagnose.ts';
export { fetchEarlierRuns } from './pipeline/fetch-earlier-runs.ts';
export { type IndexedReports, indexReports } from './pipeline/index-reports.ts';
export { type Initialized, initRepository, recipes } from './pipeline/init-repository.ts';
export { type LookAgainOptions, type LookAgainOutcome, lookAgain } from './pipeline/look-again.ts';
export type { PipelineDependencies, ReviewOptions, ReviewTargetRequest } from './pipeline/options.ts';
export { describeMissing, formatCost, type ReviewOutcome } from './pipeline/outcome.ts';
export type { LookRequest } from './pipeline/plan-looks.ts';
export { planReview } from './pipeline/plan-review.ts';
export { describePosting } from './pipeline/posting-outcome.ts';
export { type Checkout, readCheckout } from './pipeline/read-checkout.ts';
export { renderReportFile } from './pipeline/render-report-file.ts';
export {
  openResolve,
  type ResolveOutcome,
  type ResolveSession,
  resolveFromFile,
} from './pipeline/resolve-run.ts';
export { runStage, type StageOptions, type StageOutcome } from './pipeline/run-stage.ts';
export { parseFailOn, parseStageName, printSchema, schemaNames } from './pipeline/schemas.ts';
export { type ShowContextOptions, type ShownContext, showContext } from './pipeline/show-context.ts';
export type { AnsweredComment } from './publish/answer-comments.ts';

/**
 * One review from its target to its report. What is wrong with the call rejects with an error of exit code 2 before
 * anything is written; from then on every finished piece is kept in the run directory.
 */
export async function runReview(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
): Promise<ReviewOutcome> {
  if ((options.post ?? []).length > 0) await refuseToPost(dependencies, null);
  if (options.replay !== null) return replayReview({ ...options, replay: options.replay }, dependencies);
  const startedAt = dependencies.clock.now();
  const opened = await openTarget(options, dependencies);
  try {
    return await runStages(
      options,
      await openRun(options, dependencies, { ...opened, run: null, startedAt }),
    );
  } finally {
    await opened.repository.close();
  }
}

async function replayReview(
  options: ReviewOptions & { replay: string },
  dependencies: PipelineDependencies,
): Promise<ReviewOutcome> {
  const recorded = runDirectoryAt(options.replay);
  const repository = await openRunRepository(recorded, options.workingDirectory, dependencies);
  try {
    const opened = await openReplay(options, dependencies, repository);
    const outcome = await runStages(options, opened);
    const differences = opened.differences.map(({ reviewer, turn, callId, tool }) => ({
      reviewer,
      turn,
      callId,
      tool,
    }));
    for (const { reviewer, turn, tool, callId } of differences) {
      const message = `replay: ${reviewer}, turn ${turn}, ${tool} (${callId}) answers otherwise than recorded`;
      await dependencies.emit({ type: 'notice', level: 'warning', message });
    }
    return { ...outcome, differences };
  } finally {
    await repository.close();
  }
}

function runStages(options: ReviewOptions, opened: OpenedRun): Promise<ReviewOutcome> {
  return withRun(opened.context, async (context) => {
    await context.emit({
      type: 'run-start',
      runId: context.run.id,
      target: describeTarget(context),
      resumed: opened.resumed,
    });
    const kept = options.from === 'publish' && opened.resumed ? await readRunReport(context.run) : null;
    const report = kept ?? (await makeReport(context, opened, options));
    const parts = postedParts(options, context.config.publish);
    const receipt = parts.length === 0 ? null : await post(context, report, parts);
    // Posting shows it there by itself.
    if (receipt === null)
      await showInRunner({ ...context, objects: context.repository }, { report, receipt });
    await finishRun(context, report);
    const outcome = toOutcome(report, context.run, context.config.failOn);
    return receipt === null
      ? outcome
      : { ...outcome, receipt, exitCode: postingExitCode(outcome.exitCode, receipt) };
  });
}

async function makeReport(context: RunContext, opened: OpenedRun, options: ReviewOptions): Promise<Report> {
  await writeCollected(context, opened);
  await reviewStage(context, {
    only: null,
    again: options.from === 'collect' || options.from === 'review',
  });
  await reconcileStage(context);
  await verifyStage(context);
  return renderStage(context);
}

function post(context: RunContext, report: Report, parts: readonly PostTarget[]): Promise<PublishReceipt> {
  const { repository, config } = context;
  return publishStage(
    { ...context, objects: repository, settings: config.publish, failOn: config.failOn },
    { report, parts },
  );
}

function describeTarget(context: RunContext): string {
  const { repository, slug } = context.manifest.current.target;
  return `${repository} ${slug}`;
}
