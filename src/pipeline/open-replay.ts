import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackageDirectory, readPackageVersion, restoreConfig } from '../config.ts';
import { Change } from '../domain/change.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { RunManifest } from '../domain/run.ts';
import { RepositoryError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import type { ReplayDifference } from '../provider/replay/replay-model.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import { readRequiredArtifact } from '../run/read-artifact.ts';
import { createRunDirectory, readManifest, runDirectoryAt } from '../run/run-directory.ts';
import type { OpenedRun } from './open-run.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import { openRecordedModel, openRecordedSessions } from './recorded-sessions.ts';
import type { RunContext } from './run-context.ts';
import { readOwnConfig } from './settle-config.ts';
import { takeSecondLooks } from './take-second-looks.ts';

/** A difference between a recorded session and its replay, and whose session it was. */
export interface NamedDifference extends ReplayDifference {
  reviewer: string;
}

export interface OpenedReplay extends OpenedRun {
  /** Filled while the replay runs. */
  differences: NamedDifference[];
}

/**
 * A new run in which the models of a recorded one say again what they said, over the same change; programs and all
 * tools run live. Needs no key and opens no connection.
 */
export async function openReplay(
  options: ReviewOptions & { replay: string },
  dependencies: PipelineDependencies,
  repository: LocalRepository,
): Promise<OpenedReplay> {
  const recorded = runDirectoryAt(options.replay);
  const manifest = await readManifest(recorded);
  const change = await readRequiredArtifact({
    path: recorded.file('collect', 'change.json'),
    schema: Change,
    version: 1,
    madeBy: 'collect',
  });
  if (!(await repository.hasRevision(change.head.sha)))
    throw new RepositoryError(`this repository does not hold ${change.head.sha}, which was reviewed`, {
      hint: 'replay in the repository of the recorded run, or fetch that commit',
    });
  const patch = await readFile(recorded.file('collect', 'diff.patch'));
  const differences: NamedDifference[] = [];
  const openRecorded = (reviewer: ModelReviewer, path: string) => {
    const onTorn = () =>
      dependencies.emit({
        type: 'notice',
        level: 'warning',
        message: `${reviewer.id}: the recorded session was killed; its last line was cut off and is ignored`,
      });
    const onDifference = (difference: ReplayDifference) => {
      differences.push({ reviewer: reviewer.id, ...difference });
    };
    return openRecordedModel(reviewer, path, { onDifference, onTorn });
  };
  const models = new Map(
    await Promise.all(
      manifest.reviewers
        .filter((reviewer): reviewer is ModelReviewer => reviewer.type === 'model')
        .map(async (reviewer) => {
          const path = recorded.file('review', `${reviewer.id}.transcript.jsonl`);
          return [reviewer.id, await openRecorded(reviewer, path)] as const;
        }),
    ),
  );
  const { config, notices } = restoreConfig(
    manifest,
    new Set([...models].flatMap(([id, model]) => (model === null ? [] : [id]))),
    options.flags.failOn,
    await readOwnConfig(options, dependencies.environment),
  );
  const dependencyFolders = [...config.dependencies, ...(options.flags.dependencies ?? [])];
  const sarif = await readSarifSources({ paths: options.sarif, repository, change });
  const run = await createRunDirectory({
    out: options.out ?? join(options.workingDirectory, 'reports'),
    repository: manifest.target.repository,
    slug: manifest.target.slug,
    startedAt: dependencies.clock.date(),
  });
  await takeSecondLooks(recorded, run, manifest.reviewers);
  const context: RunContext = {
    ...dependencies,
    run,
    manifest: new ManifestFile(run, freshManifest(manifest, run.id, dependencies.clock.date())),
    config: { ...config, dependencies: dependencyFolders },
    repository,
    reviewers: manifest.reviewers,
    sarif,
    notices,
    replay: {
      models: new Map([...models].flatMap(([id, model]) => (model === null ? [] : [[id, model] as const]))),
      ...(await openRecordedSessions(recorded, manifest.reviewers, openRecorded)),
      date: new Date(manifest.startedAt),
    },
    toolVersion: readPackageVersion(),
    packageDirectory: findPackageDirectory(),
    startedAt: dependencies.clock.now(),
  };
  return { context, change, patch, declines: [], resumed: false, differences };
}

function freshManifest(recorded: RunManifest, id: string, date: Date): RunManifest {
  return {
    ...recorded,
    toolVersion: readPackageVersion(),
    id,
    seal: '',
    status: null,
    startedAt: date.toISOString(),
    wallClockMs: 0,
    costUsd: null,
    stages: [],
    units: {},
  };
}
