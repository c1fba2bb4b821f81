import { resolve } from 'node:path';
import type { Change } from '../domain/change.ts';
import type { PostTarget } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import type { SecondLook } from '../domain/second-look.ts';
import { InternalError, RunDirectoryError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { runDirectoryAt } from '../run/run-directory.ts';
import { openExistingRun } from './open-existing-run.ts';
import { refuseToPost } from './open-publisher.ts';
import { openRunRepository } from './open-run-repository.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { type ReviewOutcome, toOutcome } from './outcome.ts';
import { type LookRequest, planLooks } from './plan-looks.ts';
import { postedParts } from './posted-parts.ts';
import { postingExitCode } from './posting-outcome.ts';
import { readRunReport } from './publish-run.ts';
import { reviewAgain } from './review-again.ts';
import type { RunContext } from './run-context.ts';
import { secondLookNotices } from './second-look-notices.ts';
import { keepSecondLook, readSecondLooks } from './second-looks-file.ts';
import { showInRunner } from './show-in-runner.ts';
import { readChange } from './stage-collect.ts';
import { publishStage } from './stage-publish.ts';
import { reconcileStage } from './stage-reconcile.ts';
import { finishRun, renderStage } from './stage-render.ts';
import { verifyStage } from './stage-verify.ts';
import { withRun } from './with-run.ts';

export interface LookAgainOptions extends ReviewOptions {
  /** The run directory. */
  run: string;
  /** At least one. */
  asked: readonly LookRequest[];
  /** Login of who asked in a comment, and that comment; null for whoever called the program. */
  by: string | null;
  comment: SecondLook['comment'];
}

export interface LookAgainOutcome extends ReviewOutcome {
  /** What came of each, in sentences. */
  again: string[];
}

/**
 * Does single pieces of a finished run again, and everything that follows from them: one reviewer is asked anew, or one
 * finding checked anew. The rest of the run is kept and not paid again. A call that was stopped is continued by the same
 * call; what a comment asked for once is done once.
 */
export async function lookAgain(
  options: LookAgainOptions,
  dependencies: PipelineDependencies,
): Promise<LookAgainOutcome> {
  const run = runDirectoryAt(resolve(options.workingDirectory, options.run));
  const repository = await openRunRepository(run, options.workingDirectory, dependencies);
  try {
    const context = await openExistingRun(options, dependencies, { repository, run, job: null });
    const change = await readChange(context);
    const parts = postedParts(options, context.config.publish);
    if (parts.length > 0) await refuseToPost(dependencies, change);
    await requireFinished(context);
    const plan = async () => planLooks(context, { ...options, change, report: await readRunReport(run) });
    // What is wrong with the call is said before the run is touched.
    await plan();
    return await withRun(context, async (locked) => {
      const looks = await plan();
      const report = await workOn(locked, change, looks);
      return finish(locked, { report, looks, parts, repository });
    });
  } finally {
    await repository.close();
  }
}

/**
 * A run that was never finished is to be continued by what began it. One that was stopped while it was looked at again, or
 * just before, has its report.
 */
async function requireFinished({ run, manifest }: RunContext): Promise<void> {
  const { status, stages } = manifest.current;
  if (status !== null && status !== 'cancelled') return;
  const isRendered = stages.some(({ stage }) => stage === 'render');
  if (isRendered && stages.every((one) => one.stage === 'publish' || one.status === 'completed')) return;
  if ((await readSecondLooks(run)).some(({ done }) => !done)) return;
  throw new RunDirectoryError(`${run.path} is not finished`, {
    hint: 'continue it by the command that began it',
  });
}

async function workOn(context: RunContext, change: Change, looks: SecondLook[]): Promise<Report> {
  const open = looks.filter(({ done }) => !done);
  if (open.length === 0) return readRunReport(context.run);
  for (const look of open) await keepSecondLook(context.run, look);
  for (const look of open) {
    if (look.subject.kind !== 'review') continue;
    look.subject = await reviewAgain(context, change, look.subject);
    await keepSecondLook(context.run, look);
  }
  if (open.some(({ subject }) => subject.kind === 'review')) await reconcileStage(context);
  await verifyStage(context);
  const report = await renderStage(context);
  for (const look of open) {
    const settled = (await readSecondLooks(context.run)).find(({ number }) => number === look.number);
    if (settled === undefined) throw new InternalError(`the second look ${look.number} is gone`);
    look.subject = settled.subject;
    look.done = true;
    await keepSecondLook(context.run, look);
  }
  return report;
}

async function finish(
  context: RunContext,
  input: {
    report: Report;
    looks: readonly SecondLook[];
    parts: readonly PostTarget[];
    repository: LocalRepository;
  },
): Promise<LookAgainOutcome> {
  const { report, parts, repository: objects, looks } = input;
  const { config } = context;
  const receipt =
    parts.length === 0
      ? null
      : await publishStage(
          { ...context, objects, settings: config.publish, failOn: config.failOn },
          { report, parts },
        );
  if (receipt === null) await showInRunner({ ...context, objects }, { report, receipt });
  await finishRun(context, report);
  const outcome = { ...toOutcome(report, context.run, config.failOn), again: secondLookNotices(looks) };
  return receipt === null
    ? outcome
    : { ...outcome, receipt, exitCode: postingExitCode(outcome.exitCode, receipt) };
}
