import type { LocalRepository } from '../git/local-repository.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import type { FetchDependencies } from './fetch-repository.ts';
import { openRepository } from './open-repository.ts';

/** The repository that a run which was begun before is about; the caller closes it. */
export function openRunRepository(
  _run: RunDirectory,
  workingDirectory: string,
  dependencies: FetchDependencies,
): Promise<LocalRepository> {
  return openRepository(workingDirectory, dependencies);
}
