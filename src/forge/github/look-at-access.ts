import * as z from 'zod';
import { ForgeError } from '../../errors.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import type { GithubClient } from './github-client.ts';
import type { AccessFacts } from './posting-permissions.ts';

const Repository = z.object({
  full_name: z.string(),
  private: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  permissions: z.object({ push: z.boolean().nullish() }).nullish(),
});

/** What GitHub says of the client's token and a repository, by reading alone. `ForgeError` where the repository is not visible. */
export async function lookAtAccess(
  client: GithubClient,
  repository: RepositoryId,
  signal: AbortSignal,
): Promise<AccessFacts & { fullName: string }> {
  const parameters = { owner: repository.owner, repo: repository.name };
  let scopes: readonly string[] | null = null;
  const found = await client.read(
    {
      purpose: `read ${repository.owner}/${repository.name}`,
      route: 'GET /repos/{owner}/{repo}',
      parameters,
      schema: Repository,
      onHeaders: (headers) => {
        scopes = readScopes(headers['x-oauth-scopes']);
      },
    },
    signal,
  );
  return {
    fullName: found.full_name,
    kind: client.token?.kind ?? 'unknown',
    scopes,
    isPrivate: found.private === true,
    isArchived: found.archived === true,
    mayPush: found.permissions?.push ?? null,
    readRefused: await tryReading(client, parameters, signal),
  };
}

/** null: pull requests can be read; else what it would take. */
async function tryReading(
  client: GithubClient,
  parameters: { owner: string; repo: string },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await client.read(
      {
        purpose: `list the pull requests of ${parameters.owner}/${parameters.repo}`,
        route: 'GET /repos/{owner}/{repo}/pulls',
        parameters: { ...parameters, per_page: 1 },
        schema: z.array(z.unknown()),
      },
      signal,
    );
    return null;
  } catch (cause) {
    if (!(cause instanceof ForgeError) || cause.reason !== 'forbidden') throw cause;
    return cause.neededPermissions ?? 'another permission';
  }
}

/** A person's token without scopes has an empty header, every other token has none. */
function readScopes(header: unknown): string[] | null {
  if (typeof header !== 'string') return null;
  return header.split(',').flatMap((scope) => (scope.trim() === '' ? [] : [scope.trim()]));
}
