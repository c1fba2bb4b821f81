import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

let repository: GitFixture;
beforeAll(() => {
  repository = createGitFixture();
  repository.commit({ 'a.go': 'package a\n' }, 'one');
  repository.commit({ 'a.go': 'package a\n\nvar x = 1\n' }, 'two');
});
afterAll(() => repository.remove());

async function call(words: readonly string[], { cwd = repository.directory, env = {} } = {}) {
  return await runCli(words, { cwd, home: repository.scratch, env });
}

describe('a call is refused in the tool’s own two lines', () => {
  test.each<[string[], string, string]>([
    [
      ['--max-cost', '-1'],
      '--max-cost "-1" is not an amount of USD above 0',
      'write it in digits, for example: --max-cost 7.5',
    ],
    [
      ['--timeout', '-3'],
      '--timeout "-3" is not a number of minutes above 0',
      'write it in digits, for example: --timeout 7.5',
    ],
    [
      ['--max-cost', '1e9'],
      '--max-cost "1e9" is not an amount of USD above 0',
      'write it in digits, for example: --max-cost 7.5',
    ],
    [
      ['--out', '--staged'],
      '--out needs a value, and "--staged" looks like a flag',
      'write --out=--staged if it is the value',
    ],
    [
      ['--from', 'verify', '--fresh'],
      '--from and --fresh contradict each other',
      '--from continues a run, --fresh begins one: give one of them',
    ],
    [['rerun', 'reports/run'], 'rerun needs RUN REVIEWER', 'see "deep-review rerun --help"'],
    [
      ['verify', 'reports/run', 'I2', '--reviewers', 'codex'],
      'unknown flag --reviewers',
      'see "deep-review --help"',
    ],
    [['doctor', '-q', '-v'], '--quiet and --verbose contradict each other', 'give one of them'],
    ...['--staged', '--fresh'].map((flag): [string[], string, string] => [
      ['--replay', 'run', flag],
      `--replay repeats a recorded run: ${flag} has no effect on it`,
      `leave out ${flag}, or start a new review without --replay`,
    ]),
    ...['--range=A..B', '--reviewers=checks', '--model=claude=x', '--max-cost=1', '--from=verify'].map(
      (flag): [string[], string, string] => [
        ['--replay', 'run', flag],
        `--replay repeats a recorded run: ${flag.split('=')[0]} has no effect on it`,
        `leave out ${flag.split('=')[0]}, or start a new review without --replay`,
      ],
    ),
    [
      ['context', 'show', '--reviewers', 'checks', '--range', 'HEAD^..HEAD'],
      'none of the reviewers is a model: there is nothing they would be told',
      'name a model with --reviewers',
    ],
    [
      ['help', 'cook'],
      'there is no help for "cook"',
      'name one of review, stage, render, resolve, rerun, verify, answer, index, context, doctor, init, schema',
    ],
    [
      ['--reviewers', 'claude', '--range', 'HEAD^..HEAD'],
      'no reviewer has a key: ANTHROPIC_API_KEY is not set',
      'set it, or review offline without any key: --reviewers checks',
    ],
  ])('%j', async (words, message, hint) => {
    expect(await call(words)).toEqual({
      code: 2,
      stdout: '',
      stderr: `deep-review: ${message}\n  → ${hint}\n`,
    });
  });

  test('outside of any repository, with what git said', async () => {
    expect(await call(['--reviewers', 'checks'], { cwd: repository.scratch })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^deep-review: \S+ is not in a git repository that can be read: fatal: not a git repository.*\n {2}→ run this in a clone\n$/,
      ),
    });
  });

  // Node's own way of making folders never ends there.
  test.runIf(existsSync('/proc/self'))(
    'folders that cannot be made',
    async () => {
      const review = ['--reviewers', 'checks', '--range', 'HEAD^..HEAD'];
      const refusals = [
        await call([...review, '--out', '/proc/nope']),
        await call(['stage', 'collect', '--run', '/proc/nope/run', ...review]),
        await call(review, { env: { XDG_CACHE_HOME: '/proc/nope' } }),
      ];
      expect(refusals).toEqual(
        ['/proc/nope/', '/proc/nope/run', '/proc/nope/'].map((path) => ({
          code: 2,
          stdout: '',
          stderr: expect.stringMatching(new RegExp(`^deep-review: .*${path}.*ENOENT.*\\n {2}→ .*\\n$`)),
        })),
      );
    },
    60_000,
  );
});

describe('help', () => {
  test('is a command as well as a flag', async () => {
    expect(await call(['help'])).toEqual(await call(['--help']));
    for (const name of ['review', 'doctor'])
      expect([name, await call(['help', name])]).toEqual([name, await call([name, '--help'])]);
  });

  test('schema without a name lists the names, each of which has one', async () => {
    const { code, stdout } = await call(['schema']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'report\nconfig\nreview\nforeign-report\nplan\ndecisions\nreceipt\n',
    });
    for (const name of stdout.trim().split('\n'))
      expect(JSON.parse((await call(['schema', name])).stdout)).toHaveProperty('properties');
  });
});

test('a cache folder is one that was named by its own path', async () => {
  const env = { XDG_CACHE_HOME: join(repository.scratch, 'some', 'cache') };
  const words = ['--reviewers', 'checks', '--range', 'HEAD^..HEAD', '--fail-on', 'never'];
  expect((await call([...words, '--out', join(repository.scratch, 'out')], { env })).code).toBe(0);
  expect(existsSync(join(repository.scratch, 'some', 'cache', 'deep-review'))).toBe(true);
}, 60_000);
