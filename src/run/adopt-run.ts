import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunManifest } from '../domain/run.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { isOutOfSpace, RunDirectoryError, reasonOf, StorageError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import { readArtifact } from './read-artifact.ts';
import { lookUpManifest } from './read-manifest.ts';
import {
  folderOfRuns,
  makeExclusively,
  type RunDirectory,
  runDirectoryAt,
  writeManifest,
} from './run-directory.ts';
import { sealAdoptedRun } from './run-seal.ts';

export interface AdoptRunInput {
  /** Folder with plain files only, on the same file system as `out`; it is moved away. */
  unpacked: string;
  /** Folder of all runs. */
  out: string;
  /** What it has to be a finished run of. */
  repository: string;
  slug: string;
  cacheDirectory: string;
}

export interface Adoption {
  /** `kept`: a folder of that name was there, and stays as it is, whoever made it. */
  outcome: 'adopted' | 'kept';
  run: RunDirectory;
}

/**
 * Takes a run that was made on another machine for one of this user's program: it is moved to where such runs are and
 * sealed here. Only for a run whose provenance is proved (`doubtProvenance` of the forge): from then on it may do what a
 * run that was kept may, but for one thing.
 *
 * - It tells what earlier rounds published, so that a finding can be `fixed` (which also needs code that changed and
 *   reviewers of today that looked), that the stopping rule holds (after two of them, and never for a critical, nor for an
 *   important on code changed since), and that a report is at hand to be explained.
 * - It declines nothing: `resolve/decisions.json` has a seal of its own, which is not made here, and what comments decline
 *   is read anew from the forge, of those who may write today.
 * - It is not continued (`isAdoptedRun`): a review of the very same commits asks its reviewers itself. Its reviews stand
 *   only where somebody who may write asks for a second look at that very run.
 *
 * So a forged run silences no more than a kept one: no critical, and nobody's review. Who can forge one may write to the
 * repository, by its provenance: such a person can decline, merge, or change the workflow anyway.
 */
export async function adoptRun(input: AdoptRunInput): Promise<Adoption> {
  const { unpacked, out, repository, slug, cacheDirectory } = input;
  const from = runDirectoryAt(unpacked);
  const manifest = await requireFinishedRun(from, { repository, slug });
  const parent = folderOfRuns(out, repository);
  const run = runDirectoryAt(join(parent, manifest.id));
  let isOurs = false;
  try {
    await makeFolder(parent);
    isOurs = await makeExclusively(run.path);
    if (!isOurs) return { outcome: 'kept', run };
    const seal = await sealAdoptedRun(run, cacheDirectory);
    await writeManifest(from, { ...manifest, seal });
    // Without its manifest a folder is no run: it comes last.
    const names = (await readdir(unpacked)).filter((name) => name !== 'run.json');
    for (const name of [...names, 'run.json']) await rename(join(unpacked, name), run.file(name));
    return { outcome: 'adopted', run };
  } catch (cause) {
    if (isOurs) await rm(run.path, { recursive: true, force: true });
    if (cause instanceof RunDirectoryError || cause instanceof StorageError) throw cause;
    const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
    throw new Kind(`cannot move a run to ${run.path}: ${reasonOf(cause)}`, { cause });
  }
}

/** As `run.json` has it; whether it is finished, what its jobs say counts, too. */
async function requireFinishedRun(
  run: RunDirectory,
  { repository, slug }: { repository: string; slug: string },
): Promise<RunManifest> {
  const written = await readArtifact({ path: run.file('run.json'), schema: RunManifest, version: 1 });
  const merged = await lookUpManifest(run);
  if (written.outcome === 'absent' || merged.outcome === 'absent')
    throw new RunDirectoryError('it holds no run.json: upload the folder of the run as it is');
  const { id, target, status } = merged.value;
  if (target.repository !== repository || target.slug !== slug)
    throw new RunDirectoryError(
      `it is a run of ${show(target.repository)} ${show(target.slug)}, not of ${repository} ${slug}`,
    );
  if (!isNameOf(id, slug)) throw new RunDirectoryError(`it is called ${show(id)}, as no run of ${slug} is`);
  if (status !== 'complete' && status !== 'degraded')
    throw new RunDirectoryError(`it is a run that did not come to its end (${status ?? 'unfinished'})`);
  return written.value;
}

/** `20260131-235959-pr-7`, or with a number behind it. */
function isNameOf(id: string, slug: string): boolean {
  const rest = id.slice('20260131-235959-'.length);
  const isDated = /^\d{8}-\d{6}-$/.test(id.slice(0, -rest.length));
  return isDated && rest.startsWith(slug) && /^(?:-\d{1,3})?$/.test(rest.slice(slug.length));
}

const show = (text: string) => makeVisibleLine(text).slice(0, 80);
