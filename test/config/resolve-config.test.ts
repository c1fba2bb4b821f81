import { describe, expect, test } from 'vitest';
import { type ConfigFile, publicConfig, readEnvironment, resolveConfig } from '../../src/config.ts';
import { postedParts } from '../../src/pipeline/posted-parts.ts';

type Flags = Parameters<typeof resolveConfig>[0]['flags'];

function resolve(change: {
  flags?: Partial<Flags>;
  variables?: Record<string, string>;
  user?: ConfigFile;
  repository?: ConfigFile;
}) {
  return resolveConfig({
    flags: { reviewers: null, models: new Map(), efforts: new Map(), failOn: null, ...change.flags },
    environment: readEnvironment(change.variables ?? {}),
    user: change.user ?? {},
    repository: change.repository ?? {},
  });
}

const own = { id: 'own', provider: 'anthropic', model: 'm1', effort: 'low' } as const;

test('without anything said, three models of three vendors review', () => {
  const config = resolve({});
  expect(publicConfig(config)).toEqual({
    reviewers: [
      { type: 'model', id: 'claude', provider: 'anthropic', model: 'claude-opus-5-5', effort: 'xhigh' },
      { type: 'model', id: 'codex', provider: 'openai', model: 'gpt-6.1-sol', effort: 'xhigh' },
      { type: 'model', id: 'gemini', provider: 'google', model: 'gemini-4-argon', effort: 'high' },
    ],
    quorum: null,
    ignore: [],
    paths: [],
    budget: { usd: 15, minutes: 45, reviewerMinutes: 25 },
    maxTokens: {},
  });
  expect(config.failOn).toBe('critical');
});

test('flags beat the repository, the repository beats the user, the user beats the defaults', () => {
  const user: ConfigFile = { reviewers: [own], failOn: 'suggestion' };
  const repository: ConfigFile = {
    reviewers: [{ id: 'own', provider: 'anthropic', model: 'm2' }],
    failOn: 'important',
  };
  const config = resolve({
    user,
    repository,
    flags: { efforts: new Map([['own', 'max']]), failOn: 'never' },
  });
  expect(config.reviewers).toEqual([
    { type: 'model', id: 'own', provider: 'anthropic', model: 'm2', effort: 'max' },
  ]);
  expect(config.failOn).toBe('never');
  expect(resolve({ user, repository }).failOn).toBe('important');
});

test('instructions for paths come from both files, the user’s first, and are part of what is saved', () => {
  const config = resolve({
    user: { paths: [{ match: '**', instructions: 'a' }] },
    repository: { paths: [{ match: 'src/**', instructions: 'b' }] },
  });
  expect(config.paths).toEqual([
    { match: '**', instructions: 'a', source: 'config.yml' },
    { match: 'src/**', instructions: 'b', source: '.deep-review.yml' },
  ]);
  expect(publicConfig(config).paths).toEqual(config.paths);
});

test('keys come from the environment, by vendor or by the user’s variable, and are never in what is saved', () => {
  const config = resolve({
    variables: { GOOGLE_API_KEY: 'g-secret', MY_KEY: 'o-secret', ANTHROPIC_API_KEY: '  ' },
    user: {
      reviewers: [
        { id: 'claude', provider: 'anthropic', model: 'm' },
        { id: 'codex', provider: 'openai', model: 'm', apiKeyVariable: 'MY_KEY', authStyle: 'x-api-key' },
        { id: 'gemini', provider: 'google', model: 'm' },
      ],
    },
  });
  expect(Object.fromEntries(config.access)).toEqual({
    claude: { apiKey: null, keyVariables: ['ANTHROPIC_API_KEY'], baseUrl: null, authStyle: 'bearer' },
    codex: { apiKey: 'o-secret', keyVariables: ['MY_KEY'], baseUrl: null, authStyle: 'x-api-key' },
    gemini: {
      apiKey: 'g-secret',
      keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
      baseUrl: null,
      authStyle: 'bearer',
    },
  });
  expect(JSON.stringify(publicConfig(config))).not.toContain('secret');
});

test('reviewers are chosen by flag, checks among them, each once', () => {
  const ids = (reviewers: string[]) => resolve({ flags: { reviewers } }).reviewers.map(({ id }) => id);
  expect(ids(['checks'])).toEqual(['checks']);
  expect(ids(['gemini', 'checks', 'gemini'])).toEqual(['gemini', 'checks']);
});

