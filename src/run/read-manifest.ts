import { readdir, stat } from 'node:fs/promises';
import { mergeJobs } from '../domain/merge-jobs.ts';
import { RunJob, RunManifest } from '../domain/run.ts';
import { RunDirectoryError } from '../errors.ts';
import { type ArtifactLookup, readArtifact } from './read-artifact.ts';

/** Where the files of a run are. */
export interface RunFiles {
  readonly path: string;
  file(...parts: string[]): string;
}

/** `run.json` with what jobs did since; a `RunDirectoryError` where there is none. */
export async function readManifest(run: RunFiles): Promise<RunManifest> {
  const exists = await stat(run.path).catch(() => null);
  if (exists === null || !exists.isDirectory())
    throw new RunDirectoryError(`${run.path} is not a run directory`, {
      hint: 'name a folder that holds run.json',
    });
  const lookup = await lookUpManifest(run);
  if (lookup.outcome === 'found') return lookup.value;
  throw new RunDirectoryError(`${run.file('run.json')} is missing`, {
    hint: 'run the stage "collect" first',
  });
}

/** As `readManifest`; `absent` only where `run.json` is proved not to exist. */
export async function lookUpManifest(run: RunFiles): Promise<ArtifactLookup<RunManifest>> {
  const lookup = await readArtifact({ path: run.file('run.json'), schema: RunManifest, version: 1 });
  if (lookup.outcome === 'absent') return lookup;
  const jobs = await readJobs(run);
  return { outcome: 'found', value: mergeJobs(lookup.value, [...jobs.values()]) };
}

/** What each job of a run says, by its name. */
export async function readJobs(run: RunFiles): Promise<Map<string, RunJob>> {
  const folder = run.file('jobs');
  const names = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new RunDirectoryError(`cannot list ${folder}`, { hint: 'check its rights', cause });
  });
  const jobs = new Map<string, RunJob>();
  for (const file of names.sort()) {
    const name = /^([a-z][a-z0-9-]*)\.json$/.exec(file)?.[1];
    if (name === undefined) continue;
    const job = await readArtifact({ path: run.file('jobs', file), schema: RunJob, version: 1 });
    if (job.outcome === 'found') jobs.set(name, job.value);
  }
  return jobs;
}
