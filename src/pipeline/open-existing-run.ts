import { findPackageDirectory, readPackageVersion } from '../config.ts';
import { RepositoryError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import { type RunDirectory, readManifest } from '../run/run-directory.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import type { RunContext } from './run-context.ts';
import { readOwnConfig, settleConfig } from './settle-config.ts';
import { readChange } from './stage-collect.ts';

/** A run that another call, maybe on another machine, began: its target and reviewers are as that call settled them. */
export async function openExistingRun(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
  place: { repository: LocalRepository; run: RunDirectory },
): Promise<RunContext> {
  const { repository, run } = place;
  const manifest = await readManifest(run);
  const change = await readChange({ run });
  if (change.headKind === 'commit' && !(await repository.hasRevision(change.head.sha)))
    throw new RepositoryError(`this repository does not hold ${change.head.sha}, which the run is about`, {
      hint: 'fetch it, or run this in the repository the run was made in',
    });
  const models = manifest.reviewers.filter((reviewer) => reviewer.type === 'model').map(({ id }) => id);
  const config = await settleConfig({
    options: { ...options, flags: { ...options.flags, reviewers: models } },
    user: await readOwnConfig(options, dependencies.environment),
    dependencies,
    repository,
    base: change.base.sha,
  });
  return {
    ...dependencies,
    run,
    manifest: new ManifestFile(run, manifest),
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

/** What the call that began the run wants said on the report's face. */
function readNotices({ notices }: Record<string, unknown>): string[] {
  return Array.isArray(notices) ? notices.map(String) : [];
}