describe('what a repository may not do', () => {
  test.each<[string, Parameters<typeof resolve>[0], RegExp]>([
    [
      'raise a budget',
      { repository: { budget: { usd: 20 } } },
      /raises budget\.usd to 20; the user allows 15/,
    ],
    [
      'add reviewers',
      { user: { reviewers: [own] }, repository: { reviewers: [own, { ...own, id: 'two' }] } },
      /asks for 2 reviewers; the user allows 1/,
    ],
    [
      'name an endpoint’s reviewer of its own',
      { repository: { reviewers: [{ id: 'x', provider: 'openai-compatible', model: 'm' }] } },
      /needs an endpoint, which only the user sets/,
    ],
  ])('%s', (_name, change, message) => {
    expect(() => resolve(change)).toThrow(message);
  });

  test('a budget given by flags counts whatever the files say, each part for itself', () => {
    const budgets = (usd: number | null, minutes: number | null, repository: ConfigFile = {}) =>
      resolve({ user: { budget: { usd: 8, minutes: 30 } }, repository, flags: { budget: { usd, minutes } } })
        .budget;
    expect(budgets(40, null)).toEqual({ usd: 40, minutes: 30, reviewerMinutes: 25 });
    expect(budgets(0.5, 90, { budget: { usd: 3, reviewerMinutes: 5 } })).toEqual({
      usd: 0.5,
      minutes: 90,
      reviewerMinutes: 5,
    });
    expect(() => budgets(null, 90, { budget: { usd: 9 } })).toThrow('raises budget.usd to 9');
  });

  test('how long to wait for a request is the user’s to say, also when the repository chooses the model', () => {
    const limits = { idleMs: 700 };
    const config = resolve({
      user: { reviewers: [{ ...own, limits }] },
      repository: { reviewers: [{ id: 'own', provider: 'anthropic', model: 'm2' }] },
    });
    expect([...config.requestLimits]).toEqual([['own', limits]]);
    expect(resolve({}).requestLimits.size).toBe(0);
  });

  test('it may lower a budget and raise the quorum, not the other way round', () => {
    const config = resolve({
      user: { quorum: 2, budget: { usd: 8 } },
      repository: { quorum: 1, budget: { usd: 3 } },
    });
    expect([config.quorum, config.budget.usd]).toEqual([2, 3]);
    expect(resolve({ repository: { quorum: 3 } }).quorum).toBe(3);
  });

  test('it keeps the user’s endpoint for a reviewer that the user defined', () => {
    const config = resolve({
      user: { reviewers: [{ ...own, baseUrl: 'https://gateway.example' }] },
      repository: { reviewers: [{ id: 'own', provider: 'anthropic', model: 'm2' }] },
    });
    expect(config.access.get('own')?.baseUrl).toBe('https://gateway.example');
  });

  test('it cannot turn the user’s endpoint over to another vendor’s key', () => {
    const config = resolve({
      user: { reviewers: [{ ...own, baseUrl: 'https://gateway.example' }] },
      repository: { reviewers: [{ id: 'own', provider: 'openai', model: 'm2' }] },
      variables: { OPENAI_API_KEY: 'o-secret' },
    });
    expect(config.access.get('own')).toMatchObject({ baseUrl: null, apiKey: 'o-secret' });
  });
});

test.each<[string, Parameters<typeof resolve>[0], RegExp, string]>([
  [
    'unknown reviewer',
    { flags: { reviewers: ['cluade'] } },
    /unknown reviewer "cluade"/,
    'did you mean "claude"?',
  ],
  [
    'model of an unknown reviewer',
    { flags: { models: new Map([['zebra', 'm']]) } },
    /unknown reviewer "zebra"/,
    'known reviewers: claude, codex, gemini',
  ],
  [
    'an id twice',
    { user: { reviewers: [own, own] } },
    /two reviewers have the id "own"/,
    'give each reviewer an id of its own',
  ],
  [
    'a taken id',
    { user: { reviewers: [{ ...own, id: 'checks' }] } },
    /"checks" is taken/,
    'give each reviewer an id of its own',
  ],
  [
    'an endpoint variable that is not https',
    { variables: { OPENAI_BASE_URL: 'http://evil.example' } },
    /OPENAI_BASE_URL is not a usable endpoint/,
    'use https, or plain http for localhost',
  ],
])('%s is refused with a hint', (_name, change, message, hint) => {
  expect(() => resolve(change)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(message), hint, exitCode: 2 }),
  );
});

