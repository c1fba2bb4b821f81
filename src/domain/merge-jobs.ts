import { sumUsd } from './cost.ts';
import { stageNames } from './event.ts';
import type { RunJob, RunManifest, StageRecord } from './run.ts';

/**
 * A run as its manifest and the jobs that worked on it tell together, whichever of them was copied here first. Jobs that
 * the manifest knows already, and those of other runs, add nothing. Reviewers at work in jobs of their own are one stage: from the first to the
 * last of them.
 */
export function mergeJobs(manifest: RunManifest, jobs: readonly RunJob[]): RunManifest {
  const known = new Set(manifest.jobs ?? []);
  const own = jobs.filter(({ run }) => run === manifest.id);
  const fresh = own.filter(({ id }) => !known.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (fresh.length === 0) return manifest;
  const stages = stageNames.flatMap((stage) => {
    const before = manifest.stages.filter((record) => record.stage === stage);
    const added = fresh.flatMap(({ record }) => (record?.stage === stage ? [record] : []));
    const records = stage === 'review' || added.length === 0 ? [...before, ...added] : added;
    return joinRecords(records);
  });
  const reviews = fresh.filter(({ stage }) => stage === 'review');
  const others = fresh.filter(({ stage }) => stage !== 'review');
  const decisive = lastOf(others);
  return {
    ...manifest,
    status: decisive === null ? manifest.status : decisive.status,
    costUsd: decisive?.costUsd ?? manifest.costUsd,
    wallClockMs:
      manifest.wallClockMs +
      Math.max(0, ...reviews.map(({ wallClockMs }) => wallClockMs)) +
      others.reduce((sum, { wallClockMs }) => sum + wallClockMs, 0),
    stages,
    units: Object.assign({}, manifest.units, ...fresh.map(({ units }) => units)),
    jobs: [...known, ...fresh.map(({ id }) => id)].sort(),
  };
}

/** Of the latest stage: what it says of the run counts. */
function lastOf(jobs: readonly RunJob[]): RunJob | null {
  const order = [...jobs].sort((a, b) => stageNames.indexOf(a.stage) - stageNames.indexOf(b.stage));
  return order.at(-1) ?? null;
}

/** One record of a stage that was worked on in several jobs; none of none. */
function joinRecords(records: readonly StageRecord[]): StageRecord[] {
  const [first] = records;
  if (first === undefined || records.length === 1) return [...records];
  const started = records.map(({ startedAt }) => Date.parse(startedAt));
  const begin = Math.min(...started);
  const ends = records.map(({ durationMs }, at) =>
    durationMs === null ? null : (started[at] ?? begin) + durationMs,
  );
  const open = records.find(({ status }) => status === 'running');
  const failed = records.find(({ status }) => status === 'failed');
  return [
    {
      stage: first.stage,
      status: open?.status ?? failed?.status ?? 'completed',
      inputDigest: records
        .map(({ inputDigest }) => inputDigest)
        .sort()
        .join(' '),
      startedAt: new Date(begin).toISOString(),
      durationMs: ends.some((end) => end === null)
        ? null
        : Math.max(...ends.map((end) => end ?? begin)) - begin,
      costUsd: sumUsd(records.map(({ costUsd }) => costUsd)),
      cause: failed?.cause ?? null,
    },
  ];
}
