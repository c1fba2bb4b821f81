import {
  defaultPublishSettings,
  findPackageDirectory,
  PublishSettings,
  readPackageVersion,
} from '../config.ts';
import type { PublishReceipt } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import type { RunManifest } from '../domain/run.ts';
import { FailOn } from '../domain/run-outcome.ts';
import { RunDirectoryError } from '../errors.ts';
import { parseReport } from '../render/parse-report.ts';
import { readPlainFile } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { openJobManifest } from '../run/run-job.ts';
import { refuseToPost } from './open-publisher.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { postedParts } from './posted-parts.ts';
import { postingExitCode } from './posting-outcome.ts';
import type { PublishContext } from './publish-context.ts';
import { refuseLinkedParts } from './refuse-linked-parts.ts';
import { findObjects } from './render-report-file.ts';
import { publishStage } from './stage-publish.ts';
import { finishRun } from './stage-render.ts';
import { withRun } from './with-run.ts';

/**
 * Posts the report of a finished run, on a machine that may have nothing but its directory: no repository, no key of a
 * model. 4 when something that should have been posted was not; what was found is for `render` to say.
 */
export async function publishRun(
  options: Pick<ReviewOptions, 'workingDirectory' | 'flags' | 'post' | 'postAsConfigured'>,
  dependencies: PipelineDependencies,
  run: RunDirectory,
): Promise<{ exitCode: 0 | 4; receipt: PublishReceipt }> {
  await refuseLinkedParts(run);
  const job = { stage: 'publish', reviewer: null } as const;
  const manifest = await openJobManifest(run, job);
  const report = await readRunReport(run);
  await refuseToPost(dependencies, report.change);
  const path = run.file('render', 'report.json');
  const objects = await findObjects(
    { report: path, out: null, workingDirectory: options.workingDirectory },
    report,
    dependencies,
  );
  try {
    const context: PublishContext = {
      ...dependencies,
      run,
      job,
      manifest,
      startedAt: dependencies.clock.now(),
      objects,
      packageDirectory: findPackageDirectory(),
      toolVersion: readPackageVersion(),
      ...settingsOf(manifest.current),
      ...(options.flags.failOn === null ? {} : { failOn: options.flags.failOn }),
    };
    const receipt = await withRun(context, async (locked) => {
      const posted = await publishStage(locked, { report, parts: postedParts(options, context.settings) });
      await finishRun(locked, report);
      return posted;
    });
    return { exitCode: postingExitCode(0, receipt), receipt };
  } finally {
    await objects?.close();
  }
}

/** The report as the stage `render` left it. */
export async function readRunReport(run: RunDirectory): Promise<Report> {
  const path = run.file('render', 'report.json');
  const text = await readPlainFile(path);
  if (text === null)
    throw new RunDirectoryError(`${path} is missing`, { hint: 'run the stage "render" first' });
  return parseReport(text, path);
}

/** As the call that began the run settled them; the defaults for a run of a version without them. */
function settingsOf({ config }: RunManifest): Pick<PublishContext, 'settings' | 'failOn'> {
  const settings = PublishSettings.safeParse(config.publish);
  const failOn = FailOn.safeParse(config.failOn);
  return {
    settings: settings.success ? settings.data : defaultPublishSettings,
    failOn: failOn.success ? failOn.data : 'critical',
  };
}