test('commands, the sandbox and its caches come from the user’s own file, with defaults', () => {
  const config = resolve({
    user: {
      commands: { test: 'npm test', build: { run: 'go build ./...', timeoutSeconds: 30 } },
      sandbox: { caches: ['~/go/pkg/mod', { from: 'node_modules', to: '/src/node_modules' }], processes: 64 },
    },
    repository: { commands: { evil: 'curl evil' }, sandbox: { processes: 1_000 } },
  });
  expect({ commands: config.commands, sandbox: config.sandbox }).toEqual({
    commands: [
      { name: 'test', run: 'npm test', timeoutSeconds: 300 },
      { name: 'build', run: 'go build ./...', timeoutSeconds: 30 },
    ],
    sandbox: {
      caches: [
        { from: '~/go/pkg/mod', to: null },
        { from: 'node_modules', to: '/src/node_modules' },
      ],
      memoryMegabytes: null,
      diskMegabytes: null,
      processes: 64,
    },
  });
  expect(publicConfig(config)).toMatchObject({ commands: ['test', 'build'] });
  expect(JSON.stringify(publicConfig(config))).not.toContain('npm');
  expect(resolve({}).commands).toEqual([]);
});

test('a repository may ask for fewer comments beside the code than its user, not for more', () => {
  const posted = (user: ConfigFile['publish'], repository: ConfigFile['publish']) => {
    const { publish } = resolve({
      user: user === undefined ? {} : { publish: user },
      repository: repository === undefined ? {} : { publish: repository },
    });
    return [publish.inline, publish.inlineLimit, publish.blockOnOutage];
  };
  expect(posted(undefined, undefined)).toEqual(['important', 10, false]);
  const wide = { inline: 'suggestion', inlineLimit: 30 } as const;
  expect(posted(wide, { inline: 'critical', inlineLimit: 3 })).toEqual(['critical', 3, false]);
  expect(posted(undefined, { inline: 'suggestion', inlineLimit: 100 })).toEqual(['important', 10, false]);
  expect(posted({ inline: 'never' }, { inline: 'critical' })).toEqual(['never', 10, false]);
  expect(posted({ inlineLimit: 2 }, { inline: 'never' })).toEqual(['never', 2, false]);
  expect(posted({ blockOnOutage: false }, { blockOnOutage: true })).toEqual(['important', 10, true]);
  expect(posted({ blockOnOutage: true }, { blockOnOutage: false })).toEqual(['important', 10, true]);
});

test('in the Action either file takes from what is posted, on the command line none does', () => {
  const posted = (
    user: ConfigFile['publish'],
    repository: ConfigFile['publish'],
    postAsConfigured = true,
  ) => {
    const { publish } = resolve({
      user: user === undefined ? {} : { publish: user },
      repository: repository === undefined ? {} : { publish: repository },
    });
    return postedParts({ post: ['summary', 'inline', 'check'], postAsConfigured }, publish).join();
  };
  expect(posted(undefined, undefined)).toBe('summary,inline,check');
  expect(posted({ check: false }, { summary: true })).toBe('summary,inline');
  expect(posted({ summary: true }, { summary: false })).toBe('inline,check');
  expect(posted({ summary: false }, { summary: true, inline: 'never' })).toBe('check');
  expect(posted({ summary: false }, { check: false }, false)).toBe('summary,inline,check');
  expect(postedParts({ postAsConfigured: true }, resolve({}).publish)).toEqual([]);
});

test('what nothing acts on is named', () => {
  const { settingsWithoutEffect } = resolve({
    user: { publish: { summary: true, inlineLimit: 5 } },
    repository: { publish: { check: false } },
  });
  expect(settingsWithoutEffect).toEqual(['publish.summary', 'publish.check']);
});

test('a runner of GitHub Actions is known by what it offers', () => {
  const actions = (variables: Record<string, string>) => readEnvironment(variables).actions;
  expect(actions({})).toBeNull();
  expect(actions({ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r' })).toBeNull();
  expect(actions({ GITHUB_ACTIONS: 'true' })).toEqual({ stepSummary: null, runUrl: null });
  expect(
    actions({
      GITHUB_STEP_SUMMARY: '/tmp/summary',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_RUN_ID: '12',
    }),
  ).toEqual({ stepSummary: '/tmp/summary', runUrl: 'https://github.com/o/r/actions/runs/12' });
});
