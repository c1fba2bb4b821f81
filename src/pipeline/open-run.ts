import { join } from 'node:path';
import { collectChange } from '../collect/collect-change.ts';
import { findPackageDirectory, publicConfig, readPackageVersion } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { RunManifest } from '../domain/run.ts';
import { createLocalSource } from '../forge/local/local-source.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { digest } from '../run/digest.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import {
  createRunDirectory,
  findUnfinishedRun,
  type RunDirectory,
  readManifest,
  refuseLinkedFolders,
  slugOf,
} from '../run/run-directory.ts';
import { isOwnRun, sealRun } from '../run/run-seal.ts';
import { markIgnored } from './mark-ignored.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { requirePrices } from './require-prices.ts';
import type { RunContext } from './run-context.ts';
import {
  readOwnConfig,
  refuseWithoutReviewers,
  settingsWithoutEffect,
  settleConfig,
} from './settle-config.ts';

export interface OpenedRun {
  context: RunContext;
  change: Change;
  patch: Buffer;
  resumed: boolean;
}

/**
 * Settles what is reviewed, by whom and where it is kept: a new run, or the newest one of the same target that is
 * not complete. Whatever is wrong with the call is found here, before anything is written.
 */
export async function openRun(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
  place: { repository: LocalRepository; run: RunDirectory | null },
): Promise<OpenedRun> {
  const { repository } = place;
  const startedAt = dependencies.clock.now();
  const user = await readOwnConfig(options, dependencies.environment);
  const target = await createLocalSource({ repository, target: options.target }).resolve(dependencies.signal);
  const config = await settleConfig({ options, user, dependencies, repository, base: target.base.sha });
  if (options.sarif.length === 0) refuseWithoutReviewers(config, config.reviewers);
  await requirePrices(config, dependencies.clock.date());
  const collected = await collectChange({ repository, target, round: 1, signal: dependencies.signal });
  const change = markIgnored(collected.change, config.ignore);
  const sarif = await readSarifSources({ paths: options.sarif, repository, change });
  const reviewers = [...config.reviewers, ...[...sarif.values()].map((one) => one.reviewer)];
  const { owner, name } = change.repository;
  const runTarget = {
    repository: `${owner}/${name}`,
    slug: slugOf(target.slug),
    base: change.base.sha,
    head: change.head.sha,
  };
  const settings = {
    ...publicConfig(config),
    notices: options.notices,
    sarif: [...sarif.values()].map((one) => one.digest),
  };
  const configDigest = digest(settings);
  const out = options.out ?? join(options.workingDirectory, 'reports');
  if (options.out === null)
    await refuseLinkedFolders({ from: options.workingDirectory, out, repository: runTarget.repository });
  const { cacheDirectory } = dependencies.environment;
  const isOwn = (run: RunDirectory, found: RunManifest) => isOwnRun(run, found, cacheDirectory);
  const unfinished =
    options.fresh || place.run !== null
      ? null
      : await findUnfinishedRun({
          out,
          target: runTarget,
          configDigest,
          orComplete: options.from !== null,
          isOwn,
        });
  const date = dependencies.clock.date();
  const run =
    place.run ??
    unfinished ??
    (await createRunDirectory({
      out,
      repository: runTarget.repository,
      slug: runTarget.slug,
      startedAt: date,
    }));
  const manifest: RunManifest =
    unfinished === null
      ? {
          schemaVersion: 1,
          toolVersion: readPackageVersion(),
          id: run.id,
          target: runTarget,
          reviewers,
          config: settings,
          configDigest,
          seal: await sealRun(run, cacheDirectory),
          status: null,
          startedAt: date.toISOString(),
          wallClockMs: 0,
          costUsd: null,
          stages: [],
          units: {},
        }
      : await readManifest(unfinished);
  for (const message of settingsWithoutEffect(config))
    await dependencies.emit({ type: 'notice', level: 'warning', message });
  const context: RunContext = {
    ...dependencies,
    run,
    manifest: new ManifestFile(run, manifest),
    config,
    repository,
    reviewers,
    sarif,
    notices: options.notices,
    replay: null,
    toolVersion: readPackageVersion(),
    packageDirectory: findPackageDirectory(),
    startedAt,
  };
  return { context, change, patch: collected.patch, resumed: unfinished !== null };
}
