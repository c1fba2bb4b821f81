import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/checks/load-rules.ts';
import { ConfigError } from '../../src/errors.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const good = `id: a-rule
language: go
message: 'Do not call \`$CALL\`'
rule: { pattern: $CALL, kind: call_expression }
metadata:
  severity: important
  kind: gap
  category: correctness
  why: Because it is so.
  fix: Leave it out.
  confidence: 0.8
`;

function write(files: Record<string, string>): string {
  const directory = join(temporaryDirectory(), 'rules');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

async function refusal(files: Record<string, string>, options = {}): Promise<string> {
  const error = await loadRules(write(files), options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ConfigError);
  return error instanceof ConfigError ? error.message : '';
}

describe('a rule', () => {
  test('is read with its defaults', async () => {
    const directory = write({ 'go/a-rule.yml': good });
    const [rule, ...others] = await loadRules(directory);
    expect(others).toEqual([]);
    const { appliesTo, ...data } = rule ?? { appliesTo: () => false };
    expect(data).toEqual({
      id: 'a-rule',
      languages: ['go'],
      config: { rule: { pattern: '$CALL', kind: 'call_expression' } },
      title: 'Do not call `$CALL`',
      severity: 'important',
      kind: 'gap',
      category: 'correctness',
      family: 'a-rule',
      rank: 0,
      why: 'Because it is so.',
      scenario: '',
      fix: 'Leave it out.',
      confidence: 0.8,
      enabled: true,
      tell: null,
      source: join(directory, 'go/a-rule.yml'),
    });
    expect(appliesTo('any/where.go')).toBe(true);
  });

  test('looks only at the files it names', async () => {
    const chosen = `${good}files: ['src/**']\nignores: ['**/*_test.go']\n`;
    const [rule] = await loadRules(write({ 'a.yml': chosen }));
    const seen = ['src/a.go', 'src/.b/c.go', 'a.go', 'src/a_test.go'].map((path) => rule?.appliesTo(path));
    expect(seen).toEqual([true, true, false, false]);
  });

  test.each([
    ['Go', ['go']],
    ['TypeScript', ['typescript', 'tsx', 'javascript']],
    ['ts', ['typescript', 'tsx', 'javascript']],
    ['js', ['javascript']],
    ['tsx', ['tsx']],
    ['Bash', ['bash']],
    ['py', ['python']],
  ])('for %s runs on its grammars', async (name, languages) => {
    const text = good
      .replace('language: go', `language: ${name}`)
      .replace(/rule: .*/, () => "rule: { regex: '^x$' }");
    expect((await loadRules(write({ 'a.yml': text }))).map((rule) => rule.languages)).toEqual([languages]);
  });
});

describe('a malformed rule is refused, with file and key', () => {
  test.each([
    ['no YAML', 'id: [', 'is no valid YAML'],
    ['a key twice', `${good}id: again\n`, 'is no valid YAML'],
    ['a list', '- 1\n', 'the file: '],
    ['nothing', '', 'the file: '],
    ['an id with spaces', good.replace('a-rule', 'a rule'), 'id: must be lower-case'],
    ['an unknown language', good.replace('language: go', 'language: cobol'), 'language: must be one of'],
    [
      'a language named like a method',
      good.replace('language: go', 'language: constructor'),
      'language: must be one of',
    ],
    ['no message', good.replace(/message:.*\n/, ''), 'message: '],
    ['a message of two lines', good.replace(/message:.*/, 'message: "a\\nb"'), 'message: must be one line'],
    ['no rule', good.replace(/rule: \{.*\n/, ''), 'rule: must be a mapping'],
    ['a rule that is a word', good.replace(/rule: \{.*/, 'rule: call'), 'rule: must be a mapping'],
    ['an unknown key', `${good}colour: red\n`, 'Unrecognized key: "colour"'],
    ['an unknown key of metadata', `${good}  colour: red\n`, 'metadata: Unrecognized key: "colour"'],
    ['an unknown severity', good.replace('important', 'awful'), 'metadata.severity: '],
    ['no why', good.replace(/ {2}why:.*\n/, ''), 'metadata.why: '],
    ['an empty fix', good.replace('Leave it out.', "' '"), 'metadata.fix: '],
    ['no confidence', good.replace(/ {2}confidence:.*\n/, ''), 'metadata.confidence: '],
    ['too much confidence', good.replace('0.8', '80'), 'metadata.confidence: '],
    ['a capture with its sign', `${good}  tell: $CALL\n`, 'metadata.tell: must be the name of a capture'],
    ['a kind that the grammar has not', good.replace('kind: call_expression', 'kind: telephone'), 'rule: '],
    ['a regex that is none', good.replace(/rule: \{.*/, () => "rule: { regex: '(' }"), 'rule: '],
    ['an unknown part of a rule', good.replace(/rule: \{.*/, 'rule: { smells: bad }'), 'rule: '],
    ['no files', `${good}files: []\n`, 'files: '],
  ])('%s', async (_, text, said) => {
    const message = await refusal({ 'bad.yml': text });
    expect(message).toContain(join('rules', 'bad.yml'));
    expect(message).toContain(said);
  });

  test('an alias that multiplies without end', async () => {
    const levels = Array.from({ length: 30 }, (_, n) => `k${n + 1}: &k${n + 1} [${`*k${n},`.repeat(10)}]`);
    expect(await refusal({ 'bad.yml': `k0: &k0 x\n${levels.join('\n')}\n` })).toContain('is no valid YAML');
  });
});

describe('a folder', () => {
  test('is read below, in the order of ids, without folders of tests', async () => {
    const directory = write({
      'z/first.yaml': good,
      'a/second.yml': good.replace('a-rule', 'b-rule'),
      'tests/a-rule.yml': 'no rule',
      'go/tests/b.yml': 'no rule',
      'README.md': 'no rule',
    });
    expect((await loadRules(directory)).map(({ id }) => id)).toEqual(['a-rule', 'b-rule']);
  });

  test('that does not exist is an error, not an empty list', async () => {
    const error = await loadRules(join(temporaryDirectory(), 'nowhere')).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('nowhere');
  });

  test('with one id twice is refused, with both files', async () => {
    const message = await refusal({ 'one.yml': good, 'two.yml': good });
    expect(message).toContain('one.yml');
    expect(message).toContain('two.yml');
  });
});

describe('the choice of rules', () => {
  const files = { 'a.yml': good, 'b.yml': `${good.replace('a-rule', 'b-rule')}  enabled: false\n` };
  const enabled = async (options: object) =>
    (await loadRules(write(files), options)).filter((rule) => rule.enabled).map(({ id }) => id);

  test('turns on and off, and off is stronger', async () => {
    expect(await enabled({})).toEqual(['a-rule']);
    expect(await enabled({ enable: ['b-rule'] })).toEqual(['a-rule', 'b-rule']);
    expect(await enabled({ disable: ['a-rule'] })).toEqual([]);
    expect(await enabled({ enable: ['b-rule'], disable: ['b-rule'] })).toEqual(['a-rule']);
  });

  test.each(['enable', 'disable'])('refuses an unknown id to %s', async (key) => {
    expect(await refusal(files, { [key]: ['c-rule'] })).toContain('there is no rule c-rule');
  });
});
