import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/errors.ts';
import { graphqlAddress, hostOf, resolveGithubSite } from '../../../src/forge/github/github-site.ts';
import { describeToken, readGithubToken } from '../../../src/forge/github/github-token.ts';

describe('which GitHub is asked', () => {
  test.each<[string | null, string | null, [string, string, string, string]]>([
    [
      null,
      null,
      ['https://github.com', 'https://api.github.com', 'https://api.github.com/graphql', 'github.com'],
    ],
    [
      'https://github.com/',
      null,
      ['https://github.com', 'https://api.github.com', 'https://api.github.com/graphql', 'github.com'],
    ],
    [
      null,
      'https://api.github.com/',
      ['https://github.com', 'https://api.github.com', 'https://api.github.com/graphql', 'github.com'],
    ],
    [
      'https://git.example:8443',
      null,
      [
        'https://git.example:8443',
        'https://git.example:8443/api/v3',
        'https://git.example:8443/api/graphql',
        'git.example:8443',
      ],
    ],
    [
      null,
      'https://git.example/api/v3/',
      ['https://git.example', 'https://git.example/api/v3', 'https://git.example/api/graphql', 'git.example'],
    ],
    [
      'https://octo.ghe.com',
      null,
      [
        'https://octo.ghe.com',
        'https://api.octo.ghe.com',
        'https://api.octo.ghe.com/graphql',
        'octo.ghe.com',
      ],
    ],
    [
      null,
      'https://api.octo.ghe.com',
      [
        'https://octo.ghe.com',
        'https://api.octo.ghe.com',
        'https://api.octo.ghe.com/graphql',
        'octo.ghe.com',
      ],
    ],
    [
      'http://127.0.0.1:3000',
      'http://localhost:3001',
      ['http://127.0.0.1:3000', 'http://localhost:3001', 'http://localhost:3001/graphql', '127.0.0.1:3000'],
    ],
  ])('server %s, API %s', (serverUrl, apiUrl, [server, api, graphql, host]) => {
    const site = resolveGithubSite({ serverUrl, apiUrl });
    expect([site, graphqlAddress(site), hostOf(site)]).toEqual([{ server, api }, graphql, host]);
  });

  test.each<[string | null, string | null, string]>([
    ['git.example', null, 'GITHUB_SERVER_URL is no address'],
    ['ssh://git@git.example', null, 'GITHUB_SERVER_URL is no address'],
    ['http://git.example', null, 'GITHUB_SERVER_URL is plain http, and a token would be sent in the open'],
    [
      null,
      'http://127.0.0.1.example/api/v3',
      'GITHUB_API_URL is plain http, and a token would be sent in the open',
    ],
    ['https://me:secret@git.example', null, 'GITHUB_SERVER_URL holds more than an address'],
    [null, 'https://git.example/api/v3?token=secret', 'GITHUB_API_URL holds more than an address'],
    [
      null,
      'https://proxy.example/github',
      'GITHUB_API_URL is set, and where its GitHub serves people and git is not known',
    ],
  ])('is not asked at %s, %s', (serverUrl, apiUrl, message) => {
    expect(refusal(() => resolveGithubSite({ serverUrl, apiUrl }))).toBe(message);
  });
});

test('what a token is, is told by its beginning, and it is never repeated', () => {
  const kinds = ['ghp_x', 'github_pat_x', 'ghs_x', 'gho_x', 'ghu_x', 'abc'].map((value) => {
    const token = readGithubToken(value, 'GH_TOKEN');
    return [token.kind, describeToken(token)];
  });
  expect(kinds).toEqual([
    ['classic', 'the classic personal token in GH_TOKEN'],
    ['fine-grained', 'the fine-grained personal token in GH_TOKEN'],
    ['installation', 'the installation token in GH_TOKEN'],
    ['oauth', 'the OAuth token in GH_TOKEN'],
    ['app-user', 'the app’s user token in GH_TOKEN'],
    ['unknown', 'the token in GH_TOKEN'],
  ]);
  expect(describeToken(readGithubToken('gho_x', 'gh auth token'))).toBe('the OAuth token of "gh auth token"');
  for (const value of ['ghp_a b', 'ghp_a\nb', 'ghp_ä', 'x'.repeat(5_000)])
    expect(refusal(() => readGithubToken(value, 'GH_TOKEN'))).toBe(
      'GH_TOKEN holds no token: there are characters in it that no token has',
    );
});

function refusal(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(`${error.message} ${error.hint}`).not.toContain('secret');
    return error.message;
  }
}
