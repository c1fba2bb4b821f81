import { ForgeError } from '../../errors.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import type { CommandLookups } from '../read-commands.ts';
import type { GithubClient } from './github-client.ts';
import { readRevisions } from './read-revisions.ts';
import { PermissionAnswer } from './spoken-answers.ts';

/** Asks GitHub who may write to a repository, and what comments said before. */
export function createCommandLookups(
  place: { client: GithubClient; repository: RepositoryId; number: number },
  signal: AbortSignal,
): CommandLookups {
  const { client, repository, number } = place;
  const { owner, name: repo } = repository;
  return {
    async mayWrite(login) {
      if (client.token === null)
        throw new ForgeError('GitHub tells nobody without a token who may write', { reason: 'forbidden' });
      const { permission } = await client.read(
        {
          purpose: `ask who may write to ${owner}/${repo}`,
          route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
          parameters: { owner, repo, username: login },
          schema: PermissionAnswer,
        },
        signal,
      );
      return permission === 'admin' || permission === 'write';
    },
    listRevisions: (nodeId) =>
      readRevisions(client, { nodeId, on: `pull request ${number} of ${owner}/${repo}` }, signal),
  };
}
