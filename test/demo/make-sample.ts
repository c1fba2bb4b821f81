import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../src/config.ts';
import type { Report } from '../../src/domain/report.ts';
import { renderReportFile } from '../../src/pipeline.ts';
import { parseReport, writeReport } from '../../src/render/parse-report.ts';
import { reviewSample } from './review-sample.ts';

/** The files of the sample, as a run has them. */
export const sampleFiles = ['report.json', 'report.md', 'report.html', 'summary.md', 'report.sarif'] as const;

/** Half an hour after the last commit of the sample repository. */
const startedAt = '2026-04-16T09:43:00.000Z';
const secondsPerCall = 7;
const timesNotice =
  'Its times are not measured: every tool call counts as 7 seconds, so that this sample is the same wherever it is made.';

/**
 * Makes the sample: the demonstration's report, with times that depend on nothing. The same version of the program
 * writes the same bytes into `out`, on every machine.
 */
export async function makeSample(out: string, signal: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deep-review-sample-'));
  try {
    const { outcome, repository } = await reviewSample({
      folder,
      out: join(folder, 'runs'),
      clock: { now: () => performance.now(), date: () => new Date(startedAt) },
      notices: [timesNotice],
      emit: () => undefined,
      signal,
    });
    const report = fixTimes(parseReport(readFileSync(outcome.files.json, 'utf8'), outcome.files.json));
    mkdirSync(out, { recursive: true });
    const file = join(out, 'report.json');
    writeFileSync(file, writeReport(report));
    await renderReportFile(
      { report: file, out, workingDirectory: repository },
      { environment: readEnvironment({ XDG_CACHE_HOME: join(folder, 'cache') }), signal },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Durations are those of the tool calls; the run's is that of its slowest reviewer and the examiners after it. */
function fixTimes(report: Report): Report {
  const reviewers = report.reviewers.map((one) => ({
    ...one,
    startedAt,
    durationMs: one.toolCalls.length * secondsPerCall * 1000,
    toolCalls: one.toolCalls.map((call) => ({ ...call, durationMs: secondsPerCall * 1000 })),
  }));
  const slowest = Math.max(...reviewers.map(({ durationMs }) => durationMs));
  const durations = new Map(reviewers.map(({ reviewer, durationMs }) => [reviewer.id, durationMs]));
  return {
    ...report,
    run: { ...report.run, startedAt, wallClockMs: slowest + 60_000 },
    reviewers,
    guard: report.guard == null ? report.guard : { ...report.guard, startedAt, durationMs: 0 },
    retro: {
      ...report.retro,
      columns: report.retro.columns.map((column) => ({
        ...column,
        durationMs: durations.get(column.reviewer) ?? 0,
      })),
    },
  };
}
