import { afterAll, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config.ts';
import { DeepReviewError } from '../../src/errors.ts';
import { parsePullRequestTarget } from '../../src/forge/pull-request-target.ts';
import { openPullRequest } from '../../src/pipeline/open-github.ts';
import { refuseToPost } from '../../src/pipeline/open-publisher.ts';
import { createGitFixture } from '../support/git-fixture.ts';

const fixture = createGitFixture();
afterAll(() => fixture.remove());
const signal = new AbortController().signal;
const path = process.env.PATH ?? '';

/** What is settled before anything is sent. */
async function open(
  word: string,
  { origin = '', variables = {}, folder = fixture.directory }: Partial<Case> = {},
): Promise<unknown> {
  fixture.git('config', 'remote.origin.url', origin);
  const target = parsePullRequestTarget(word);
  if (target === null) throw new Error(`${word} is no pull request`);
  const environment = readEnvironment({ PATH: path, GITHUB_TOKEN: 'ghp_secret', ...variables });
  try {
    const opened = await openPullRequest(target, folder, { environment, signal, emit: () => undefined });
    const { client, repository, number } = opened;
    return [
      client.site.api,
      client.token?.kind,
      client.token?.source,
      `${repository.owner}/${repository.name}#${number}`,
    ];
  } catch (error) {
    if (!(error instanceof DeepReviewError)) throw error;
    return { code: error.exitCode, message: error.message, hint: error.hint };
  }
}

interface Case {
  origin: string;
  variables: Record<string, string>;
  folder: string;
}

const enterprise = { GITHUB_SERVER_URL: 'https://git.example' };

test.each<[string, string, Partial<Case>, unknown]>([
  [
    'an address',
    'https://github.com/o/r/pull/1',
    {},
    ['https://api.github.com', 'classic', 'GITHUB_TOKEN', 'o/r#1'],
  ],
  [
    'a number, by the remote of the folder',
    '12',
    {
      origin: 'git@github.com:octo-org/hello.git',
      variables: { GITHUB_TOKEN: ' ', GH_TOKEN: 'github_pat_1' },
    },
    ['https://api.github.com', 'fine-grained', 'GH_TOKEN', 'octo-org/hello#12'],
  ],
  [
    'a number, by a remote that only the user’s ssh knows',
    '12',
    { origin: 'work:o/r' },
    ['https://api.github.com', 'classic', 'GITHUB_TOKEN', 'o/r#12'],
  ],
  [
    'on a server of one’s own',
    'https://git.example/o/r/pull/1',
    { variables: { ...enterprise, GITHUB_TOKEN: 'ghs_1' } },
    ['https://git.example/api/v3', 'installation', 'GITHUB_TOKEN', 'o/r#1'],
  ],
  [
    'an address on a server that is not the configured one',
    'https://git.example/o/r/pull/1',
    {},
    {
      code: 2,
      message: 'the address is on git.example, and the GitHub that is asked is github.com',
      hint: 'set GITHUB_SERVER_URL=https://git.example and a token of it in GITHUB_TOKEN, and leave GITHUB_API_URL unset',
    },
  ],
  [
    'a remote on a server that is not the configured one',
    '#12',
    { origin: 'https://me:pass@github.com/o/r.git', variables: enterprise },
    {
      code: 2,
      message: 'the remote "origin" is on github.com, and the GitHub that is asked is git.example',
      hint: 'set GITHUB_SERVER_URL=https://github.com and a token of it in GITHUB_TOKEN, and leave GITHUB_API_URL unset',
    },
  ],
  [
    'a number without a remote',
    '12',
    {},
    {
      code: 2,
      message: 'a number alone does not say in which repository: there is no remote "origin" here',
      hint: 'name it with --repo OWNER/NAME',
    },
  ],
  [
    'a number in a folder that was cloned from a path',
    '12',
    { origin: '/srv/git/r' },
    {
      code: 2,
      message: 'the remote "origin" of this folder is no repository on a forge',
      hint: 'name it with --repo OWNER/NAME',
    },
  ],
  [
    'a number outside of any repository',
    '12',
    { folder: fixture.scratch },
    {
      code: 2,
      message: expect.stringMatching(
        /^a number alone does not say in which repository: \S+ is not in a git repository/,
      ),
      hint: 'name it with --repo OWNER/NAME',
    },
  ],
  [
    'a token that cannot be one',
    'o/r#1',
    { variables: { GITHUB_TOKEN: 'ghp_secret and more' } },
    {
      code: 2,
      message: 'GITHUB_TOKEN holds no token: there are characters in it that no token has',
      hint: 'set it again, to the token alone, on one line',
    },
  ],
])('%s', async (_name, word, setting, expected) => {
  expect(await open(word, setting)).toEqual(expected);
});

test.each([
  [{ owner: '..', name: 'user', url: 'https://github.com/o/r' }, 'which is no name of a repository'],
  [{ owner: 'o', name: 'r', url: 'no address' }, 'on no known host'],
])('a run whose repository is %j is not posted', async (repository, words) => {
  const environment = readEnvironment({ PATH: path, GITHUB_TOKEN: 'ghp_secret' });
  const posting = refuseToPost(
    { environment, signal, emit: () => undefined },
    { repository, pullRequest: { number: 1 } },
  );
  await expect(posting).rejects.toThrow(words);
  await expect(posting).rejects.toBeInstanceOf(DeepReviewError);
});
