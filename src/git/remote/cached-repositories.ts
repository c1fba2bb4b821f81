import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { areBorrowed, explainCacheFailure, initBareRepository } from '../bare-repository.ts';

export interface MakeCachedInput {
  place: string;
  objectFormat: 'sha1' | 'sha256';
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A lock that is taken; nobody else has it until it is released. */
export interface HeldLock {
  release(): Promise<void>;
}

/** An empty repository at its place in one step. The caller has its lock. */
export async function makeCachedRepository(input: MakeCachedInput): Promise<void> {
  const { place } = input;
  const draft = await mkdtemp(`${place}.new-`);
  try {
    await initBareRepository({ ...input, directory: draft });
    await writeFile(join(draft, usedFile), '');
    await rename(draft, place);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw cause;
  }
}

/** Takes a repository away in one step. The caller has its lock, and nobody borrows from it. */
export async function discardCachedRepository(place: string): Promise<void> {
  const aside = await mkdtemp(`${place}.old-`);
  await rename(place, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what killed processes left behind: half packs, locks of git, half repositories. The caller has the lock. */
export async function tidyCachedRepository(place: string): Promise<void> {
  const parent = dirname(place);
  for (const name of await readdir(parent))
    if (name.startsWith(`${basename(place)}.`) && draftEnding.test(name))
      await rm(join(parent, name), { recursive: true, force: true });
  for (const path of await listFiles(place))
    if (path.endsWith('.lock') || /^tmp_/.test(basename(path))) await rm(path, { force: true });
}

/** As `mkdtemp` makes them; a place ends on `.git`, whatever its repository is called. */
const draftEnding = /\.git\.(?:new|old)-[A-Za-z0-9]{6}$/;

export function markUsed(place: string): Promise<void> {
  return writeFile(join(place, usedFile), 'used\n');
}

/** Its time is when the repository was last opened. */
const usedFile = 'used';

export interface EvictInput {
  /** Folder of all of them: `<host>/<owner>/<name>.git`. */
  root: string;
  cacheDirectory: string;
  mostBytes: number;
  /** null: somebody has it. */
  attemptLock: (path: string) => Promise<HeldLock | null>;
}

/** Removes the repositories that were not used for longest until the rest is small enough; never one in use. */
export async function evictRepositories(input: EvictInput): Promise<void> {
  const all = await listRepositories(input.root);
  let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { place, bytes } of all.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= input.mostBytes) return;
    const lock = await input.attemptLock(`${place}.lock`);
    if (lock === null) continue;
    try {
      if (await areBorrowed(join(place, 'objects'), input.cacheDirectory)) continue;
      await discardCachedRepository(place);
      total -= bytes;
    } finally {
      await lock.release();
    }
  }
}

async function listRepositories(root: string): Promise<{ place: string; bytes: number; usedAt: number }[]> {
  const found: { place: string; bytes: number; usedAt: number }[] = [];
  for (const host of await folders(root))
    for (const owner of await folders(host))
      for (const place of (await folders(owner)).filter((path) => path.endsWith('.git'))) {
        const files = await listFiles(place);
        const sizes = await Promise.all(files.map(async (path) => (await entryOf(path))?.size ?? 0));
        const usedAt = (await entryOf(join(place, usedFile)))?.mtimeMs ?? 0;
        found.push({ place, bytes: sizes.reduce((sum, size) => sum + size, 0), usedAt });
      }
  return found;
}

async function folders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
}

/** All files below a folder; those that vanish meanwhile may be missing. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreAbsent([]));
  const lists = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    }),
  );
  return lists.flat();
}

function entryOf(path: string) {
  return stat(path).catch(ignoreAbsent(null));
}

export function ignoreAbsent<T>(value: T): (cause: unknown) => T {
  return (cause) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return value;
    throw cause;
  };
}

/** Makes the folder that a repository's place and lock are in. */
export async function makePlace(place: string): Promise<void> {
  try {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw explainCacheFailure(dirname(place), cause);
  }
}
