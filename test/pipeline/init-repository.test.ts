import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { DeepReviewError } from '../../src/errors.ts';
import { initRepository, recipes } from '../../src/pipeline/init-repository.ts';
import { runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const examples = resolve(import.meta.dirname, '../../.github/examples');
const commit = 'c'.repeat(40);
const [workflowPath, configPath] = ['.github/workflows/deep-review.yml', '.deep-review.yml'];

function newRepository(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, '.git'));
  return directory;
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    if (cause instanceof DeepReviewError) return `${cause.exitCode}: ${cause.message}`;
    throw cause;
  }
  return 'accepted';
}

test('init writes each example as it stands, with the action that was named', async () => {
  expect(readdirSync(examples).sort()).toEqual(
    [...recipes.map((name) => `${name}.yml`), 'deep-review-config.yml'].sort(),
  );
  for (const recipe of recipes) {
    const directory = newRepository();
    const action = `octo/deep-review@${commit}`;
    expect(await initRepository({ directory, recipe, action })).toEqual({
      written: [workflowPath, configPath],
      action,
    });
    const example = readFileSync(join(examples, `${recipe}.yml`), 'utf8');
    const written = readFileSync(join(directory, workflowPath), 'utf8');
    expect(written.split(action).length).toBeGreaterThan(2);
    expect(written).not.toContain('OWNER/deep-review');
    expect(written.split('\n').filter((line) => !line.includes(action))).toEqual(
      example.split('\n').filter((line) => !line.includes('OWNER/deep-review@')),
    );
    expect(readFileSync(join(directory, configPath), 'utf8')).toBe(
      readFileSync(join(examples, 'deep-review-config.yml'), 'utf8'),
    );
  }
});

test('init writes both files or none, over nothing and through no link', async () => {
  const init = (directory: string, recipe = 'fork', action: string | null = null) =>
    refusalOf(initRepository({ directory, recipe, action }));
  const withConfig = newRepository();
  writeFileSync(join(withConfig, configPath), 'mine');
  const withLink = newRepository();
  symlinkSync(temporaryDirectory(), join(withLink, '.github'));
  const dangling = newRepository();
  symlinkSync('/nowhere', join(dangling, configPath));
  const fresh = newRepository();
  expect([
    await init(withConfig),
    await init(withLink),
    await init(dangling),
    await init(temporaryDirectory()),
    await init(fresh, 'hourly'),
    await init(fresh, 'fork', 'octo/deep-review@v1'),
  ]).toEqual([
    '2: .deep-review.yml is there already; nothing was written',
    '2: .github is no folder of this repository',
    '2: .deep-review.yml is there already; nothing was written',
    expect.stringMatching(/^2: .* is not the top folder of a repository$/),
    '2: there is no recipe "hourly"',
    '2: "octo/deep-review@v1" is not OWNER/REPO@COMMIT',
  ]);
  expect(readFileSync(join(withConfig, configPath), 'utf8')).toBe('mine');
  expect([withConfig, withLink, dangling, fresh].map((directory) => readdirSync(directory).sort())).toEqual([
    ['.deep-review.yml', '.git'],
    ['.git', '.github'],
    ['.deep-review.yml', '.git'],
    ['.git'],
  ]);
});

test('init says what is left to do', async () => {
  const directory = newRepository();
  const places = { cwd: directory, home: temporaryDirectory() };
  expect(await runCli(['init'], places)).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      workflowPath,
      configPath,
      '  → put the commit of a release where the workflow says OWNER/deep-review@000…',
      '  → set the secrets ANTHROPIC_API_KEY, OPENAI_API_KEY and GEMINI_API_KEY of the repository, or some of them',
      '  → commit both files to the default branch',
      '',
    ].join('\n'),
  });
  expect(readFileSync(join(directory, workflowPath), 'utf8')).toBe(
    readFileSync(join(examples, 'same-repository.yml'), 'utf8'),
  );
  expect(await runCli(['init'], places)).toEqual({
    code: 2,
    stdout: '',
    stderr: `deep-review: ${workflowPath} is there already; nothing was written\n  → init never overwrites: move it away, or change it by hand after .github/examples\n`,
  });
});
