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
/** Of a stage that only computes, and of a session of an examiner. */
const secondsPerStep = 2;
const secondsPerSession = 20;
const timesNotice =
  'Its times are not measured: they are set, 7 seconds for every tool call, so that this sample is the same wherever it is made.';

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

/** The reviewers work at once, as long as their tool calls take; then each examiner holds its sessions in a row. */
function fixTimes(report: Report): Report {
  const reviewers = report.reviewers.map((one) => ({
    ...one,
    startedAt: after(secondsPerStep),
    durationMs: one.toolCalls.length * secondsPerCall * 1000,
    toolCalls: one.toolCalls.map((call) => ({ ...call, durationMs: secondsPerCall * 1000 })),
  }));
  const durations = new Map(reviewers.map(({ reviewer, durationMs }) => [reviewer.id, durationMs]));
  const slowest = Math.max(...durations.values()) / 1000;
  return {
    ...report,
    run: fixRunTimes(report.run, slowest),
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

function fixRunTimes(run: Report['run'], secondsOfReviews: number): Report['run'] {
  const reviewsEnd = secondsPerStep + secondsOfReviews;
  const examinationsStart = reviewsEnd + secondsPerStep;
  const held = new Map<string, number>();
  const sessions = (run.sessions ?? []).map((session) => {
    const before = held.get(session.reviewer) ?? 0;
    held.set(session.reviewer, before + 1);
    const from = session.work === 'examination' ? examinationsStart : reviewsEnd;
    return {
      ...session,
      startedAt: after(from + before * secondsPerSession),
      durationMs: secondsPerSession * 1000,
    };
  });
  const secondsOfExaminations = Math.max(0, ...held.values()) * secondsPerSession;
  const times: Record<string, [from: number, seconds: number]> = {
    collect: [0, secondsPerStep],
    review: [secondsPerStep, secondsOfReviews],
    reconcile: [reviewsEnd, secondsPerStep],
    verify: [examinationsStart, secondsOfExaminations],
  };
  const stages = (run.stages ?? []).map((stage) => {
    const [from = 0, seconds = 0] = times[stage.stage] ?? [];
    return { ...stage, startedAt: after(from), durationMs: seconds * 1000 };
  });
  const wallClockMs = (examinationsStart + secondsOfExaminations + secondsPerStep) * 1000;
  return { ...run, startedAt, wallClockMs, stages, sessions };
}

/** So many seconds after the start. */
function after(seconds: number): string {
  return new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
}
