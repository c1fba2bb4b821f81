import * as z from 'zod';
import { readPackageVersion } from '../config.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ForgeError, UsageError } from '../errors.ts';
import { createGithubClient, type GithubClient } from '../forge/github/github-client.ts';
import type { GithubSite } from '../forge/github/github-site.ts';
import { describeToken, type GithubToken } from '../forge/github/github-token.ts';
import { lookAtAccess } from '../forge/github/look-at-access.ts';
import { answerPermissions } from '../forge/github/posting-permissions.ts';
import type { RepositoryId } from '../forge/pull-request-target.ts';
import { check, type DiagnosisLine } from './diagnosis-line.ts';
import { configuredSite, findGithubToken, findRepository } from './open-github.ts';
import type { PipelineDependencies } from './options.ts';

type Dependencies = Pick<PipelineDependencies, 'environment' | 'signal'>;

/**
 * What reading and posting to GitHub find here: the token, the API, the repository and each permission, that of resolving
 * threads where the configuration asks for it. Asks once and writes nothing. Without a token and without a repository of
 * GitHub nobody is asked.
 */
export async function diagnoseGithub(
  options: { workingDirectory: string; repo: RepositoryId | null; resolveThreads: boolean },
  dependencies: Dependencies,
): Promise<DiagnosisLine[]> {
  const { workingDirectory, repo } = options;
  const site = await check('GitHub', async () => {
    const value = configuredSite(dependencies);
    return { detail: value.server, value };
  });
  if (site.value === null) return [site.line];
  const found = await diagnoseToken(site.value, dependencies);
  const repository = repo ?? (await findOrigin(workingDirectory, site.value, dependencies));
  if (found.isBroken || (found.token === null && repository === null)) return [found.line];
  const client = createGithubClient({
    site: site.value,
    token: found.token,
    version: readPackageVersion(),
    onNotice: () => {},
    limits: { answerMs: 10_000, totalMs: 15_000 },
    tries: 1,
  });
  const api = await diagnoseApi(client, dependencies.signal);
  if (api.state !== 'ok' || repository === null) return [found.line, api];
  return [
    found.line,
    api,
    ...(await diagnoseRepository(client, { ...options, repository }, dependencies.signal)),
  ];
}

async function diagnoseToken(
  site: GithubSite,
  dependencies: Dependencies,
): Promise<{ line: DiagnosisLine; token: GithubToken | null; isBroken: boolean }> {
  const subject = 'GitHub token';
  let token: GithubToken | null = null;
  const { line } = await check(subject, async () => {
    token = await findGithubToken(site, dependencies);
    return { detail: describeToken(token), value: null };
  });
  if (line.state !== 'ok') return { line, token: null, isBroken: true };
  if (token !== null) return { line, token, isBroken: false };
  const none: DiagnosisLine = {
    subject,
    state: 'missing',
    detail: 'none: what is public can be read, and nothing can be posted',
    advice: 'set GITHUB_TOKEN, or sign in with "gh auth login", to review pull requests',
  };
  return { line: none, token, isBroken: false };
}

/** null: this folder is of no repository of this GitHub. */
async function findOrigin(
  workingDirectory: string,
  site: GithubSite,
  dependencies: Dependencies,
): Promise<RepositoryId | null> {
  try {
    return await findRepository(workingDirectory, site, dependencies);
  } catch (cause) {
    if (cause instanceof UsageError) return null;
    throw cause;
  }
}

const RateLimit = z.object({
  resources: z.object({ core: z.object({ limit: z.int(), remaining: z.int() }) }),
});

async function diagnoseApi(client: GithubClient, signal: AbortSignal): Promise<DiagnosisLine> {
  const { line } = await check('GitHub API', async () => ({
    detail: `${client.site.api} answers; ${await describeRate(client, signal)}`,
    value: null,
  }));
  return line;
}

/** An Enterprise Server may have no limits, and then has no answer to this either. */
async function describeRate(client: GithubClient, signal: AbortSignal): Promise<string> {
  try {
    const { resources } = await client.read(
      { purpose: 'ask what is left of the hour', route: 'GET /rate_limit', schema: RateLimit },
      signal,
    );
    const { limit, remaining } = resources.core;
    return `${remaining} of ${limit} requests left this hour`;
  } catch (cause) {
    if (cause instanceof ForgeError && cause.reason === 'not-found') return 'it has no limits';
    throw cause;
  }
}

async function diagnoseRepository(
  client: GithubClient,
  { repository, resolveThreads }: { repository: RepositoryId; resolveThreads: boolean },
  signal: AbortSignal,
): Promise<DiagnosisLine[]> {
  const subject = 'GitHub repository';
  const access = await check(subject, async () => {
    const value = await lookAtAccess(client, repository, signal);
    const words = [value.isPrivate ? 'private' : 'public', ...(value.isArchived ? ['archived'] : [])];
    return { detail: `${value.fullName}: ${words.join(', ')}`, value };
  });
  if (access.value === null || client.token === null) return [access.line];
  const permissions = answerPermissions(access.value, { resolveThreads }).map(
    ({ permission, purpose, state, detail, advice }): DiagnosisLine => ({
      subject: `  ${permission}`,
      state,
      detail: makeVisibleLine(`${purpose}: ${detail}`),
      advice,
    }),
  );
  return [access.line, ...permissions];
}
