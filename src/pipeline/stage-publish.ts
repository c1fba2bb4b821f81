import { join } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { FileDiff } from '../domain/change.ts';
import { type PostTarget, PublishReceipt } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import { RunDirectoryError } from '../errors.ts';
import { decideConclusion } from '../publish/decide-conclusion.ts';
import { publish } from '../publish/publish.ts';
import { buildPublication } from '../render/publish/build-publication.ts';
import { createSourceReader, noSources } from '../render/source/source-reader.ts';
import { loadTemplates } from '../render/templates.ts';
import { readArtifact } from '../run/read-artifact.ts';
import { answerSecondLooks } from './answer-second-looks.ts';
import { type OpenedPublisher, openPublisher } from './open-publisher.ts';
import { isIncomplete } from './outcome.ts';
import { describePosting, failedReceipt, isPosted, unpostedCause } from './posting-outcome.ts';
import type { PublishContext } from './publish-context.ts';
import { type RunWork, recordStage } from './run-context.ts';
import { readSecondLooks } from './second-looks-file.ts';
import { showInRunner } from './show-in-runner.ts';
import { readChange } from './stage-collect.ts';
import { findWithdrawn } from './withdrawn-findings.ts';

/**
 * Posts a report to its pull request and writes `publish/receipt.json`. The report is on the disk by then: whatever the
 * forge does, it stays, and only a stop rejects. A rerun posts what is missing.
 */
export async function publishStage(
  context: PublishContext,
  { report, parts }: { report: Report; parts: readonly PostTarget[] },
): Promise<PublishReceipt> {
  const change = await readChange(context);
  if (change.head.sha !== report.change.head.sha)
    throw new RunDirectoryError(`the report of ${context.run.path} is about another commit than its change`, {
      hint: 'run the stage "render" again',
    });
  const opened = await openPublisher(context, report.change);
  const input: PostInput = { report, files: change.files, parts, ...opened };
  return recordStage(
    context,
    'publish',
    [report.run.id, change.head.sha, parts, context.settings],
    async () => {
      context.run.memory.open();
      const receipt = await postReport(context, input);
      for (const message of describePosting(receipt).filter((line) => !line.startsWith('posted')))
        await context.emit({ type: 'notice', level: 'warning', message });
      await answerSecondLooks(context, { report, receipt, opened });
      await showInRunner(context, { report, receipt });
      return receipt;
    },
    (receipt) => (isPosted(receipt) ? null : unpostedCause(receipt)),
  );
}

interface PostInput extends OpenedPublisher {
  report: Report;
  files: readonly FileDiff[];
  parts: readonly PostTarget[];
}

/** A mistake of ours, too, ends as a receipt that says so: the report is more than its posting. */
async function postReport(context: PublishContext, input: PostInput): Promise<PublishReceipt> {
  try {
    return await postParts(context, input);
  } catch (cause) {
    context.signal.throwIfAborted();
    const { head } = input.report.change;
    const receipt = failedReceipt({ ...input.pullRequest, head: head.sha, parts: input.parts }, cause);
    await writeReceipt(context, receipt);
    return receipt;
  }
}

async function postParts(
  context: PublishContext,
  { report, files, parts, publisher, pullRequest }: PostInput,
): Promise<PublishReceipt> {
  const { settings, failOn, environment, signal, clock, emit, objects } = context;
  const publication = await buildPublication({
    report,
    files,
    sources: objects === null ? noSources : createSourceReader(objects),
    templates: await loadTemplates(join(context.packageDirectory, 'templates')),
    reportUrl: environment.actions?.runUrl ?? null,
    targets: parts,
    inline: {
      from: settings.inline,
      limit: settings.inlineLimit,
      resolveThreads: settings.resolveThreads,
    },
    withdrawn: findWithdrawn(await readSecondLooks(context.run), report),
    conclusion: decideConclusion({
      runStatus: report.run.status,
      incomplete: isIncomplete(report),
      severities: report.findings.map(({ severity }) => severity),
      failOn,
      blockOnOutage: settings.blockOnOutage,
    }),
  });
  return publish(
    { publication, pullRequest, earlierReceipt: await readReceipt(context) },
    {
      publisher,
      signal,
      clock: { now: clock.now, date: clock.date, sleep },
      emit,
      writeReceipt: (receipt) => writeReceipt(context, receipt),
    },
  );
}

/** null: nothing was ever posted about this run. */
async function readReceipt({ run }: RunWork): Promise<PublishReceipt | null> {
  const path = run.file('publish', 'receipt.json');
  const found = await readArtifact({ path, schema: PublishReceipt, version: 1, memory: run.memory });
  return found.outcome === 'found' ? found.value : null;
}

function writeReceipt({ run }: RunWork, receipt: PublishReceipt): Promise<void> {
  return run.memory.write(run.file('publish', 'receipt.json'), `${JSON.stringify(receipt, null, 2)}\n`);
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleepFor(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
