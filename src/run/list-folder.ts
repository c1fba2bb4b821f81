import { readdir } from 'node:fs/promises';
import { RunDirectoryError } from '../errors.ts';

/** Names in a folder, in no order; none where there is no folder. `RunDirectoryError` when it cannot be listed. */
export async function listFolder(path: string): Promise<string[]> {
  return readdir(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new RunDirectoryError(`cannot list ${path}`, { hint: 'check its rights', cause });
  });
}
