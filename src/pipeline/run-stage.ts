import { resolve } from 'node:path';
import type { PublishReceipt } from '../domain/publication.ts';
import { UsageError } from '../errors.ts';
import { makeRunFolder, type RunDirectory, runDirectoryAt } from '../run/run-directory.ts';
import { openExistingRun } from './open-existing-run.ts';
import { openRun } from './open-run.ts';
import { openRunRepository } from './open-run-repository.ts';
import { openTarget } from './open-target.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { type ReviewOutcome, toOutcome } from './outcome.ts';
import { publishRun } from './publish-run.ts';
import { parseStageName } from './schemas.ts';
import { showInRunner } from './show-in-runner.ts';
import { writeCollected } from './stage-collect.ts';
import { reconcileStage } from './stage-reconcile.ts';
import { finishRun, renderStage } from './stage-render.ts';
import { reviewStage } from './stage-review.ts';
import { verifyStage } from './stage-verify.ts';
import { addWorkTime, withRun } from './with-run.ts';

export interface StageOptions extends ReviewOptions {
  stage: string;
  /** The run directory; `collect` makes it, the others need it. */
  run: string | null;
  /** With `review`: this reviewer only. */
  reviewer: string | null;
}

export interface StageOutcome {
  stage: string;
  runDir: string;
  exitCode: number;
  /** Only of `render`: what the whole review came to. */
  review?: ReviewOutcome;
  /** Only of `publish`: what stands where. */
  receipt?: PublishReceipt;
}

/** One stage of a run, for machines that share its directory. `render` gives the exit code of the whole review. */
export async function runStage(
  options: StageOptions,
  dependencies: PipelineDependencies,
): Promise<StageOutcome> {
  const stage = parseStageName(options.stage);
  if (options.run === null)
    throw new UsageError(`stage ${stage} needs a run directory`, { hint: 'name it with --run DIR' });
  const run = runDirectoryAt(resolve(options.workingDirectory, options.run));
  if (stage === 'publish')
    return {
      stage,
      runDir: run.path,
      ...(await publishRun(options, dependencies, run)),
    };
  if (stage === 'collect') return collectRun(options, dependencies, run);
  const repository = await openRunRepository(run, options.workingDirectory, dependencies);
  try {
    const job = { stage, reviewer: stage === 'review' ? options.reviewer : null };
    const context = await openExistingRun(options, dependencies, { repository, run, job });
    return await withRun(context, async (locked) => {
      if (stage === 'review') await reviewStage(locked, { only: options.reviewer, again: false });
      if (stage === 'reconcile') await reconcileStage(locked);
      if (stage === 'verify') await verifyStage(locked);
      if (stage === 'render') {
        const report = await renderStage(locked);
        await showInRunner({ ...locked, objects: repository }, { report, receipt: null });
        await finishRun(locked, report);
        const review = toOutcome(report, run, locked.config.failOn);
        return { stage, runDir: run.path, exitCode: review.exitCode, review };
      }
      await addWorkTime(locked);
      return { stage, runDir: run.path, exitCode: 0 };
    });
  } finally {
    await repository.close();
  }
}

async function collectRun(
  options: StageOptions,
  dependencies: PipelineDependencies,
  run: RunDirectory,
): Promise<StageOutcome> {
  const startedAt = dependencies.clock.now();
  const { repository, ...target } = await openTarget(options, dependencies);
  try {
    const opened = await openRun(options, dependencies, { ...target, repository, run, startedAt });
    await makeRunFolder(run);
    await withRun(opened.context, async (context) => {
      await writeCollected(context, opened);
      await addWorkTime(context);
    });
    return { stage: 'collect', runDir: run.path, exitCode: 0 };
  } finally {
    await repository.close();
  }
}
