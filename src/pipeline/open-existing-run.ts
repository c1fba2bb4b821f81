import { findPackageDirectory, narrowToRun, readPackageVersion } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { RunManifest } from '../domain/run.ts';
import { RepositoryError, RunDirectoryError, UsageError } from '../errors.ts';
import { addPack } from '../git/add-pack.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import { type RunDirectory, readManifest } from '../run/run-directory.ts';
import { type JobName, openJobManifest } from '../run/run-job.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { refuseLinkedParts } from './refuse-linked-parts.ts';
import { requireEfforts } from './require-efforts.ts';
import { requirePrices } from './require-prices.ts';
import type { RunContext } from './run-context.ts';
import { readOwnConfig, settleConfig } from './settle-config.ts';
import { readChange } from './stage-collect.ts';

/** A run that another call, maybe on another machine, began: its target and reviewers are as that call settled them. */
export async function openExistingRun(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
  place: {
    repository: LocalRepository;
    run: RunDirectory;
    /** null: the whole run is worked on. */
    job: JobName | null;
  },
): Promise<RunContext> {
  const { repository, run, job } = place;
  await refuseLinkedParts(run);
  const manifestFile =
    job === null ? new ManifestFile(run, await readManifest(run)) : await openJobManifest(run, job);
  const manifest = manifestFile.current;
  if (job !== null) requireReviewer(job, manifest);
  const change = await readChange({ run });
  requireSameTarget(change, manifest);
  await requireCommits(change, { repository, run, dependencies });
  const models = manifest.reviewers.filter((reviewer) => reviewer.type === 'model').map(({ id }) => id);
  const own = await settleConfig({
    options: { ...options, flags: { ...options.flags, reviewers: models } },
    user: await readOwnConfig(options, dependencies.environment),
    dependencies,
    repository,
    base: change.base.sha,
  });
  const config = narrowToRun(own, manifest, options.flags);
  await requireEfforts(config);
  await requirePrices(config, dependencies.clock.date());
  return {
    ...dependencies,
    // Folders are renamed on their way from machine to machine; a run keeps its name.
    run: isRunName(manifest.id) ? { ...run, id: manifest.id } : run,
    ...(job === null ? {} : { job }),
    manifest: manifestFile,
    config,
    repository,
    reviewers: manifest.reviewers,
    sarif: await readSarifSources({ paths: options.sarif, repository, change }),
    notices: readNotices(manifest.config),
    replay: null,
    toolVersion: readPackageVersion(),
    packageDirectory: findPackageDirectory(),
    startedAt: dependencies.clock.now(),
  };
}

function isRunName(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(id);
}

function requireReviewer({ reviewer }: JobName, { reviewers }: RunManifest): void {
  if (reviewer === null || reviewers.some(({ id }) => id === reviewer)) return;
  throw new UsageError(`this run has no reviewer "${reviewer}"`, {
    hint: `it has ${reviewers.map(({ id }) => id).join(', ')}`,
  });
}

/** A change and a manifest of two runs, as when folders were copied over each other, are none. */
function requireSameTarget({ base, head }: Change, { id, target }: RunManifest): void {
  if (base.sha === target.base && head.sha === target.head) return;
  throw new RunDirectoryError(`run.json and collect/change.json of ${id} are of different changes`, {
    hint: 'run the stage "collect" into an empty folder',
  });
}

/**
 * The commits that the run is about are here, or in the pack that `collect` made of them: those of what was never
 * committed are nowhere else.
 */
async function requireCommits(
  { headKind, head, mergeBase }: Change,
  input: { repository: LocalRepository; run: RunDirectory; dependencies: PipelineDependencies },
): Promise<void> {
  const { repository, run, dependencies } = input;
  if (headKind === 'commit' && (await repository.hasRevision(mergeBase))) {
    if (await repository.hasRevision(head.sha)) return;
    throw new RepositoryError(`this repository does not hold ${head.sha}, which the run is about`, {
      hint: 'fetch it, or run this in the repository the run was made in',
    });
  }
  await addPack({
    packFile: run.file('collect', 'objects.pack'),
    gitDirectory: repository.gitDirectory,
    searchPath: repository.searchPath,
    signal: dependencies.signal,
  });
  for (const sha of [head.sha, mergeBase])
    await repository.readCommit(sha).catch((cause: unknown) => {
      throw new RepositoryError(`neither this repository nor the run’s pack holds ${sha}`, {
        hint: 'run this in the repository the run was made in',
        cause,
      });
    });
}

/** What the call that began the run wants said on the report's face. */
function readNotices({ notices }: Record<string, unknown>): string[] {
  return Array.isArray(notices) ? notices.map(String) : [];
}
