import { join } from 'node:path';
import { explainCacheFailure } from '../git/bare-repository.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { openLocalRepository } from '../git/open-local-repository.ts';
import { makeFolder } from '../run/make-folder.ts';
import type { PipelineDependencies } from './options.ts';

/** Where bare repositories of ours live. */
export function repositoryCache({ environment }: Pick<PipelineDependencies, 'environment'>): string {
  return join(environment.cacheDirectory, 'git');
}

/** `RepositoryError`, or `StorageError` of a full disk, when it cannot be made. */
export async function makeCacheFolder(
  dependencies: Pick<PipelineDependencies, 'environment'>,
): Promise<string> {
  const folder = repositoryCache(dependencies);
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw explainCacheFailure(folder, cause);
  }
  return folder;
}

/** The repository around a folder; the caller closes it. `RepositoryError` when there is none. */
export async function openRepository(
  folder: string,
  dependencies: Pick<PipelineDependencies, 'environment' | 'signal'>,
): Promise<LocalRepository> {
  await makeCacheFolder(dependencies);
  return openLocalRepository({
    source: folder,
    cacheDirectory: repositoryCache(dependencies),
    searchPath: dependencies.environment.variable('PATH') ?? undefined,
    signal: dependencies.signal,
  });
}
