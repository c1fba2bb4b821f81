import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let repository: GitFixture;
let first: string;
let second: string;

beforeAll(() => {
  repository = createGitFixture();
  first = repository.commit({ 'a.go': 'package a\n' }, 'one');
  second = repository.commit({ 'a.go': 'package a\n\nvar x = 1\n' }, 'two');
});
afterAll(() => repository.remove());

async function review(
  words: readonly string[],
  cwd = repository.directory,
  env: Record<string, string> = {},
): Promise<CliResult> {
  return await runCli(words, { cwd, home: repository.scratch, env });
}

/** One line that says what, one that says what to do, exit code 2, nothing on stdout, nothing written. */
function expectRefusal(result: CliResult, message: RegExp, hint: RegExp): void {
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 2, stdout: '' });
  const [what = '', todo = '', ...rest] = result.stderr.split('\n');
  expect(what).toMatch(message);
  expect(what).toMatch(/^deep-review: /);
  expect(todo).toMatch(hint);
  expect(todo).toMatch(/^ {2}→ /);
  expect(rest).toEqual(['']);
  expect(existsSync(join(repository.directory, 'reports'))).toBe(false);
}

describe('a wrong call is refused in two lines, with exit code 2, and writes nothing', () => {
  test.each<[string, string[], RegExp, RegExp]>([
    ['unknown flag', ['--reviewer', 'checks'], /unknown flag --reviewer/, /did you mean --reviewers\?/],
    ['mistyped flag', ['--rnage', 'A..B'], /unknown flag --rnage/, /did you mean --range\?/],
    ['value missing', ['--range'], /'--range <value>' argument missing/, /--help/],
    ['flag twice', ['--range', 'a', '--range', 'b'], /--range is given 2 times/, /once/],
    ['two targets', ['--range', 'HEAD^..HEAD', '--staged'], /more than one target/, /choose one/],
    ['not a range', ['--reviewers', 'checks', '--range', 'HEAD'], /"HEAD" is no range/, /A\.\.B/],
    ['unknown command', ['reveiw'], /neither a command nor a target/, /--range A\.\.B/],
    [
      'a pull request of another address',
      ['https://github.com/o/r/issues/12'],
      /names no pull request/,
      /owner\/name#12/,
    ],
    ['a repository alone', ['--repo', 'o/r'], /--repo has no effect/, /12 --repo owner\/name/],
    ['unknown severity', ['--fail-on', 'high'], /"high" is no severity/, /critical, important/],
    ['unknown stage', ['--from', 'cook'], /no stage "cook"/, /collect, review/],
    ['stage without a run', ['stage', 'render'], /needs a run directory/, /--run DIR/],
    ['stage without a name', ['stage'], /stage needs NAME/, /--help/],
    ['one word too many', ['doctor', 'now'], /"now" is one word too many/, /doctor --help/],
    ['unknown schema', ['schema', 'x'], /there is no schema "x"/, /report/],
    [
      'unknown reviewer',
      ['--reviewers', 'check', '--range', 'HEAD^..HEAD'],
      /unknown reviewer "check"/,
      /did you mean "checks"\?/,
    ],
    ['an empty value', ['--reviewers', 'checks', '--out', ''], /--out is empty/, /leave it out/],
    ...['0', '-1', 'NaN', 'abc', '1e3'].map((value): [string, string[], RegExp, RegExp] => [
      `a cost of ${value}`,
      [`--max-cost=${value}`],
      /--max-cost ".*" is not an amount of USD above 0/,
      /7\.5/,
    ]),
    ...['0.0', '-0', '5 min', 'Infinity'].map((value): [string, string[], RegExp, RegExp] => [
      `a time of ${value}`,
      [`--timeout=${value}`],
      /--timeout ".*" is not a number of minutes above 0/,
      /7\.5/,
    ]),
    [
      'a budget for a stage',
      ['stage', 'review', '--run', 'x', '--max-cost', 'no'],
      /--max-cost "no"/,
      /7\.5/,
    ],
    ['nobody', ['--reviewers', ','], /--reviewers names nobody/, /checks/],
    ['not a pair', ['--model', 'claude'], /--model "claude" is not ID=VALUE/, /claude=model/],
    ['both configs', ['--config', 'x', '--no-config'], /contradict/, /one of them/],
    ['missing config', ['--config', 'nowhere.yml'], /cannot read .*nowhere\.yml/, /--config/],
    ['unknown revision', ['--reviewers', 'checks', '--range', 'nope..HEAD'], /nope/, /./],
    ['an option as a revision', ['--reviewers', 'checks', '--base=--upload-pack=x'], /upload-pack/, /./],
    [
      'missing SARIF file',
      ['--reviewers', 'checks', '--range', 'HEAD^..HEAD', '--sarif', 'no.sarif'],
      /cannot read .*no\.sarif/,
      /--sarif/,
    ],
    ['missing report', ['render', 'none/report.json'], /cannot read .*report\.json/, /report\.json/],
  ])('%s', async (_name, words, message, hint) => {
    expectRefusal(await review(words), message, hint);
  });

  test('no key and no checks: names the variables and the offline way', async () => {
    expectRefusal(
      await review(['--range', `${first}..${second}`]),
      /no reviewer has a key: ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, GOOGLE_API_KEY are not set/,
      /--reviewers checks/,
    );
  });

  test('outside of any repository', async () => {
    const result = await review(['--reviewers', 'checks'], repository.scratch);
    expectRefusal(result, /not in a git repository/, /clone/);
  });

  test('a shallow clone without the merge base says what to fetch', async () => {
    repository.git('checkout', '-q', '-b', 'topic', first);
    repository.commit({ 'b.go': 'package a\n' }, 'topic');
    repository.git('checkout', '-q', 'main');
    const clone = join(repository.scratch, 'shallow');
    execFileSync('git', [
      'clone',
      '-q',
      '--depth=1',
      '--no-single-branch',
      `file://${repository.directory}`,
      clone,
    ]);
    const result = await review(
      ['--reviewers', 'checks', '--base', 'origin/main', '--head', 'origin/topic'],
      clone,
    );
    expectRefusal(result, /shallow/, /git fetch --deepen/);
  });

  test('unrelated histories', async () => {
    repository.git('checkout', '-q', '--orphan', 'other');
    repository.commit({ 'c.go': 'package c\n' }, 'other');
    repository.git('checkout', '-q', '-f', 'main');
    expectRefusal(
      await review(['--reviewers', 'checks', '--range', 'main..other']),
      /no common history/,
      /another base/,
    );
  });
});

