import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { RunManifest, RunTarget } from '../domain/run.ts';
import { isOutOfSpace, RunDirectoryError, StorageError } from '../errors.ts';
import { listFolder } from './list-folder.ts';
import { makeFolder } from './make-folder.ts';
import { lookUpManifest } from './read-manifest.ts';
import { RunMemory } from './run-memory.ts';

/**
 * A run on disk, `<out>/<owner>/<repo>/<YYYYMMDD-HHMMSS>-<slug>/`, times in UTC:
 *
 *   run.json                       what was asked, by whom, how far it is: RunManifest
 *   events.jsonl                   every RunEvent, one a line
 *   run.lock                       held while a process works on it
 *   second-looks.json              SecondLooks: what somebody asked to have done again
 *   jobs/<job>.json                RunJob: what a stage did that ran by itself
 *   jobs/<job>.events.jsonl        its RunEvents
 *   jobs/<job>.lock                held by a reviewer that runs by itself
 *   collect/change.json            what is under review: Change
 *   collect/diff.patch             the patch as git printed it
 *   collect/declines.json          DeclineRecords, where there are any
 *   collect/objects.pack           the git objects that excerpts need
 *   review/<reviewer>.json         Review
 *   review/<reviewer>.<n>.json     a try of a reviewer that was asked again, which counts no more
 *   review/<reviewer>.transcript.jsonl
 *   review/commands.jsonl          what reviewers ran; of one that runs by itself <reviewer>.commands.jsonl
 *   reconcile/clusters.json        Clusters
 *   reconcile/duplicates.json      Duplicates
 *   reconcile/duplicates-<batch>.transcript.jsonl
 *   reconcile/rounds.json          RoundMatches, where there are earlier rounds
 *   verify/<examiner>-<batch>.json ExaminedBatch
 *   verify/<examiner>-<batch>.transcript.jsonl
 *   verify/verdicts.json           Verdicts
 *   verify/ledger.json             Ledger
 *   render/report.json .md .html .sarif   summary.md
 *   render/objects.pack            as collect's, with files that findings point at besides; where there are any
 *   publish/receipt.json           PublishReceipt
 *   resolve/decisions.json         Decisions
 */
export interface RunDirectory {
  readonly path: string;
  readonly id: string;
  /** Absolute path of a file of the run. */
  file(...parts: string[]): string;
  /** Holds what the disk would not take. */
  readonly memory: RunMemory;
}

export function runDirectoryAt(path: string): RunDirectory {
  return {
    path,
    id: path.split(/[\\/]/).filter(Boolean).at(-1) ?? path,
    file: (...parts) => join(path, ...parts),
    memory: new RunMemory(),
  };
}

export interface CreateRunDirectoryInput {
  /** Folder of all runs; made with a `.gitignore` of `*` when it does not exist yet. */
  out: string;
  /** `owner/name` or `local/<folder>`. */
  repository: string;
  slug: string;
  startedAt: Date;
}

/**
 * Refuses a folder for runs that is a symbolic link, or lies behind one, below the folder the user stands in: a
 * repository could send a run's files anywhere with it. For the default folder; one named by the user is the user's.
 */
export async function refuseLinkedFolders(input: {
  from: string;
  out: string;
  repository: string;
}): Promise<void> {
  const segments = [
    ...relative(input.from, input.out).split(sep),
    ...input.repository.split('/').map(safeSegment),
  ];
  let path = input.from;
  for (const segment of segments) {
    path = join(path, segment);
    const entry = await lstat(path).catch(() => null);
    if (entry?.isSymbolicLink())
      throw new RunDirectoryError(`${path} is a symbolic link`, {
        hint: 'remove it, or name a folder for the runs with --out',
      });
  }
}

/** Makes a new, empty run directory that nobody else has; a second run in the same second gets `-2`. */
export async function createRunDirectory(input: CreateRunDirectoryInput): Promise<RunDirectory> {
  const parent = folderOfRuns(input.out, input.repository);
  try {
    await prepareOut(input.out);
    await makeFolder(parent);
    const name = nameRun(input);
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      const path = join(parent, attempt === 1 ? name : `${name}-${attempt}`);
      if (await makeExclusively(path)) return runDirectoryAt(path);
    }
  } catch (cause) {
    throw explainFailure(`in ${parent}`, '--out', cause);
  }
  throw new RunDirectoryError(`too many runs started in the same second in ${parent}`, { hint: 'try again' });
}

