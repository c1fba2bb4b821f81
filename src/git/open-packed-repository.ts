import type { ObjectId } from '../domain/change.ts';
import { RepositoryError } from '../errors.ts';
import { addPack } from './add-pack.ts';
import { createBareRepository, removeBareRepository } from './bare-repository.ts';
import type { ObjectRepository } from './object-repository.ts';
import { ObjectStore } from './object-store.ts';

export interface OpenPackedOptions {
  /** A pack made by `packObjects`. */
  packFile: string;
  cacheDirectory: string;
  objectFormat: 'sha1' | 'sha256';
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The objects of a pack as a repository, for when the one they came from is not at hand. What the pack does not hold
 * is a `GitError`, never `absent`. It knows no names: `resolveCommit` takes whole ids only.
 */
export async function openPackedRepository(options: OpenPackedOptions): Promise<ObjectRepository> {
  const { packFile, cacheDirectory, objectFormat, searchPath, signal } = options;
  const gitDirectory = await createBareRepository({
    cacheDirectory,
    objectFormat,
    borrowFrom: null,
    shallowFile: null,
    searchPath,
    signal,
  });
  try {
    await addPack({ packFile, gitDirectory, searchPath, signal });
  } catch (cause) {
    await removeBareRepository(gitDirectory);
    throw cause;
  }
  return new PackedRepository({ gitDirectory, searchPath, signal });
}

class PackedRepository extends ObjectStore implements ObjectRepository {
  readonly sourceDirectory = '';

  async resolveCommit(revision: string): Promise<ObjectId> {
    const header = /^[0-9a-f]{40,64}$/.test(revision) ? await this.reader.header(revision, 'commit') : null;
    if (header !== null) return header.oid;
    throw new RepositoryError(`the pack does not hold ${revision}`, { hint: 'use the repository itself' });
  }
}
