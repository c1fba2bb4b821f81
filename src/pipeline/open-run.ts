import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createEgress } from '../agent/egress.ts';
import { collectChange } from '../collect/collect-change.ts';
import { findPackageDirectory, readPackageVersion } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { DeclineRecord } from '../domain/context-suggestion.ts';
import type { RunManifest, RunTarget } from '../domain/run.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { RunDirectoryError } from '../errors.ts';
import { digest } from '../run/digest.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import { lookUpManifest } from '../run/read-manifest.ts';
import {
  createRunDirectory,
  findUnfinishedRun,
  nameRun,
  type RunDirectory,
  readManifest,
  refuseLinkedFolders,
  slugOf,
} from '../run/run-directory.ts';
import { isAdoptedRun, isOwnRun, sealRun } from '../run/run-seal.ts';
import { describeConfig } from './config-digest.ts';
import { findDeclines } from './find-declines.ts';
import { findEarlierRounds } from './find-earlier-runs.ts';
import { refuseUnread } from './find-unread.ts';
import { keepForgeFacts } from './kept-facts.ts';
import { markIgnored } from './mark-ignored.ts';
import { openDependencyFolders } from './open-dependencies.ts';
import type { OpenedTarget } from './open-target.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { requirePrices } from './require-prices.ts';
import { withRounds } from './round-focus.ts';
import type { RunContext } from './run-context.ts';
import { refuseWithoutReviewers, settingsWithoutEffect, settleConfig } from './settle-config.ts';

export interface OpenedRun {
  context: RunContext;
  change: Change;
  patch: Buffer;
  /** What people said of findings in earlier reviews of the repository. */
  declines: readonly DeclineRecord[];
  resumed: boolean;
}

/**
 * Settles what is reviewed, by whom and where it is kept: a new run, or the newest one of the same target that is
 * not complete. Whatever is wrong with the call is found here, before anything is written.
 */
