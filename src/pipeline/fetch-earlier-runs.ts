import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeVisibleLine } from '../domain/visible-text.ts';
import {
  DeepReviewError,
  ForgeError,
  isOutOfSpace,
  RunDirectoryError,
  reasonOf,
  StorageError,
} from '../errors.ts';
import { downloadArtifact } from '../forge/github/download-artifact.ts';
import { type FoundArtifact, findArtifacts } from '../forge/github/find-artifacts.ts';
import type { RepositoryId } from '../forge/pull-request-target.ts';
import { type Adoption, adoptRun } from '../run/adopt-run.ts';
import { isMadeHere } from '../run/is-made-here.ts';
import { prepareOut } from '../run/run-directory.ts';
import { unpackArchive } from '../run/unpack-archive.ts';
import { openGithub } from './open-github.ts';
import type { PipelineDependencies } from './options.ts';

export interface FetchEarlierRunsInput {
  repository: RepositoryId;
  /** Number of the pull request. */
  number: number;
  /** Name of the artifacts that workflow runs upload. */
  artifact: string;
  /** Folder of all runs. */
  out: string;
  limits?: Partial<EarlierRunLimits>;
}

export interface EarlierRunLimits {
  /** Runs that are taken: after two, the stopping rule holds. */
  runs: number;
  /** Bytes of one archive, of what comes out of it, and files in it. */
  archiveBytes: number;
  bytes: number;
  files: number;
  /** For everything together, in milliseconds. */
  totalMs: number;
}

const usualLimits: EarlierRunLimits = {
  runs: 5,
  archiveBytes: 256 * 2 ** 20,
  bytes: 1024 * 2 ** 20,
  files: 10_000,
  totalMs: 300_000,
};

/**
 * What came of it: runs of the pull request are at hand now, there are none (proved), or nobody can tell. In the latter
 * two, a review knows of earlier rounds what it knows without.
 */
export interface FetchedRuns {
  outcome: 'found' | 'absent' | 'unknown';
  /** Folders of runs, the newest first; with `unknown` those that came before it was not known any more. */
  runs: string[];
}

/**
 * Gets the last runs of a pull request back from artifacts that earlier workflow runs uploaded, the newest first, into
 * the folder of runs, where a review finds its earlier rounds. Only what a workflow of this repository's own made is
 * believed, and only where it is a finished run of this pull request; what is passed over is said, and stops nobody.
 * Rejects with its reason when the signal is aborted, and with what is wrong with the call.
 */
export async function fetchEarlierRuns(
  input: FetchEarlierRunsInput,
  dependencies: Pick<PipelineDependencies, 'environment' | 'signal' | 'emit'>,
): Promise<FetchedRuns> {
  const limits = { ...usualLimits, ...input.limits };
  const { repository, number, artifact: name } = input;
  const client = await openGithub(dependencies);
  const late = AbortSignal.timeout(limits.totalMs);
  const signal = AbortSignal.any([dependencies.signal, late]);
  const say = (level: 'info' | 'warning', message: string) =>
    dependencies.emit({ type: 'notice', level, message: makeVisibleLine(message) });
  const runs: string[] = [];
  const passed = new Map<string, number>();
  const { cacheDirectory } = dependencies.environment;
  const give = { ...input, client, limits, cacheDirectory };
  let outcome: FetchedRuns['outcome'] = 'absent';
  try {
    for await (const artifact of findArtifacts({ client, repository, name }, signal)) {
      const taken = artifact.doubt === null ? await takeRun(give, artifact, signal) : artifact.doubt;
      if (typeof taken === 'string') {
        const why =
          artifact.doubt === null ? `${artifact.runUrl}: ${taken}` : `nobody vouches for it: ${taken}`;
        passed.set(why, (passed.get(why) ?? 0) + 1);
        continue;
      }
      if (runs.includes(taken.run.path)) continue;
      runs.push(taken.run.path);
      if (taken.outcome === 'adopted')
        await say('info', `earlier run: ${taken.run.id}, from artifact ${name} of ${artifact.runUrl}`);
      if (runs.length >= limits.runs) break;
    }
    if (runs.length > 0) outcome = 'found';
  } catch (cause) {
    dependencies.signal.throwIfAborted();
    if (!(cause instanceof DeepReviewError) && !late.aborted) throw cause;
    outcome = 'unknown';
    await say('warning', `earlier runs of pull request ${number}: ${explain(cause)}`);
  }
  for (const [why, times] of [...passed].slice(0, mostReasons))
    await say('warning', `artifact ${name} passed over${times > 1 ? `, ${times} times` : ''}: ${why}`);
  if (passed.size > mostReasons)
    await say('warning', `artifact ${name} passed over for ${passed.size - mostReasons} more reasons`);
  return { outcome, runs };
}

const mostReasons = 5;

function explain(cause: unknown): string {
  if (!(cause instanceof DeepReviewError)) return 'it took too long to find out';
  const isRefused = cause instanceof ForgeError && ['forbidden', 'not-found'].includes(cause.reason);
  return isRefused ? `${cause.message}; the job needs actions: read` : cause.message;
}

interface TakeRunInput extends FetchEarlierRunsInput {
  client: Awaited<ReturnType<typeof openGithub>>;
  limits: EarlierRunLimits;
  cacheDirectory: string;
}

/** The run of an artifact, in its place; why it is none that can be used, where that is certain. */
async function takeRun(
  input: TakeRunInput,
  artifact: FoundArtifact,
  signal: AbortSignal,
): Promise<Adoption | string> {
  const { client, repository, number, out, limits, cacheDirectory } = input;
  const { owner, name } = repository;
  const beside = await makeFolderBeside(out);
  try {
    const archive = join(beside, 'archive.zip');
    const into = join(beside, 'run');
    await downloadArtifact(
      { client, repository, artifact, to: archive, maxBytes: limits.archiveBytes },
      signal,
    );
    await unpackArchive({ archive, into, limits }, signal);
    const adoption = await adoptRun({
      ...{ unpacked: into, out, repository: `${owner}/${name}`, slug: `pr-${number}`, cacheDirectory },
    });
    return adoption.outcome === 'adopted' || (await isMadeHere(adoption.run, cacheDirectory))
      ? adoption
      : 'a folder of its name is there already, which was not made here';
  } catch (cause) {
    signal.throwIfAborted();
    if (isCertain(cause)) return cause.message;
    throw cause;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** On the file system of the runs, so that what is in it can be moved there. */
async function makeFolderBeside(out: string): Promise<string> {
  try {
    await prepareOut(out);
    return await mkdtemp(join(out, '.earlier-'));
  } catch (cause) {
    const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
    throw new Kind(`cannot make a folder in ${out}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Another try would find the same: an archive that expired, was deleted since it was listed, is another than it should be,
 * or holds no such run. Whoever may list artifacts may have them, too.
 */
function isCertain(cause: unknown): cause is DeepReviewError {
  if (cause instanceof ForgeError)
    return ['gone', 'not-found', 'invalid', 'too-large'].includes(cause.reason);
  return cause instanceof DeepReviewError && cause.code === 'run-directory';
}