/** `20260131-235959-topic`: what a run is called, wherever its folder lies. */
export function nameRun({ startedAt, slug }: Pick<CreateRunDirectoryInput, 'startedAt' | 'slug'>): string {
  return `${timestamp(startedAt)}-${slug}`;
}

/** Makes the folder of a run that the user named; it may exist. */
export async function makeRunFolder({ path }: RunDirectory): Promise<void> {
  try {
    await makeFolder(path);
  } catch (cause) {
    throw explainFailure(path, '--run', cause);
  }
}

/** `feature/Login Page` → `feature-login-page`; never empty, never more than 60 characters. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
    .replace(/[-.]+$/g, '');
  return slug === '' ? 'change' : slug;
}

export async function writeManifest(run: RunDirectory, manifest: RunManifest): Promise<void> {
  await run.memory.write(run.file('run.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

export { readManifest } from './read-manifest.ts';

export interface FindUnfinishedInput {
  out: string;
  target: RunTarget;
  configDigest: string;
  /** Also take a run that is complete. */
  orComplete?: boolean;
  /** Also take a complete run whose report was to be posted and could not be, or not all of it. */
  orUnposted?: boolean;
  /** Whether a run may be continued at all: a folder may have come from others. */
  isOwn: (run: RunDirectory, manifest: RunManifest) => Promise<boolean>;
}

/**
 * The newest run of the same target, commits and configuration that is not complete: killed, cancelled, or with a
 * reviewer that failed. Runs of another schema
 * version and folders that are no runs are passed over: they cannot be continued, and nothing is done to them.
 */
export async function findUnfinishedRun(input: FindUnfinishedInput): Promise<RunDirectory | null> {
  for (const run of (await listRuns(input.out, input.target.repository)).reverse()) {
    const lookup = await lookUpManifest(run).catch(() => null);
    if (lookup?.outcome !== 'found') continue;
    const { target, status, stages, configDigest } = lookup.value;
    const isUnposted = stages.some((one) => one.stage === 'publish' && one.status !== 'completed');
    const isTaken =
      status !== 'complete' || input.orComplete === true || (input.orUnposted === true && isUnposted);
    const same =
      target.slug === input.target.slug &&
      target.base === input.target.base &&
      target.head === input.target.head &&
      configDigest === input.configDigest;
    if (!same || !isTaken) continue;
    if (await input.isOwn(run, lookup.value)) return run;
  }
  return null;
}

/** All folders that may be runs of a repository, the oldest first; none where there is no folder for them. */
export async function listRuns(out: string, repository: string): Promise<RunDirectory[]> {
  const parent = folderOfRuns(out, repository);
  return (await listFolder(parent)).sort().map((name) => runDirectoryAt(join(parent, name)));
}

/** Where the runs of a repository are. */
export function folderOfRuns(out: string, repository: string): string {
  return join(out, ...repository.split('/').map(safeSegment));
}

function explainFailure(place: string, flag: string, cause: unknown): StorageError | RunDirectoryError {
  const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Kind(`cannot make a run directory ${place}: ${reason}`, {
    hint: `choose a folder you may write to with ${flag}`,
    cause,
  });
}

/** Makes the folder of all runs, which git then passes over. */
export async function prepareOut(out: string): Promise<void> {
  const made = await makeFolder(out);
  if (made !== null) await writeFile(join(out, '.gitignore'), '*\n', { flag: 'wx' });
}

/** false: something of that name is there. */
export async function makeExclusively(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  }
}

/** A folder name out of an owner's or repository's name: no separators, no dots that walk up. */
function safeSegment(segment: string): string {
  const safe = segment.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '');
  return safe === '' ? '_' : safe.slice(0, 100);
}

function timestamp(date: Date): string {
  const [day = '', time = ''] = date.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}
