import * as z from 'zod';
import { ForgeError } from '../../errors.ts';
import type { GithubRequest } from './github-client.ts';
import { hostOf } from './github-site.ts';
import { describeToken } from './github-token.ts';
import { IssueAnswer } from './pull-request-answers.ts';
import type { GithubSourceInput } from './pull-request-place.ts';

/** What of a pull request that was not found is missing: GitHub says the same of what is not there and what may not be seen. */
export async function explainMissing(
  error: ForgeError,
  { client, repository, number }: Pick<GithubSourceInput, 'client' | 'repository' | 'number'>,
  signal: AbortSignal,
): Promise<ForgeError> {
  const name = `${repository.owner}/${repository.name}`;
  const whose = describeToken(client.token);
  const { status, neededPermissions } = error;
  const missing = (message: string, hint: string) =>
    new ForgeError(message, { reason: 'not-found', status, neededPermissions, hint });
  const parameters = { owner: repository.owner, repo: repository.name };
  const look = <T>(request: GithubRequest<T>) => orNull(() => client.read(request, signal));
  const found = await look({
    purpose: `read ${name}`,
    route: 'GET /repos/{owner}/{repo}',
    parameters,
    schema: z.object({ full_name: z.string() }),
  });
  if (found === null)
    return missing(
      `there is no repository ${name} on ${hostOf(client.site)}, or ${whose} may not see it`,
      client.token === null
        ? 'check the name; for a private repository set GITHUB_TOKEN, or sign in with "gh auth login"'
        : 'check the name, and that the token is for this repository',
    );
  const issue = await look({
    purpose: `read issue ${number} of ${name}`,
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
    parameters: { ...parameters, issue_number: number },
    schema: IssueAnswer,
  });
  if (issue === null)
    return missing(
      `${name} has no pull request ${number}, or ${whose} may not see it`,
      'check the number: it stands in the address of the pull request',
    );
  if ((issue.pull_request ?? null) === null)
    return missing(
      `#${number} of ${name} is an issue and no pull request`,
      'give the number of a pull request',
    );
  return missing(
    `${whose} may not read pull request ${number} of ${name}`,
    `give the token ${neededPermissions ?? 'the permission to read pull requests'}`,
  );
}

/** Whatever is said but "it is not there" settles nothing, and is said as it is. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ForgeError && ['not-found', 'gone'].includes(error.reason)) return null;
    throw error;
  }
}
