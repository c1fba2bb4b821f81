import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTranscript, type TranscriptRecord } from '../agent/transcript.ts';
import { findPackageDirectory, readPackageVersion, restoreConfig } from '../config.ts';
import { Change } from '../domain/change.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { RunManifest } from '../domain/run.ts';
import { RepositoryError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import {
  createReplayModel,
  type RecordedStep,
  type RecordedToolAnswer,
  type ReplayDifference,
} from '../provider/replay/replay-model.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import { readPlainFile, readRequiredArtifact } from '../run/read-artifact.ts';
import { createRunDirectory, type RunDirectory, readManifest, runDirectoryAt } from '../run/run-directory.ts';
import type { OpenedRun } from './open-run.ts';
import type { PipelineDependencies, ReviewOptions } from './options.ts';
import { readSarifSources } from './read-sarif-sources.ts';
import type { RunContext } from './run-context.ts';
import { readOwnConfig } from './settle-config.ts';

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
    return openRecordedModel(reviewer, path, { differences, onTorn });
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
      examiners: await openExaminers(recorded, manifest, openRecorded),
      date: new Date(manifest.startedAt),
    },
    toolVersion: readPackageVersion(),
    packageDirectory: findPackageDirectory(),
    startedAt: dependencies.clock.now(),
  };
  return { context, change, patch, resumed: false, differences };
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

/** The examiners' sessions, by the names of their files; none in a run of which nothing was put to examiners. */
async function openExaminers(
  recorded: RunDirectory,
  manifest: RunManifest,
  open: (reviewer: ModelReviewer, path: string) => Promise<LanguageModel | null>,
): Promise<Map<string, LanguageModel>> {
  const names = await readdir(recorded.file('verify')).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  });
  const models = new Map<string, LanguageModel>();
  for (const name of names.sort()) {
    const [, session = '', id] = /^((.+)-\d+)\.transcript\.jsonl$/.exec(name) ?? [];
    const reviewer = manifest.reviewers.find((one) => one.id === id);
    if (reviewer?.type !== 'model') continue;
    const model = await open(reviewer, recorded.file('verify', name));
    if (model !== null) models.set(session, model);
  }
  return models;
}

/** null when the reviewer never began a session: it is skipped again. */
async function openRecordedModel(
  reviewer: ModelReviewer,
  path: string,
  listeners: { differences: NamedDifference[]; onTorn: () => void | Promise<void> },
) {
  const text = await readPlainFile(path);
  if (text === null) return null;
  const { records, torn } = parseTranscript(text);
  if (torn) await listeners.onTorn();
  return createReplayModel({
    provider: reviewer.provider,
    modelId: reviewer.model,
    steps: records.flatMap((record, index) => toStep(record, records[index + 1])),
    answers: records.flatMap(toAnswer),
    onDifference: (difference) => listeners.differences.push({ reviewer: reviewer.id, ...difference }),
  });
}

/** Errors that were tried again with success left no trace in the session; only the last of a request counts. */
function toStep(record: TranscriptRecord, next: TranscriptRecord | undefined): RecordedStep[] {
  if (record.type === 'turn') {
    const { parts, finishReason, usage, requestId, modelId } = record;
    return [{ type: 'answer', result: { parts, finishReason, usage, requestId, modelId } }];
  }
  const isFinal = next === undefined || next.type === 'end' || next.type === 'compaction';
  return record.type === 'request-error' && isFinal ? [{ type: 'error', cause: record.cause }] : [];
}

function toAnswer(record: TranscriptRecord): RecordedToolAnswer[] {
  if (record.type !== 'tool-call') return [];
  const { turn, callId, tool, answer, isError } = record;
  return [{ turn, callId, tool, text: answer, isError }];
}
