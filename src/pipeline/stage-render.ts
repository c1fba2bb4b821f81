import { join } from 'node:path';
import type { Report } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { buildReport } from '../render/build/build-report.ts';
import { renderAll } from '../render/render-all.ts';
import { createSourceReader } from '../render/source/source-reader.ts';
import { readDecisions } from '../resolve/decisions-file.ts';
import { toCommentRows } from '../resolve/to-comment-rows.ts';
import { toResolution } from '../resolve/to-resolution.ts';
import { transcriptFile } from './consolidation-file.ts';
import { describeRun } from './describe-run.ts';
import { readDuplicatesFile } from './duplicates-file.ts';
import { readEarlierSpending, type SessionCost } from './earlier-spending.ts';
import { findSymbols } from './find-symbols.ts';
import { readGuard } from './guard-review.ts';
import { readInstructions } from './read-instructions.ts';
import { readReviews } from './read-reviews.ts';
import { requireCurrent } from './require-current.ts';
import { readRoundMatches } from './round-matches.ts';
import { type RunContext, type RunWork, recordStage } from './run-context.ts';
import { readSecondLooks } from './second-looks-file.ts';
import { settleEarlier } from './settle-earlier.ts';
import { readChange, writeOtherPack } from './stage-collect.ts';
import { consolidate } from './stage-consolidate.ts';
import { readClusters } from './stage-reconcile.ts';
import { readVerification } from './stage-verify.ts';
import { readContextFile, suggestNotes } from './suggest-notes.ts';

/** `render/report.json` and its renderings. Gives the report. */
export async function renderStage(context: RunContext): Promise<Report> {
  const change = await readChange(context);
  const reviews = await readReviews(context, change);
  const guard = await readGuard(context);
  const sources = guard === null ? reviews : [...reviews, guard];
  const clusters = await readClusters(context);
  const duplicates = await readDuplicatesFile(context.run);
  const { verdicts, ledger } = await readVerification(context);
  requireCurrent(context, 'reconcile', sources);
  const roundMatches = await readRoundMatches(context, change);
  requireCurrent(context, 'verify', [sources, clusters, roundMatches]);
  return recordStage(context, 'render', [change, sources, clusters, verdicts, ledger], async (paid) => {
    await writeOtherPack(context, change, pathsOf(sources));
    const looks = await readSecondLooks(context.run);
    const unused = await readUnusedWriting(context);
    const work = { reviews, sessions: verdicts.sessions ?? [], duplicates, looks, ...unused };
    const run = describeRun(context, { ...work, consolidation: null });
    const earlierFindings = await settleEarlier(context, {
      ...{ change, reviews: sources, clusters, ledger },
      matches: roundMatches,
      status: run.status,
    });
    const input = {
      toolVersion: context.toolVersion,
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
      roundMatches,
      ...(earlierFindings === undefined ? {} : { earlierFindings }),
    };
    const computed = buildReport({ ...input, run, prose: null });
    const consolidation = await consolidate(context, { report: computed, change, sources, paid });
    const built =
      consolidation === null
        ? computed
        : buildReport({
            ...input,
            run: describeRun(context, { ...work, consolidation }),
            prose: { ...consolidation.prose, writer: consolidation.writer },
          });
    const { decisions } = await readDecisions(context.run);
    const commented = toCommentRows({ change, findings: built.findings });
    const note = await readContextFile(context.repository, change.base.sha);
    const report = await suggestNotes({
      ...{ run: context.run, change, decisions, note, egress: context.config.egress },
      report: { ...built, resolution: toResolution(decisions, commented) },
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

/** Sessions of the report's writer in earlier sittings, should none be taken over; empty for none. */
async function readUnusedWriting(context: RunContext): Promise<{ unused?: SessionCost }> {
  const { costUsd, lostRequests } = await readEarlierSpending(transcriptFile(context));
  return costUsd === 0 && lostRequests.count === 0 ? {} : { unused: { costUsd, lostRequests } };
}

function pathsOf(reviews: readonly Review[]): string[] {
  return reviews.flatMap((review) =>
    review.findings.flatMap((finding) => finding.locations.map((location) => location.path)),
  );
}

/** Writes how the run ended. */
export async function finishRun(context: RunWork, report: Report): Promise<void> {
  await context.manifest.update((manifest) => ({
    ...manifest,
    status: report.run.status,
    wallClockMs: report.run.wallClockMs,
    costUsd: report.run.costUsd,
  }));
  await context.emit({ type: 'run-end', status: report.run.status });
}
