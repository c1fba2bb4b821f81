import { readFile } from 'node:fs/promises';
import { RunDirectoryError } from '../errors.ts';
import { runGit } from './run-git.ts';

export interface AddPackInput {
  /** A pack made by `packObjects`; its objects are what their ids say, whoever it came from. */
  packFile: string;
  /** A bare repository of ours. */
  gitDirectory: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Takes the objects of a pack into a repository of ours. `RunDirectoryError` when it is missing or damaged. */
export async function addPack({ packFile, gitDirectory, searchPath, signal }: AddPackInput): Promise<void> {
  const hint = 'do this where the repository of the run is, or do the review again';
  const pack = await readFile(packFile).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RunDirectoryError(`cannot read ${packFile}: ${reason}`, { hint, cause });
  });
  try {
    await runGit({ argv: ['index-pack', '--stdin'], gitDirectory, input: pack, searchPath, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RunDirectoryError(`${packFile} is damaged`, { hint, cause });
  }
}