export async function openRun(
  options: ReviewOptions,
  dependencies: PipelineDependencies,
  place: OpenedTarget & { run: RunDirectory | null; startedAt: number },
): Promise<OpenedRun> {
  const { repository, target, user, startedAt } = place;
  const config = await settleConfig({ options, user, dependencies, repository, base: target.base.sha });
  // A run that is only begun here gets its keys on other machines.
  if (options.sarif.length === 0 && place.run === null) refuseWithoutReviewers(config, config.reviewers);
  await requirePrices(config, dependencies.clock.date());
  await openDependencyFolders({ config, repository, environment: dependencies.environment });
  const collected = await collectChange({ repository, target, round: 1, signal: dependencies.signal });
  const change = markIgnored(collected.change, config.ignore);
  const sarif = await readSarifSources({ paths: options.sarif, repository, change });
  const reviewers = [...config.reviewers, ...[...sarif.values()].map((one) => one.reviewer)];
  await refuseUnread({
    reviewers: reviewers.filter(({ id }) => config.access.get(id)?.apiKey !== null),
    change,
    egress: createEgress({ rules: config.egress, repository, change, signal: dependencies.signal }),
  });
  const { owner, name } = change.repository;
  const runTarget = {
    repository: `${owner}/${name}`,
    slug: slugOf(target.slug),
    base: change.base.sha,
    head: change.head.sha,
  };
  const decisive = describeConfig(config, { notices: options.notices, sarif });
  const { configDigest } = decisive;
  const settings = { ...decisive.settings, failOn: config.failOn, publish: config.publish };
  const out = options.out ?? join(options.workingDirectory, 'reports');
  if (options.out === null)
    await refuseLinkedFolders({ from: options.workingDirectory, out, repository: runTarget.repository });
  const { cacheDirectory } = dependencies.environment;
  // Reviews that another machine made are no reason to ask nobody here.
  const isOwn = async (run: RunDirectory, found: RunManifest) =>
    (await isOwnRun(run, found, cacheDirectory)) && !(await isAdoptedRun(run, cacheDirectory));
  const unfinished =
    options.fresh || options.full === true || place.run !== null
      ? null
      : await findUnfinishedRun({
          out,
          target: runTarget,
          configDigest,
          orComplete: options.from !== null,
          orUnposted: (options.post ?? []).length > 0,
          isOwn,
        });
  const rounds = await findEarlierRounds({
    out,
    repository: runTarget.repository,
    target,
    git: repository,
    cacheDirectory,
    self: unfinished ?? place.run,
    onSkipped: (message) => dependencies.emit({ type: 'notice', level: 'warning', message }),
  });
  const declines = await findDeclines({
    ...{ out, cacheDirectory, repository: runTarget.repository, slug: runTarget.slug },
    decided: target.decided ?? [],
    self: unfinished ?? place.run,
  });
  if (declines.unreadable.length > 0)
    await dependencies.emit({ type: 'notice', level: 'warning', message: nameUnread(declines.unreadable) });
  const begun = place.run === null ? null : await readBegunRun(place.run, runTarget);
  const date = dependencies.clock.date();
  const { run, seal } =
    unfinished === null
      ? await makeRun({ out, target: runTarget, date, cacheDirectory, given: place.run })
      : { run: unfinished, seal: '' };
  const manifest: RunManifest =
    unfinished === null
      ? {
          schemaVersion: 1,
          toolVersion: readPackageVersion(),
          id: place.run === null ? run.id : nameRun({ startedAt: date, slug: runTarget.slug }),
          target: runTarget,
          reviewers,
          config: settings,
          configDigest,
          seal,
          status: null,
          startedAt: date.toISOString(),
          wallClockMs: 0,
          costUsd: null,
          stages: [],
          units: {},
          ...begun,
        }
      : { ...(await readManifest(unfinished)), config: settings };
  for (const message of options.postAsConfigured === true ? [] : settingsWithoutEffect(config))
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
  const kept =
    unfinished === null || options.from === 'collect' ? change : await keepForgeFacts(unfinished, change);
  const { signal } = dependencies;
  const full = options.full === true;
  const later = await withRounds(kept, rounds, { repository, full, configDigest, signal });
  const { patch } = collected;
  return { context, change: later, patch, declines: declines.records, resumed: unfinished !== null };
}

function nameUnread(runs: readonly string[]): string {
  const names = runs.slice(0, 3).map(makeVisibleLine).join(', ');
  return `what was declined in ${runs.length === 1 ? 'a run' : `${runs.length} runs`} that could not be read is suggested to nobody: ${names}`;
}

/** What a directory that the user named knows already of a run of the same change; null where no run was begun in it. */
async function readBegunRun(run: RunDirectory, target: RunTarget) {
  const lookup = await lookUpManifest(run);
  if (lookup.outcome === 'absent') return null;
  const { id, startedAt, wallClockMs, stages, units, jobs, target: other } = lookup.value;
  if (digest(other) !== digest(target))
    throw new RunDirectoryError(`${run.path} holds a run of ${describe(other)}, not of ${describe(target)}`, {
      hint: 'name an empty folder with --run',
    });
  return { id, startedAt, wallClockMs, stages, units, ...(jobs === undefined ? {} : { jobs }) };
}

function describe({ repository, slug, base, head }: RunTarget): string {
  return `${repository} ${slug} (${base.slice(0, 12)}..${head.slice(0, 12)})`;
}

/** A sealed run directory; nothing of it stays when it cannot be sealed. */
async function makeRun(input: {
  out: string;
  target: RunTarget;
  date: Date;
  cacheDirectory: string;
  /** A directory that the user named; it may exist. */
  given: RunDirectory | null;
}): Promise<{ run: RunDirectory; seal: string }> {
  const { out, target, date, cacheDirectory, given } = input;
  const { repository, slug } = target;
  const run = given ?? (await createRunDirectory({ out, repository, slug, startedAt: date }));
  try {
    return { run, seal: await sealRun(run, cacheDirectory) };
  } catch (cause) {
    if (given === null) await rmdir(run.path);
    throw cause;
  }
}
