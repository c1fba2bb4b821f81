import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishReceipt } from '../domain/publication.ts';
import type { Report } from '../domain/report.ts';
import { reasonOf } from '../errors.ts';
import { annotateFindings } from '../render/publish/check-annotations.ts';
import { renderStepSummary } from '../render/publish/step-summary.ts';
import { createSourceReader, noSources } from '../render/source/source-reader.ts';
import { loadTemplates } from '../render/templates.ts';
import type { PublishContext } from './publish-context.ts';

/** Bytes that one step may leave on its run's page. */
const mostBytes = 2 ** 20;
/** A runner shows no more of each kind; the page of the run has them all. */
const mostAnnotations = 10;

/** What it takes to leave a report on the page of a workflow's run. */
type RunnerContext = Pick<PublishContext, 'environment' | 'signal' | 'emit' | 'objects' | 'packageDirectory'>;

/**
 * In a workflow: the whole report on the page of its run, and, where the token may not write to the pull request, its
 * findings as annotations. `receipt` null: nothing was to be posted. What keeps this from being done is said, and changes nothing else.
 */
export async function showInRunner(
  context: RunnerContext,
  { report, receipt }: { report: Report; receipt: PublishReceipt | null },
): Promise<void> {
  const { actions } = context.environment;
  if (actions === null) return;
  if (receipt?.parts.some(({ cause }) => cause?.code === 'missing-permission'))
    for (const annotation of annotateFindings(report).slice(0, mostAnnotations))
      await context.emit({ type: 'annotation', annotation });
  if (actions.stepSummary === null) return;
  try {
    await appendSummary(actions.stepSummary, await renderSummary(context, report));
  } catch (cause) {
    context.signal.throwIfAborted();
    const message = `the step summary could not be written: ${reasonOf(cause)}`;
    await context.emit({ type: 'notice', level: 'warning', message });
  }
}

async function renderSummary(context: RunnerContext, report: Report): Promise<string> {
  return renderStepSummary({
    report,
    sources: context.objects === null ? noSources : createSourceReader(context.objects),
    templates: await loadTemplates(join(context.packageDirectory, 'templates')),
    reportUrl: context.environment.actions?.runUrl ?? null,
  });
}

/** Other commands of the step may have written there: what is too much for one step would be dropped with the rest. */
async function appendSummary(path: string, text: string): Promise<void> {
  const before = await stat(path).then(
    (entry) => entry.size,
    (cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 0;
      throw cause;
    },
  );
  if (before + Buffer.byteLength(text) > mostBytes)
    throw new Error('this step has written so much there that a runner would drop it all');
  await appendFile(path, text);
}
