import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config.ts';
import { diagnoseGithub } from '../../src/pipeline/diagnose-github.ts';
import { type GithubServer, startGithubServer } from '../servers/github/github-server.ts';
import type { ScenarioToken } from '../servers/github/scenario.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

const name = 'acme/shop';
const hidden = 'acme/secret';
const tokens = {
  ghp_everything: { kind: 'classic', user: 'ada', scopes: ['repo'] },
  ghp_reader: { kind: 'classic', user: 'bob', scopes: ['repo'] },
  ghp_public: { kind: 'classic', user: 'ada', scopes: ['public_repo'] },
  ghp_expired: { kind: 'classic', user: 'ada', scopes: ['repo'], expired: true },
  github_pat_narrow: {
    kind: 'fine-grained',
    user: 'ada',
    repositories: [name],
    permissions: { contents: 'read', pull_requests: 'write' },
  },
  ghs_workflow: {
    kind: 'actions',
    repository: name,
    permissions: { contents: 'read', pull_requests: 'read' },
  },
  ghs_blind: { kind: 'actions', repository: hidden, permissions: { contents: 'read' } },
} satisfies Record<string, ScenarioToken>;

let folder: GitFixture;
let server: GithubServer;

beforeAll(async () => {
  folder = createGitFixture();
  folder.commit({ 'a.txt': 'a\n' });
  server = await startGithubServer({
    scenario: {
      tokens,
      repositories: [
        { name, git: folder.directory, collaborators: { ada: 'write' } },
        { name: hidden, git: folder.directory, private: true },
      ],
    },
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  folder.remove();
});

/** `state subject: detail` of each line; what it says must never hold the token. */
async function diagnose(
  token: string | null,
  { repo = name as string | null, url = server.url, resolveThreads = false } = {},
): Promise<string[]> {
  const [owner = '', repository = ''] = repo?.split('/') ?? [];
  const lines = await diagnoseGithub(
    {
      workingDirectory: folder.directory,
      repo: repo === null ? null : { owner, name: repository },
      resolveThreads,
    },
    {
      environment: readEnvironment({
        HOME: folder.scratch,
        PATH: process.env.PATH,
        GITHUB_SERVER_URL: url,
        GITHUB_API_URL: url,
        ...(token === null ? {} : { GITHUB_TOKEN: token }),
      }),
      signal: new AbortController().signal,
    },
  );
  expect(JSON.stringify(lines)).not.toContain(token ?? 'a token');
  for (const { state, advice } of lines) if (state === 'missing') expect(advice).not.toBeNull();
  return lines.map(({ state, subject, detail }) => `${state} ${subject}: ${detail.replaceAll(url, 'URL')}`);
}

const answers = (left: RegExp | string) =>
  expect.stringMatching(new RegExp(`^ok GitHub API: URL answers; ${left}`));
const rate = answers('\\d+ of \\d+ requests left this hour$');
const reads = 'ok   pull_requests=read: to read pull requests: tried';
const noCheck = 'missing   checks=write: to post a check: a person’s token cannot make a check';
const untold = 'GitHub tells it only of a write';

test.each<[string, keyof typeof tokens, string[]]>([
  [
    'a token that may all a person’s may',
    'ghp_everything',
    [
      'ok GitHub token: the classic personal token in GITHUB_TOKEN',
      rate,
      'ok GitHub repository: acme/shop: public',
      reads,
      'ok   pull_requests=write: to post a summary and comments: by the scope repo',
      noCheck,
    ],
  ],
  [
    'a narrow token',
    'github_pat_narrow',
    [
      'ok GitHub token: the fine-grained personal token in GITHUB_TOKEN',
      rate,
      'ok GitHub repository: acme/shop: public',
      reads,
      `unknown   pull_requests=write: to post a summary and comments: ${untold}`,
      noCheck,
    ],
  ],
  [
    'a workflow’s',
    'ghs_workflow',
    [
      'ok GitHub token: the installation token in GITHUB_TOKEN',
      rate,
      'ok GitHub repository: acme/shop: public',
      reads,
      `unknown   pull_requests=write: to post a summary and comments: ${untold}`,
      `unknown   checks=write: to post a check: ${untold}`,
    ],
  ],
])('%s: what it may, what not and what nobody tells', async (_, token, lines) => {
  expect(await diagnose(token)).toEqual(lines);
});

test('what resolving threads takes is said where it is asked for', async () => {
  const what = '  contents=write: to resolve threads, as publish.resolveThreads asks';
  const told = async (token: keyof typeof tokens) =>
    (await diagnose(token, { resolveThreads: true })).filter((line) => line.includes(what));
  expect([
    await told('ghp_everything'),
    await told('ghp_reader'),
    await told('github_pat_narrow'),
    await told('ghs_workflow'),
  ]).toEqual([
    [`ok ${what}: by the scope repo`],
    [`missing ${what}: the token’s account may not write to the repository`],
    [`unknown ${what}: ${untold}`],
    [`unknown ${what}: ${untold}`],
  ]);
  folder.write({ '../scratch/config.yml': 'publish: {resolveThreads: true}\n' });
  const doctor = async (...words: string[]) => {
    const { stdout } = await runCli(['doctor', '--json', '--repo', name, ...words], {
      ...{ cwd: folder.directory, home: folder.scratch },
      env: { GITHUB_SERVER_URL: server.url, GITHUB_API_URL: server.url, GITHUB_TOKEN: 'ghp_everything' },
    });
    return JSON.parse(stdout).lines.filter(({ subject }: { subject: string }) => /contents/.test(subject));
  };
  expect(await doctor('--config', join(folder.scratch, 'config.yml'))).toMatchObject([{ state: 'ok' }]);
  expect(await doctor()).toEqual([]);
});

test('what stands in the way is said, and nothing is asked behind it', async () => {
  const [tokenLine, api, ...more] = await diagnose('ghp_expired');
  expect([tokenLine, more]).toEqual(['ok GitHub token: the classic personal token in GITHUB_TOKEN', []]);
  expect(api).toMatch(/^missing GitHub API: .*401/);

  const unseen = await diagnose('ghp_public', { repo: hidden });
  expect(unseen.slice(2)).toEqual([
    expect.stringMatching(/^missing GitHub repository: .*does not exist, or/),
  ]);

  const blind = await diagnose('ghs_blind', { repo: hidden });
  expect(blind[3]).toBe(
    'missing   pull_requests=read: to read pull requests: refused; it takes pull_requests=read',
  );

  const away = await diagnose('ghp_public', { url: 'http://127.0.0.1:9' });
  expect(away.slice(1)).toEqual([expect.stringMatching(/^unknown GitHub API: .*the connection failed/)]);
});

test('without a token only what is public is looked at; without a repository of GitHub, too, nobody is asked', async () => {
  const before = server.journal.entries.length;
  const none = 'missing GitHub token: none: what is public can be read, and nothing can be posted';
  expect(await diagnose(null, { repo: null })).toEqual([none]);
  expect(server.journal.entries).toHaveLength(before);
  expect(await diagnose(null)).toEqual([none, rate, 'ok GitHub repository: acme/shop: public']);
  expect(server.journal.writes()).toEqual([]);
});
