import { createHash, randomBytes } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunManifest } from '../domain/run.ts';
import { isOutOfSpace, RunDirectoryError, StorageError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import type { RunDirectory } from './run-directory.ts';
import { writeFileAtomically } from './write-file.ts';

/**
 * A run lies where others may write: a repository can ship a folder that looks like one. Its seal, a random word in
 * `run.json`, also stands in the user's own cache folder; only where both are equal did this user's program make it.
 */
export async function sealRun(run: RunDirectory, cacheDirectory: string): Promise<string> {
  const seal = randomBytes(16).toString('hex');
  const path = sealPath(run, cacheDirectory);
  try {
    await makeFolder(dirname(path));
    await writeFile(path, seal, { mode: 0o600 });
  } catch (cause) {
    const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Kind(`the cache folder ${cacheDirectory} cannot be written: ${reason}`, {
      hint: 'free some space, make it writable, or choose another with XDG_CACHE_HOME',
      cause,
    });
  }
  return seal;
}

/**
 * Seals a run that another machine made and that its provenance vouches for: from then on it is this user's, as far as
 * `isOwnRun` goes. That it came from elsewhere stays known.
 */
export async function sealAdoptedRun(run: RunDirectory, cacheDirectory: string): Promise<string> {
  await writeFileAtomically(adoptedPath(run, cacheDirectory), '');
  return sealRun(run, cacheDirectory);
}

/** Whether the run came from another machine. What cannot be found out is taken for that. */
export async function isAdoptedRun(run: RunDirectory, cacheDirectory: string): Promise<boolean> {
  return access(adoptedPath(run, cacheDirectory)).then(
    () => true,
    (cause: unknown) => !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'),
  );
}

/** Whether this user's program made the run. A seal that cannot be read proves nothing: then it did not. */
export async function isOwnRun(
  run: RunDirectory,
  manifest: Pick<RunManifest, 'seal'>,
  cacheDirectory: string,
): Promise<boolean> {
  const seal = await readFile(sealPath(run, cacheDirectory), 'utf8').catch(() => null);
  return seal !== null && seal !== '' && seal === manifest.seal;
}

/**
 * Remembers in the cache folder what a file of a run holds, so that a file which others put in its place, as a branch
 * that is checked out can, is not taken for it.
 */
export async function sealContent(
  run: RunDirectory,
  { name, content }: { name: string; content: string },
  cacheDirectory: string,
): Promise<void> {
  await writeFileAtomically(contentSealPath(run, name, cacheDirectory), digestOf(content));
}

/** Whether a file of a run holds what `sealContent` was told. A seal that cannot be read proves nothing: then it does not. */
export async function isSealedContent(
  run: RunDirectory,
  { name, content }: { name: string; content: string },
  cacheDirectory: string,
): Promise<boolean> {
  const path = contentSealPath(run, name, cacheDirectory);
  const seal = await readFile(path, 'utf8').catch(() => null);
  return seal === digestOf(content);
}

function contentSealPath(run: RunDirectory, name: string, cacheDirectory: string): string {
  return `${sealPath(run, cacheDirectory)}.${name}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function adoptedPath(run: RunDirectory, cacheDirectory: string): string {
  return `${sealPath(run, cacheDirectory)}.adopted`;
}

function sealPath(run: RunDirectory, cacheDirectory: string): string {
  return join(cacheDirectory, 'runs', createHash('sha256').update(run.path).digest('hex'));
}
