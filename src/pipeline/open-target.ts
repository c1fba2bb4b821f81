import type { ConfigFile } from '../config.ts';
import type { ReviewTarget } from '../forge/pull-request-source.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { createSource } from './create-source.ts';
import type { FetchDependencies } from './fetch-repository.ts';
import { openRepository } from './open-repository.ts';
import type { ReviewOptions } from './options.ts';
import { readOwnConfig } from './settle-config.ts';

/** What is under review, and the objects of its code; the caller closes the repository. */
export interface OpenedTarget {
  target: ReviewTarget;
  repository: LocalRepository;
  /** The user's own configuration: read before anybody is asked anything. */
  user: ConfigFile;
}

/** Finds out what a target means, and opens the repository that holds it. */
export async function openTarget(
  options: Pick<ReviewOptions, 'target' | 'workingDirectory' | 'configPath' | 'withoutConfig'>,
  dependencies: FetchDependencies,
): Promise<OpenedTarget> {
  const user = await readOwnConfig(options, dependencies.environment);
  const repository = await openRepository(options.workingDirectory, dependencies);
  try {
    const target = await createSource({ repository, target: options.target }).resolve(dependencies.signal);
    return { target, repository, user };
  } catch (cause) {
    await repository.close();
    throw cause;
  }
}
