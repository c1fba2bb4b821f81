import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing, one by one: Node's own way may never end where a file system
 * says of a folder that is there that it is not (`/proc`). Resolves to the outermost one made, null when all were there.
 */
export async function makeFolder(path: string): Promise<string | null> {
  const failure = await tryToMake(path);
  if (failure === null) return path;
  if (await isFolder(path)) return null;
  const parent = dirname(path);
  if (failure.code !== 'ENOENT' || parent === path) throw failure;
  const made = await makeFolder(parent);
  const again = await tryToMake(path);
  if (again !== null && !(await isFolder(path))) throw again;
  return made ?? path;
}

async function tryToMake(path: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(path);
    return null;
  } catch (cause) {
    if (cause instanceof Error) return cause;
    throw cause;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
