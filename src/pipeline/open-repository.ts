import { join } from 'node:path';
import type { LocalRepository } from '../git/local-repository.ts';
import { openLocalRepository } from '../git/open-local-repository.ts';
import type { PipelineDependencies } from './options.ts';

/** Where bare repositories of ours live. */
export function repositoryCache({ environment }: Pick<PipelineDependencies, 'environment'>): string {
  return join(environment.cacheDirectory, 'git');
}

/** The repository around a folder; the caller closes it. `RepositoryError` when there is none. */
export function openRepository(
  folder: string,
  dependencies: Pick<PipelineDependencies, 'environment' | 'signal'>,
): Promise<LocalRepository> {
  return openLocalRepository({
    source: folder,
    cacheDirectory: repositoryCache(dependencies),
    searchPath: dependencies.environment.variable('PATH') ?? undefined,
    signal: dependencies.signal,
  });
}
