import { lstat } from 'node:fs/promises';
import { stageNames } from '../domain/event.ts';
import { RunDirectoryError } from '../errors.ts';
import type { RunDirectory } from '../run/run-directory.ts';

/** A folder of a run that came from others and is a symbolic link would send what is written to it anywhere. */
export async function refuseLinkedParts(run: RunDirectory): Promise<void> {
  for (const folder of [...stageNames, 'jobs', 'resolve']) {
    const entry = await lstat(run.file(folder)).catch(() => null);
    if (entry?.isSymbolicLink())
      throw new RunDirectoryError(`${run.file(folder)} is a symbolic link`, {
        hint: 'put a folder in its place',
      });
  }
}