describe('the repository’s own configuration', () => {
  function withConfig(text: string): [base: string, head: string] {
    const base = repository.commit({ '.deep-review.yml': text }, 'configure');
    return [
      base,
      repository.commit({ 'a.go': `package a // ${text.length}\n`, '.deep-review.yml': null }, 'change'),
    ];
  }

  test.each([
    [
      'an unknown key',
      'quorum: 1\nfailon: never\n',
      /\.deep-review\.yml \(at [0-9a-f]{12}\):2: unknown key "failon"/,
      /failOn/,
    ],
    ['broken YAML', 'quorum: [1\n', /not valid YAML/, /mend/],
    [
      'a key only the user may set',
      'commands: {test: make}\n',
      /:1: "commands" may not be set by a repository/,
      /remove it/,
    ],
    [
      'an endpoint',
      'reviewers:\n- id: claude\n  provider: anthropic\n  model: m\n  baseUrl: https://evil.example\n',
      /:5: "reviewers\[0\]\.baseUrl" may not be set by a repository/,
      /remove it/,
    ],
  ])('with %s is refused at the base', async (_name, text, message, hint) => {
    const [base, head] = withConfig(text);
    expectRefusal(await review(['--reviewers', 'checks', '--range', `${base}..${head}`]), message, hint);
  });

  test('of the head is never read', async () => {
    const base = repository.commit({ 'a.go': 'package a\n' }, 'clean');
    const head = repository.commit({ '.deep-review.yml': 'commands: {x: y}\n' }, 'attack');
    const out = join(repository.scratch, 'out-head');
    const result = await review(['--reviewers', 'checks', '--range', `${base}..${head}`, '--out', out]);
    expect(result.stderr).not.toContain('commands');
    expect(result.code).toBe(0);
  });

  test('can be left out', async () => {
    const [base, head] = withConfig('nonsense: true\n');
    const out = join(repository.scratch, 'out-none');
    const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--out', out, '--no-config'];
    expect((await review(words)).code).toBe(0);
  });
});

describe('a run directory', () => {
  test('of a newer version, cut off, or not there is refused by name', async () => {
    const run = join(repository.scratch, 'run');
    mkdirSync(run, { recursive: true });
    const stage = async (...words: string[]) =>
      await review(['stage', ...words, '--run', run, '--no-config']);
    expectRefusal(await stage('verify'), /run\.json is missing/, /collect/);
    writeFileSync(join(run, 'run.json'), '{"schemaVersion": 7}');
    expectRefusal(await stage('verify'), /schema version 7, this program reads version 1/, /version/);
    writeFileSync(join(run, 'run.json'), '{"schema');
    expectRefusal(await stage('verify'), /is not JSON/, /--fresh/);
    expect(readdirSync(run)).toEqual(['run.json']);
  });

  test('that cannot be made is named', async () => {
    writeFileSync(join(repository.scratch, 'file'), '');
    const words = [
      '--reviewers',
      'checks',
      '--range',
      `${first}..${second}`,
      '--out',
      join(repository.scratch, 'file'),
    ];
    expectRefusal(await review(words), /cannot (?:make|list)/, /./);
  });
});
