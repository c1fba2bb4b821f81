import { Change } from '../domain/change.ts';
import { DeepReviewError, RepositoryError } from '../errors.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { readArtifact } from '../run/read-artifact.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import { type FetchDependencies, fetchRepository } from './fetch-repository.ts';
import { configuredSite, findGithubToken, requireSite } from './open-github.ts';
import { openRepository } from './open-repository.ts';

/**
 * The repository that a run which was begun before is about, maybe on another machine; the caller closes it. The one
 * around the working folder, unless it is about a pull request whose commits are not there: these come from the cache,
 * and are fetched where they are not in it either.
 */
export async function openRunRepository(
  run: RunDirectory,
  workingDirectory: string,
  dependencies: FetchDependencies,
): Promise<LocalRepository> {
  const change = await readBegun(run);
  if (change === null || change.pullRequest === null) return openRepository(workingDirectory, dependencies);
  const here = await openIfHeld(change, workingDirectory, dependencies);
  if (here !== null) return here;
  const site = configuredSite(dependencies);
  // A folder of a run may have come from others: a token goes to the configured GitHub alone.
  if (change.repository.url !== null) requireSite(site, new URL(change.repository.url), 'the run');
  const token = await findGithubToken(site, dependencies);
  return fetchRepository(
    {
      server: site.server,
      token: token?.value ?? null,
      repository: change.repository,
      number: change.pullRequest.number,
      base: change.base.sha,
      head: change.head.sha,
      baseBranch: change.pullRequest.baseRef ?? null,
    },
    dependencies,
  );
}

/** null where it cannot be read: whoever works on the run says so. */
async function readBegun(run: RunDirectory): Promise<Change | null> {
  const path = run.file('collect', 'change.json');
  const lookup = await readArtifact({ path, schema: Change, version: 1 }).catch((cause: unknown) => {
    if (cause instanceof DeepReviewError) return null;
    throw cause;
  });
  return lookup?.outcome === 'found' ? lookup.value : null;
}

/** null: the working folder is in no repository, or in one that lacks a commit of the change. */
async function openIfHeld(
  { base, head, mergeBase }: Change,
  workingDirectory: string,
  dependencies: FetchDependencies,
): Promise<LocalRepository | null> {
  const repository = await openRepository(workingDirectory, dependencies).catch((cause: unknown) => {
    if (cause instanceof RepositoryError) return null;
    throw cause;
  });
  if (repository === null) return null;
  let isHeld = false;
  try {
    const held = await Promise.all([base.sha, head.sha, mergeBase].map((sha) => repository.hasRevision(sha)));
    isHeld = held.every(Boolean);
    return isHeld ? repository : null;
  } finally {
    if (!isHeld) await repository.close();
  }
}
