import type { Change, PullRequest } from '../domain/change.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError, RunDirectoryError, UsageError } from '../errors.ts';
import type { GithubClient } from '../forge/github/github-client.ts';
import { createGithubPublisher } from '../forge/github/github-publisher.ts';
import { hostOf } from '../forge/github/github-site.ts';
import { parseRepositoryId, type RepositoryId } from '../forge/pull-request-target.ts';
import type { ReportPublisher } from '../forge/report-publisher.ts';
import { openGithub } from './open-github.ts';
import type { PipelineDependencies } from './options.ts';

type Dependencies = Pick<PipelineDependencies, 'environment' | 'signal' | 'emit'>;

/** What a run is about, of its report or of its change. */
type Posted = Pick<Change, 'repository'> & { pullRequest: Pick<PullRequest, 'number'> | null };

export interface OpenedPublisher {
  client: GithubClient;
  publisher: ReportPublisher;
  repository: RepositoryId;
  /** `repository` is `owner/name`. */
  pullRequest: { repository: string; number: number };
}

/** Who posts to the pull request of a change. Sends nothing. Refuses as `refuseToPost` does. */
export async function openPublisher(dependencies: Dependencies, posted: Posted): Promise<OpenedPublisher> {
  const client = await openGithub(dependencies);
  const { owner, name } = posted.repository;
  const number = refuseOther(client, posted);
  const publisher = createGithubPublisher({
    client,
    repository: { owner, name },
    pullRequest: number,
    // A server without GraphQL for it tells the token of a workflow run nothing of itself.
    assumedLogin: dependencies.environment.actions === null ? null : 'github-actions[bot]',
  });
  return {
    client,
    publisher,
    repository: { owner, name },
    pullRequest: { repository: `${owner}/${name}`, number },
  };
}

/**
 * Refuses what cannot be posted from here, before anything is paid for or written; sends nothing. `ConfigError` without
 * a token; `UsageError` for a run that is about no pull request; `RunDirectoryError` for one of another GitHub than the
 * configured one.
 */
export async function refuseToPost(dependencies: Dependencies, posted: Posted | null): Promise<void> {
  const client = await openGithub(dependencies);
  if (posted === null) requireToken(client);
  else refuseOther(client, posted);
}

function refuseOther(client: GithubClient, { repository, pullRequest }: Posted): number {
  requireToken(client);
  if (pullRequest === null)
    throw new UsageError('this run is about no pull request: there is nowhere to post it', {
      hint: 'review the pull request by its number, for example: deep-review 12 --repo owner/name',
    });
  const host = repository.url !== null && URL.canParse(repository.url) ? new URL(repository.url).host : null;
  if (host !== hostOf(client.site))
    throw new RunDirectoryError(
      `this run is about a pull request on ${host ?? 'no known host'}, and the GitHub that is asked is ${hostOf(client.site)}`,
      { hint: 'set GITHUB_SERVER_URL and a token of that server in GITHUB_TOKEN' },
    );
  // Names become parts of an address; ".." would lead to another place.
  if (parseRepositoryId(`${repository.owner}/${repository.name}`) === null)
    throw new RunDirectoryError(
      `this run is about ${makeVisibleLine(`${repository.owner}/${repository.name}`)}, which is no name of a repository`,
      { hint: 'review the pull request again' },
    );
  return pullRequest.number;
}

function requireToken({ token }: GithubClient): void {
  if (token !== null) return;
  throw new ConfigError('posting needs a token, and there is none', {
    hint: 'set GITHUB_TOKEN, or sign in with "gh auth login"',
  });
}
