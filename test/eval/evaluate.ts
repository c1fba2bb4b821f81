import type { RawFinding } from '../../src/domain/finding.ts';
import { loadBench } from './load-bench.ts';
import { loadReports } from './load-reports.ts';
import { loadRun } from './load-runs.ts';
import { measureAblations } from './measure-ablations.ts';
import { measureBands } from './measure-bands.ts';
import { measureBenchPairs } from './measure-bench-pairs.ts';
import { chooseReviewers, measureClusters, threeReviewers } from './measure-clusters.ts';
import { measureDrops } from './measure-drops.ts';
import { measureOrder } from './measure-order.ts';
import { measureReportPairs } from './measure-report-pairs.ts';
import { measureRuns } from './measure-runs.ts';
import { measureSeverity } from './measure-severity.ts';
import { measureSpeed } from './measure-speed.ts';
import type { DataFiles } from './read-lines.ts';
import type { Measured } from './row.ts';

/** With fewer, thousands of findings would be mostly the same text, as no run's are. */
const fewestTexts = 100;

/** Every row that the data allow, of the real code on recorded findings. Throws `DataError` for data that do not fit. */
export function evaluate(files: DataFiles): Measured {
  const reports = files.reports === null ? [] : loadReports(files.reports);
  const bench = files.bench === null ? [] : loadBench(files.bench);
  const runs = files.runs.map(loadRun);
  const lists: (readonly RawFinding[])[] = [
    ...reports.map(({ findings }) => findings),
    ...chooseReviewers(bench, threeReviewers).map(({ findings }) => findings),
    ...runs.map(({ reviews }) => reviews.flatMap(({ findings }) => findings)),
  ].filter((findings) => findings.length > 0);
  const parts: Measured[] = [measureRuns(runs)];
  if (reports.length > 0) {
    parts.push(measureReportPairs(reports));
    parts.push({
      rows: measureSeverity(reports.flatMap(({ rated }) => rated)),
      details: [measureDrops(reports)],
    });
  }
  if (bench.length > 0) {
    parts.push(measureBenchPairs(bench), measureClusters(bench));
    parts.push({ rows: [], details: measureAblations(bench, threeReviewers) });
  }
  if (reports.length + bench.length > 0) {
    const groups = [
      { name: 'recorded reviews', changes: reports },
      {
        name: `benchmark, ${threeReviewers.length} reviewers`,
        changes: chooseReviewers(bench, threeReviewers),
      },
      { name: 'benchmark, all reviewers', changes: bench },
    ].filter(({ changes }) => changes.length > 0);
    parts.push({ rows: [], details: [measureBands(groups)] });
  }
  const texts = lists.flat();
  if (texts.length >= fewestTexts) parts.push(measureSpeed(texts));
  if (lists.length > 0) parts.push({ rows: [measureOrder(lists)], details: [] });
  return {
    rows: parts.flatMap(({ rows }) => rows),
    details: parts.flatMap(({ details }) => details),
  };
}
