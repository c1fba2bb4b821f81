import * as z from 'zod';
import { Cause } from './cause.ts';
import { ObjectId } from './change.ts';
import { Reviewer } from './reviewer.ts';
import { RunStatus } from './vocabulary.ts';

export const StageRecord = z.object({
  stage: z.enum(['collect', 'review', 'reconcile', 'verify', 'render', 'publish']),
  status: z.enum(['running', 'completed', 'failed']),
  /** SHA-256 over everything the stage read: files, its part of the configuration, schema versions. */
  inputDigest: z.string(),
  startedAt: z.string(),
  durationMs: z.number().min(0).nullable(),
  /** USD; null while it runs, and when a part of it is unknown. */
  costUsd: z.number().min(0).nullable().default(null),
  cause: Cause.nullable(),
});
export type StageRecord = z.infer<typeof StageRecord>;

/** What is reviewed, enough to find a run again: names as given, commits as resolved. */
export const RunTarget = z.object({
  /** `owner/name` on the forge, or `local/<folder>`. */
  repository: z.string(),
  /** `pr-12` or a slug of the branch or range. */
  slug: z.string(),
  base: ObjectId,
  head: ObjectId,
});
export type RunTarget = z.infer<typeof RunTarget>;

/** `run.json`. Holds no secret. */
export const RunManifest = z.object({
  schemaVersion: z.literal(1),
  toolVersion: z.string(),
  id: z.string(),
  target: RunTarget,
  reviewers: z.array(Reviewer),
  /** Everything that shaped the run, without secrets. */
  config: z.record(z.string(), z.unknown()),
  configDigest: z.string(),
  /** null while it runs, and after it was killed. */
  status: RunStatus.nullable(),
  /** Proves that this user's program made the run; empty for one that is only ever continued by name. */
  seal: z.string().default(''),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  /** Milliseconds of work over all sittings of this run. */
  wallClockMs: z.number().min(0),
  costUsd: z.number().nullable(),
  stages: z.array(StageRecord),
  /** Digest of the inputs of each finished unit of work, by its file: `review/claude.json`. */
  units: z.record(z.string(), z.string()),
  /** Ids of the jobs that all this tells of already; absent for none. */
  jobs: z.array(z.string()).optional(),
});
export type RunManifest = z.infer<typeof RunManifest>;

/** What one stage did in a process of its own, maybe on another machine: `jobs/<name>.json`, written by that job alone. */
export const RunJob = z.object({
  schemaVersion: z.literal(1),
  /** Random: another sitting of the same job has another one. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Id of the run that it worked on. */
  run: z.string(),
  stage: StageRecord.shape.stage,
  /** null until its stage began. */
  record: StageRecord.nullable(),
  /** As in `run.json`, of what this job finished. */
  units: z.record(z.string(), z.string()),
  /** How the run stands by this job; null while it works, after it was killed, and where more is to come. */
  status: RunStatus.nullable(),
  /** Milliseconds of work. */
  wallClockMs: z.number().min(0),
  /** Of the whole run, where the job knows it. */
  costUsd: z.number().nullable(),
});
export type RunJob = z.infer<typeof RunJob>;
