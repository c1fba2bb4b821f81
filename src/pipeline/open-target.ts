import type { ConfigFile } from '../config.ts';
import { createLocalSource, type LocalTarget } from '../forge/local/local-source.ts';
import type { ReviewTarget, TargetEnds } from '../forge/pull-request-source.ts';
import type { PullRequestTarget } from '../forge/pull-request-target.ts';
import { requireGitVersion } from '../git/git-version.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { type FetchDependencies, fetchRepository } from './fetch-repository.ts';
import { openPullRequest } from './open-github.ts';
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

/**
 * Finds out what a target means, and opens the repository that holds it: the one around the working folder; for a pull
 * request the one in the cache, which needs no clone. The commits of a pull request are those its forge named in its
 * one answer, whatever is pushed since; they are fetched while it is asked what people said of them.
 */
export async function openTarget(
  options: Pick<ReviewOptions, 'target' | 'workingDirectory' | 'configPath' | 'withoutConfig'>,
  dependencies: FetchDependencies,
): Promise<OpenedTarget> {
  const user = await readOwnConfig(options, dependencies.environment);
  const { target, workingDirectory } = options;
  const opened =
    target.kind === 'pull-request'
      ? await openForgeTarget(target, workingDirectory, dependencies)
      : await openLocalTarget(target, workingDirectory, dependencies);
  return { ...opened, user };
}

async function openLocalTarget(
  target: LocalTarget,
  workingDirectory: string,
  dependencies: FetchDependencies,
): Promise<Omit<OpenedTarget, 'user'>> {
  const repository = await openRepository(workingDirectory, dependencies);
  try {
    return {
      target: await createLocalSource({ repository, target }).resolve(dependencies.signal),
      repository,
    };
  } catch (cause) {
    await repository.close();
    throw cause;
  }
}

async function openForgeTarget(
  asked: PullRequestTarget,
  workingDirectory: string,
  dependencies: FetchDependencies,
): Promise<Omit<OpenedTarget, 'user'>> {
  const [{ client, source, number }] = await Promise.all([
    openPullRequest(asked, workingDirectory, dependencies),
    // Before anything is asked of anybody: without git there is no review.
    requireGitVersion({
      searchPath: dependencies.environment.variable('PATH') ?? undefined,
      signal: dependencies.signal,
    }),
  ]);
  const stop = new AbortController();
  const signal = AbortSignal.any([dependencies.signal, stop.signal]);
  let fetched: Promise<LocalRepository> | null = null;
  const fetch = (ends: TargetEnds) => {
    const access = { server: client.site.server, token: client.token?.value ?? null, number };
    fetched = fetchRepository({ ...ends, ...access }, { ...dependencies, signal });
    // It is waited for below; until then its failure is nobody's.
    fetched.catch(() => undefined);
    return fetched;
  };
  try {
    const target = await source.resolve(signal, fetch);
    const { repository, base, head, pullRequest } = target;
    const baseBranch = pullRequest?.baseRef ?? null;
    return {
      target,
      repository: await (fetched ?? fetch({ repository, base: base.sha, head: head.sha, baseBranch })),
    };
  } catch (cause) {
    stop.abort(cause);
    await (fetched as Promise<LocalRepository> | null)?.then(
      (repository) => repository.close(),
      () => undefined,
    );
    throw cause;
  }
}
