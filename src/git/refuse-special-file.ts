import { lstat } from 'node:fs/promises';
import { RepositoryError } from '../errors.ts';

/**
 * Refuses a pipe, a device or a folder where a plain file of the repository is copied: reading one could wait without
 * end. A file that is not there is fine.
 */
export async function refuseSpecialFile(path: string): Promise<void> {
  const entry = await lstat(path).catch(() => null);
  if (entry === null || entry.isFile() || entry.isSymbolicLink()) return;
  throw new RepositoryError(`${path} is no plain file`, { hint: 'remove it, or clone the repository anew' });
}
