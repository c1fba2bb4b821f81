import { expect, test } from 'vitest';
import { type ConfigFile, parseConfigFile, readEnvironment, resolveConfig } from '../../src/config.ts';
import { keptFrom } from '../../src/domain/egress.ts';

const parse = (text: string, owner: 'user' | 'repository') =>
  parseConfigFile({ text, name: 'config.yml', owner });
const resolve = (user: ConfigFile, repository: ConfigFile) =>
  resolveConfig({
    flags: { reviewers: null, models: new Map(), efforts: new Map(), failOn: null },
    environment: readEnvironment({}),
    user,
    repository,
  }).egress;

test('a repository can only keep more: every rule of both files has to allow a vendor', async () => {
  const user = await parse('egress:\n- {paths: ["secret/**"], to: [anthropic]}\n', 'user');
  const repository = await parse(
    'egress:\n- {paths: ["secret/**", "keys"], to: [openai, anthropic]}\n- {paths: [none], to: []}\n',
    'repository',
  );
  const rules = resolve(user, repository);
  expect(keptFrom(rules, 'anthropic')).toEqual(['none']);
  expect(keptFrom(rules, 'openai')).toEqual(['secret/**', 'none']);
  expect(keptFrom(rules, 'google')).toEqual(['secret/**', 'secret/**', 'keys', 'none']);
  expect(resolve({}, {})).toEqual([]);
});

test.each([
  'egress:\n- {paths: ["a"], to: [nobody]}\n',
  'egress:\n- {paths: [], to: []}\n',
  'egress:\n- {paths: ["a"]}\n',
  'egress:\n- {path: "a", to: []}\n',
])('refuses %j', async (text) => {
  await expect(parse(text, 'user')).rejects.toMatchObject({ exitCode: 2 });
});
