import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { ConfigError } from '../errors.ts';
import { type CacheMount, sourceFolder } from './bubblewrap-arguments.ts';

export interface CacheRequest {
  /** Absolute, from the home folder (`~/`), or from the repository's top. */
  from: string;
  /** Absolute; null for the folder's own place, or the same place in the copy for one of the repository. */
  to: string | null;
}

export interface CachePlaces {
  /** Top of the user's repository. */
  topDirectory: string;
  /** null when it is not known. */
  home: string | null;
}

export interface ResolvedCaches {
  mounts: CacheMount[];
  /** A line for each folder that is not there. */
  missing: string[];
}

/** Places that are ours in the sandbox. */
const taken = [
  '/',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/proc',
  '/dev',
  '/copy',
];

/**
 * Where the folders that the user named really are, and where commands see them. `ConfigError` for one that would
 * show the whole home folder, that leads out of the repository by a link, or whose place is taken.
 */
export async function resolveCaches(
  requests: readonly CacheRequest[],
  places: CachePlaces,
): Promise<ResolvedCaches> {
  const mounts: CacheMount[] = [];
  const missing: string[] = [];
  for (const request of requests) {
    const inRepository = !isAbsolute(request.from) && !/^~(?:\/|$)/.test(request.from);
    const named = inRepository ? join(places.topDirectory, request.from) : expandHome(request.from, places);
    const own = inRepository ? join(sourceFolder, normalize(request.from)) : named;
    const to = checkPlace(request.to ?? own, request.from);
    const from = await realFolder(named);
    if (from === null) {
      missing.push(`the cache ${request.from} is no folder here; commands run without it`);
      continue;
    }
    if (inRepository) await requireInside(from, request.from, places.topDirectory);
    await refuseHome(from, request.from, places);
    mounts.push({ from, to });
  }
  return { mounts, missing };
}

function expandHome(path: string, { home }: CachePlaces): string {
  if (!path.startsWith('~')) return normalize(path);
  if (home === null)
    throw new ConfigError(`the cache ${path} is in a home folder that is not known`, { hint: 'set HOME' });
  return join(home, path.slice(1));
}

function checkPlace(to: string, from: string): string {
  const place = normalize(to).replace(/\/+$/, '') || '/';
  const isTaken = taken.some((one) => place === one || (one !== '/' && place.startsWith(`${one}/`)));
  if (isAbsolute(place) && !isTaken && ![sourceFolder, '/tmp', '/var'].includes(place)) return place;
  throw new ConfigError(`the cache ${from} cannot be shown at ${to}: that place is taken`, {
    hint: `give it a place of its own, such as ${sourceFolder}/node_modules or /opt/cache`,
  });
}

/** null when there is none. */
async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : null;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return null;
    throw new ConfigError(`the cache ${path} cannot be read: ${String(cause)}`, { cause });
  }
}

/** What is checked out may be others' work: a link there must not choose what is shown. */
async function requireInside(real: string, named: string, topDirectory: string): Promise<void> {
  const top = await realpath(topDirectory);
  if (real.startsWith(`${top}${sep}`)) return;
  throw new ConfigError(`the cache ${named} leads out of the repository, to ${real}`, {
    hint: 'name that folder by its absolute path if you mean it',
  });
}

async function refuseHome(real: string, named: string, { home }: CachePlaces): Promise<void> {
  const folder = home === null ? null : await realpath(home).catch(() => home);
  if (real !== '/' && (folder === null || !`${folder}/`.startsWith(`${real}/`))) return;
  throw new ConfigError(`the cache ${named} would show commands the whole home folder`, {
    hint: 'name the folder they need below it',
  });
}
