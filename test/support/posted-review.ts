import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serverVariables } from '../demo/recorded-sessions.ts';
import type { GithubScenario, ScenarioPullRequest, ScenarioToken } from '../servers/github/scenario.ts';
import { type SpawnedGithubServer, spawnGithubServer } from '../servers/github/spawn-github-server.ts';
import type { ModelScript } from '../servers/model/script.ts';
import { type SpawnedModelServer, spawnModelServer } from '../servers/model/spawn-model-server.ts';
import {
  challengedScript,
  counterQuote,
  createChallengedChange,
  hidePath,
  submit,
  wipePath,
} from './challenged-change.ts';
import { requireSoundRetros } from './check-retro.ts';
import type { GitFixture } from './git-fixture.ts';
import { type CliResult, cliEnvironment } from './run-cli.ts';

/** A pull request, a GitHub and models in processes of their own, and the built program in another. */
export interface PostedReview {
  github: SpawnedGithubServer;
  models: SpawnedModelServer | null;
  /** Where the program stands: an empty folder without any repository. */
  folder: string;
  run(words: readonly string[], env?: Record<string, string>): Promise<CliResult>;
  close(): Promise<void>;
}

export interface PostedReviewInput {
  repository: GitFixture;
  /** Branch or commit. */
  head: string;
  pullRequest?: Partial<ScenarioPullRequest>;
  scenario?: Partial<GithubScenario>;
  /** null: no models, and no keys. */
  script: ModelScript | null;
}

export const reviewedRepository = 'acme/shop';

/** Names of the tokens that every such GitHub knows. */
export const reviewTokens = {
  ghs_workflow: {
    kind: 'actions',
    repository: reviewedRepository,
    permissions: { contents: 'read', pull_requests: 'write', issues: 'read', checks: 'write' },
  },
  ghs_readonly: {
    kind: 'actions',
    repository: reviewedRepository,
    permissions: { contents: 'read', pull_requests: 'read', issues: 'read', checks: 'read' },
  },
} satisfies Record<string, ScenarioToken>;

/** The program's default token is that of a workflow. */
export async function createPostedReview(input: PostedReviewInput): Promise<PostedReview> {
  const { repository, head, pullRequest, scenario, script } = input;
  const models = script === null ? null : await spawnModelServer(script);
  const github = await spawnGithubServer({
    tokens: reviewTokens,
    ...scenario,
    repositories: [
      {
        name: reviewedRepository,
        git: repository.directory,
        pullRequests: [{ number: 7, title: 'Drop what is old', head, author: 'ada', ...pullRequest }],
      },
    ],
  });
  const folder = join(repository.scratch, 'empty');
  mkdirSync(folder, { recursive: true });
  const variables = {
    ...(models === null ? {} : serverVariables(models.url)),
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: 'ghs_workflow',
  };
  return {
    github,
    models,
    folder,
    run: (words, env = {}) =>
      runProgram(words, folder, cliEnvironment({ home: repository.scratch, env: { ...variables, ...env } })),
    close: async () => {
      await Promise.all([github.close(), models?.close()]);
      repository.remove();
    },
  };
}

/**
 * A pull request with one critical and two important findings, all confirmed and beside lines of the diff; others are
 * refuted or quote what does not exist.
 */
export async function createChallengedReview(
  input: Omit<PostedReviewInput, 'repository' | 'head' | 'script'> = {},
): Promise<PostedReview & { head: string }> {
  const { repository, range } = createChallengedChange();
  const [base = '', head = ''] = range.split('..');
  repository.git('branch', 'feature', head);
  repository.git('reset', '--quiet', '--hard', base);
  const refuted = { verdict: 'refute', quotes: [counterQuote] } as const;
  const wipes = { verdict: 'confirm', severity: 'critical', quotes: [wipePath] } as const;
  const rest = [
    { verdict: 'confirm' },
    { verdict: 'refute' },
    { verdict: 'confirm', quotes: [hidePath] },
  ] as const;
  const script = challengedScript({
    claude: [submit([refuted, wipes])],
    codex: [submit(rest)],
    gemini: [submit([refuted, wipes, ...rest])],
  });
  return { ...(await createPostedReview({ ...input, repository, head: 'feature', script })), head };
}

function runProgram(words: readonly string[], cwd: string, env: Record<string, string>): Promise<CliResult> {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  return new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      try {
        requireSoundRetros(printed.stdout);
        settle({ code, ...printed });
      } catch (cause) {
        reject(cause);
      }
    });
  });
}
