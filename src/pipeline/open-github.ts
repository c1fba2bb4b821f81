import { readPackageVersion } from '../config.ts';
import { RepositoryError, UsageError } from '../errors.ts';
import { askGh } from '../forge/github/ask-gh.ts';
import { createGithubClient, type GithubClient } from '../forge/github/github-client.ts';
import { type GithubSite, hostOf, resolveGithubSite } from '../forge/github/github-site.ts';
import { createGithubSource } from '../forge/github/github-source.ts';
import { type GithubToken, readGithubToken } from '../forge/github/github-token.ts';
import { parseRemoteAddress } from '../forge/local/remote-name.ts';
import type { PullRequestSource } from '../forge/pull-request-source.ts';
import type { PullRequestTarget, RepositoryId } from '../forge/pull-request-target.ts';
import { createSourceQuestions } from '../git/source-questions.ts';
import { locateSourceRepository } from '../git/source-repository.ts';
import type { PipelineDependencies } from './options.ts';

type Dependencies = Pick<PipelineDependencies, 'environment' | 'signal'> &
  Partial<Pick<PipelineDependencies, 'emit'>>;

/** A pull request and whom to ask about it. */
export interface OpenedPullRequest {
  client: GithubClient;
  /** As it was asked for; what it is called today, `source` says. */
  repository: RepositoryId;
  number: number;
  source: PullRequestSource;
}

/**
 * Settles which pull request of which GitHub is meant. Sends nothing. `UsageError` when its repository is not known or
 * it is on a GitHub that is not the configured one.
 */
export async function openPullRequest(
  target: PullRequestTarget,
  workingDirectory: string,
  dependencies: Dependencies,
): Promise<OpenedPullRequest> {
  const site = configuredSite(dependencies);
  if (target.server !== null) requireSite(site, new URL(target.server), 'the address');
  const repository = target.repository ?? (await findRepository(workingDirectory, site, dependencies));
  const client = await openGithub(dependencies);
  const { number } = target;
  const onGap = warn(dependencies);
  return { client, repository, number, source: createGithubSource({ client, repository, number, onGap }) };
}

/** The configured GitHub, with the token that is in the environment or that its own command line keeps. */
export async function openGithub(dependencies: Dependencies): Promise<GithubClient> {
  const site = configuredSite(dependencies);
  return createGithubClient({
    site,
    token: await findGithubToken(site, dependencies),
    version: readPackageVersion(),
    onNotice: warn(dependencies),
  });
}

function warn({ emit }: Pick<Dependencies, 'emit'>): (message: string) => void | Promise<void> {
  return (message) => emit?.({ type: 'notice', level: 'warning', message });
}

/** null: there is none, and only what everybody may see can be read. */
export async function findGithubToken(
  site: GithubSite,
  { environment, signal }: Pick<Dependencies, 'environment' | 'signal'>,
): Promise<GithubToken | null> {
  const given = environment.githubToken;
  if (given !== null) return readGithubToken(given.value, given.variable);
  const kept = await askGh({ host: hostOf(site), variable: environment.variable, signal });
  return kept === null ? null : readGithubToken(kept, 'gh auth token');
}

/** As the environment names it. `ConfigError` for an address that a token must not be sent to. */
export function configuredSite({ environment }: Pick<Dependencies, 'environment'>): GithubSite {
  return resolveGithubSite({ serverUrl: environment.githubServerUrl, apiUrl: environment.githubApiUrl });
}

/** The repository of a folder's remote "origin". `UsageError` where that is none of this GitHub. */
export async function findRepository(
  workingDirectory: string,
  site: GithubSite,
  { environment, signal }: Pick<Dependencies, 'environment' | 'signal'>,
): Promise<RepositoryId> {
  const hint = 'name it with --repo OWNER/NAME';
  const vague = 'a number alone does not say in which repository';
  const call = { searchPath: environment.variable('PATH') ?? undefined, signal };
  const source = await locateSourceRepository({ ...call, source: workingDirectory }).catch(
    (cause: unknown) => {
      if (!(cause instanceof RepositoryError)) throw cause;
      throw new UsageError(`${vague}: ${cause.message}`, { hint, cause });
    },
  );
  const address = await createSourceQuestions({ ...call, source }).remoteAddress('origin');
  if (address === null) throw new UsageError(`${vague}: there is no remote "origin" here`, { hint });
  const found = parseRemoteAddress(address);
  if (found === null)
    throw new UsageError('the remote "origin" of this folder is no repository on a forge', { hint });
  if (found.url !== null) requireSite(site, new URL(found.url), 'the remote "origin"');
  return { owner: found.owner, name: found.name };
}

/** A token is for one GitHub, and is not sent to another because an address says so. */
export function requireSite(site: GithubSite, { host, protocol }: URL, what: string): void {
  if (host === hostOf(site)) return;
  throw new UsageError(`${what} is on ${host}, and the GitHub that is asked is ${hostOf(site)}`, {
    hint: `set GITHUB_SERVER_URL=${protocol}//${host} and a token of it in GITHUB_TOKEN, and leave GITHUB_API_URL unset`,
  });
}
