import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stageNames } from '../../src/domain/event.ts';
import { mergeJobs } from '../../src/domain/merge-jobs.ts';
import type { RunJob, RunManifest, StageRecord } from '../../src/domain/run.ts';

const collected: RunManifest = {
  schemaVersion: 1,
  toolVersion: '1.0.0',
  id: 'run',
  target: { repository: 'local/x', slug: 'topic', base: 'a'.repeat(40), head: 'b'.repeat(40) },
  reviewers: [],
  config: {},
  configDigest: '',
  status: null,
  seal: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  wallClockMs: 1000,
  costUsd: null,
  stages: [recordOf('collect', 0, 1000)],
  units: {},
};

function recordOf(stage: StageRecord['stage'], second: number, durationMs: number | null): StageRecord {
  return {
    stage,
    status: durationMs === null ? 'running' : 'completed',
    inputDigest: `${stage}-${second}`,
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    durationMs,
    costUsd: durationMs === null ? null : 0.25,
    cause: null,
  };
}

function jobOf(at: number, record: StageRecord, more: Partial<RunJob> = {}): RunJob {
  const id = at.toString(16).padStart(32, '0');
  const wallClockMs = record.durationMs ?? 0;
  const { stage } = record;
  return {
    schemaVersion: 1,
    id,
    run: 'run',
    stage,
    record,
    units: {},
    status: null,
    wallClockMs,
    costUsd: null,
    ...more,
  };
}

test('reviewers at work apart are one stage, from the first to the last, and other stages follow', () => {
  const jobs = [
    jobOf(1, recordOf('review', 10, 20_000), { units: { 'review/claude.json': 'c' } }),
    jobOf(2, recordOf('review', 5, 10_000), { units: { 'review/codex.json': 'd' } }),
    jobOf(3, recordOf('verify', 40, 2000)),
    jobOf(4, recordOf('render', 50, 3000), { status: 'complete', costUsd: 1.5 }),
  ];
  expect(mergeJobs(collected, jobs)).toEqual({
    ...collected,
    status: 'complete',
    costUsd: 1.5,
    wallClockMs: 1000 + 20_000 + 2000 + 3000,
    stages: [
      recordOf('collect', 0, 1000),
      { ...recordOf('review', 5, 25_000), inputDigest: 'review-10 review-5', costUsd: 0.5 },
      recordOf('verify', 40, 2000),
      recordOf('render', 50, 3000),
    ],
    units: { 'review/claude.json': 'c', 'review/codex.json': 'd' },
    jobs: jobs.map(({ id }) => id),
  });
  const others = jobs.map((job) => ({ ...job, run: 'another' }));
  expect(mergeJobs(collected, others)).toEqual(collected);
  const killed = [...jobs.slice(0, 1), jobOf(2, recordOf('review', 5, null))];
  expect(mergeJobs(collected, killed).stages[1]).toMatchObject({ status: 'running', durationMs: null });
});

test('whatever order jobs come in, and however often, they come to the same and nothing is lost', () => {
  const anyJob = fc
    .record({
      at: fc.nat(40),
      stage: fc.constantFrom(...stageNames.filter((stage) => stage !== 'collect')),
      second: fc.nat(500),
      durationMs: fc.option(fc.nat(100_000)),
    })
    .map(({ at, stage, second, durationMs }) =>
      jobOf(at, recordOf(stage, second, durationMs), { units: { [`${stage}/${at}.json`]: String(at) } }),
    );
  const anyJobs = fc.uniqueArray(anyJob, { selector: ({ id }) => id, maxLength: 8 });
  void fc.assert(
    fc.property(
      anyJobs.chain((jobs) =>
        fc.tuple(fc.constant(jobs), fc.shuffledSubarray(jobs, { minLength: jobs.length })),
      ),
      ([jobs, shuffled]) => {
        const merged = mergeJobs(collected, jobs);
        expect(mergeJobs(collected, shuffled)).toEqual(merged);
        expect(mergeJobs(merged, shuffled)).toEqual(merged);
        for (const { stage, units } of jobs) {
          expect(merged.stages.map((record) => record.stage)).toContain(stage);
          expect(merged.units).toMatchObject(units);
        }
      },
    ),
  );
});
