import { randomBytes } from 'node:crypto';
import type { ReviewerId } from '../domain/reviewer.ts';
import type { RunJob, RunManifest, StageRecord } from '../domain/run.ts';
import { ManifestFile } from './manifest-file.ts';
import { readJobs, readManifest } from './read-manifest.ts';
import { type RunDirectory, writeManifest } from './run-directory.ts';

/** A stage that runs by itself. */
export interface JobName {
  stage: StageRecord['stage'];
  /** The one reviewer that it is about; null for all. */
  reviewer: ReviewerId | null;
}

/** `verify`, `review-claude`: what the job's files are named. */
export function nameJob({ stage, reviewer }: JobName): string {
  return reviewer === null ? stage : `${stage}-${reviewer}`;
}

/**
 * The manifest of a run that a job works on. What the job does is kept in its own `jobs/<name>.json`, so that folders of
 * jobs that ran apart can be copied over each other in any order; `run.json` tells of all, but is left alone by a single
 * reviewer, others of which may be at work at the same time.
 */
export async function openJobManifest(run: RunDirectory, name: JobName): Promise<ManifestFile> {
  const began = await readManifest(run);
  const earlier = (await readJobs(run)).get(nameJob(name));
  const id = randomBytes(16).toString('hex');
  const path = run.file('jobs', `${nameJob(name)}.json`);
  return new ManifestFile(run, began, async (content) => {
    const job: RunJob = {
      schemaVersion: 1,
      id,
      run: content.id,
      stage: name.stage,
      record: content.stages.find((record) => isOwn(record, began, name)) ?? null,
      units: Object.fromEntries(
        Object.entries(content.units).filter(
          ([file, digest]) => began.units[file] !== digest || earlier?.units[file] === digest,
        ),
      ),
      status: content.status,
      wallClockMs: Math.max(0, content.wallClockMs - began.wallClockMs),
      costUsd: content.costUsd,
    };
    await run.memory.write(path, `${JSON.stringify(job, null, 2)}\n`);
    if (name.reviewer !== null) return;
    await writeManifest(run, { ...content, jobs: [...(content.jobs ?? []), id].sort() });
  });
}

/** Whether a record of the job's stage is the job's own: not the one that was there before. */
function isOwn(record: StageRecord, began: RunManifest, { stage }: JobName): boolean {
  return record.stage === stage && !began.stages.includes(record);
}
