import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { encodePath } from '../domain/git-path.ts';
import { DeepReviewError, isOutOfSpace, RepositoryError, StorageError } from '../errors.ts';
import { quotePath } from './quoted-path.ts';
import { refuseSpecialFile } from './refuse-special-file.ts';

interface CreateOptions {
  /** Folder in which bare repositories live; made when absent. */
  cacheDirectory: string;
  objectFormat: 'sha1' | 'sha256';
  /** Folder of objects to borrow; null for none. */
  borrowFrom: string | null;
  /** File that names the commits where a shallow clone's history ends; need not exist. */
  shallowFile: string | null;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a fresh bare repository with a configuration of our own; it borrows another one's objects and copies
 * none. Those that killed processes left behind are removed first. `RepositoryError` when the folder can't be
 * written.
 */
export async function createBareRepository(options: CreateOptions): Promise<string> {
  const { cacheDirectory, borrowFrom, shallowFile } = options;
  const directory = join(cacheDirectory, ownName());
  try {
    await mkdir(cacheDirectory, { recursive: true });
    await removeStale(cacheDirectory);
    await mkdir(directory, { mode: 0o700 });
  } catch (cause) {
    throw explainCacheFailure(cacheDirectory, cause);
  }
  try {
    await initBareRepository({ ...options, directory });
    if (borrowFrom !== null) await borrowObjects(directory, borrowFrom);
    if (shallowFile !== null) await copyIfPresent(shallowFile, join(directory, 'shallow'));
  } catch (cause) {
    const refusal = cause instanceof DeepReviewError ? await tryToWrite(directory) : cause;
    await removeBareRepository(directory);
    throw refusal === null ? cause : explainCacheFailure(cacheDirectory, refusal);
  }
  return directory;
}

/**
 * Makes a bare repository with our own configuration of a folder that is there and empty. Written by hand, which takes
 * no process: what git looks for in one is four entries, the same since git 1.0 (2.29 for SHA-256).
 */
export async function initBareRepository(options: {
  directory: string;
  objectFormat: 'sha1' | 'sha256';
}): Promise<void> {
  const { directory, objectFormat } = options;
  await Promise.all([
    ...['info', 'pack'].map((name) => mkdir(join(directory, 'objects', name), { recursive: true })),
    ...['heads', 'tags'].map((name) => mkdir(join(directory, 'refs', name), { recursive: true })),
    writeFile(join(directory, 'config'), `${formatOf[objectFormat]}${ownConfiguration}`),
    writeFile(join(directory, 'HEAD'), 'ref: refs/heads/unborn\n'),
  ]);
}

/** The version says whether `extensions` counts. */
const formatOf = {
  sha1: '[core]\n\trepositoryformatversion = 0\n\tbare = true\n',
  sha256: '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n',
};

/** git doesn't always say why it could not write: what the folder says to us; null when it takes what we write. */
export async function tryToWrite(directory: string): Promise<unknown> {
  const probe = join(directory, 'probe');
  try {
    await writeFile(probe, Buffer.alloc(4096));
    return null;
  } catch (cause) {
    return cause;
  } finally {
    await rm(probe, { force: true });
  }
}

/** That the folder for our own files cannot be written, and what to do. */
export function explainCacheFailure(cacheDirectory: string, cause: unknown): DeepReviewError {
  const Kind = isOutOfSpace(cause) ? StorageError : RepositoryError;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Kind(`the cache folder ${cacheDirectory} cannot be written: ${reason}`, {
    hint: 'free some space, make the folder writable, or choose another with XDG_CACHE_HOME',
    cause,
  });
}

export async function removeBareRepository(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** For whoever runs git here without the flags of `guardingFlags`. */
const ownConfiguration = `[core]
\thooksPath = /dev/null
\tfsmonitor = false
\tattributesFile = /dev/null
\texcludesFile = /dev/null
\tcommitGraph = false
[protocol]
\tallow = never
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

async function borrowObjects(directory: string, objects: string): Promise<void> {
  await mkdir(join(directory, 'objects', 'info'), { recursive: true });
  await writeFile(join(directory, 'objects', 'info', 'alternates'), printAlternate(objects), 'latin1');
}

/** git reads a quoted line as a C string, so that a folder's name may hold anything. */
function printAlternate(objects: string): string {
  return `${quotePath(encodePath(objects).toString('latin1'), { always: true })}\n`;
}

/** Milliseconds that one of another machine is believed to be at work after it was made: far longer than a run. */
const longestUse = 24 * 60 * 60_000;

/** Whether a bare repository of ours that is in use borrows the objects of this folder. */
export async function areBorrowed(objects: string, cacheDirectory: string): Promise<boolean> {
  const line = printAlternate(objects);
  const madeElsewhere: number[] = [];
  let newest = 0;
  for (const name of await readdir(cacheDirectory).catch(ifAbsent([]))) {
    const match = ownNamePattern.exec(name);
    if (match === null) continue;
    const file = join(cacheDirectory, name, 'objects', 'info', 'alternates');
    const entry = await stat(file).catch(ifAbsent(null));
    if (entry === null) continue;
    newest = Math.max(newest, entry.mtimeMs);
    if ((await readFile(file, 'latin1').catch(ifAbsent(''))) !== line) continue;
    if (match[1] !== place()) madeElsewhere.push(entry.mtimeMs);
    else if (isAlive(Number(match[2]), match[3] ?? '')) return true;
  }
  // Compared with each other, by the file system's clock: ours may be another.
  return madeElsewhere.some((madeAt) => newest - madeAt < longestUse);
}

function ifAbsent<T>(value: T): (cause: unknown) => T {
  return (cause) => {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return value;
    throw cause;
  };
}

async function copyIfPresent(from: string, to: string): Promise<void> {
  await refuseSpecialFile(from);
  await copyFile(from, to).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  });
}

/** `<place>-<process>-<its start>-<random>`: tells later runs whether its maker still lives. */
function ownName(): string {
  return [place(), process.pid, processStart(process.pid) ?? '0', randomBytes(6).toString('hex')].join('-');
}

const ownNamePattern = /^([0-9a-f]{12})-(\d+)-(\d+)-[0-9a-f]{12}$/;

async function removeStale(cacheDirectory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory)) {
    const match = ownNamePattern.exec(name);
    if (match === null || match[1] !== place() || isAlive(Number(match[2]), match[3] ?? '')) continue;
    await removeBareRepository(join(cacheDirectory, name));
  }
}

/** Process ids mean something only on one machine and in one container. */
function place(): string {
  return createHash('sha256').update(`${hostname()}\0${processNamespace()}`).digest('hex').slice(0, 12);
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function isAlive(pid: number, startedAt: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
  const start = processStart(pid);
  return start === null || start === startedAt;
}

/** In kernel ticks, which tells a reused process id; null where the system has no /proc. */
function processStart(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
