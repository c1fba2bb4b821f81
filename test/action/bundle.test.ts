import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createGitFixture } from '../support/git-fixture.ts';
import { cliEnvironment, runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const root = resolve(import.meta.dirname, '../..');

/** All files below a folder, as paths from it. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

test('the bundle counts its files, runs from anywhere, and says what its machine lacks', {
  timeout: 240_000,
}, async () => {
  const folder = temporaryDirectory();
  const bundle = join(folder, 'moved', 'here');
  execFileSync(process.execPath, [join(root, 'scripts', 'build-action.mjs'), '--out', join(folder, 'built')]);
  mkdirSync(join(folder, 'moved'));
  cpSync(join(folder, 'built'), bundle, { recursive: true });
  rmSync(join(folder, 'built'), { recursive: true });

  const files = listFiles(bundle);
  const isNative = (path: string) => path.startsWith('node_modules/');
  const assets = ['context', 'templates'].flatMap((name) =>
    listFiles(join(root, name)).map((path) => `${name}/${path}`),
  );
  expect(files.filter((path) => !isNative(path))).toEqual(
    [...['LICENSE', 'SHA256SUMS', 'THIRD-PARTY-LICENSES.txt', 'index.mjs', 'package.json'], ...assets].sort(),
  );
  const natives = files.filter((path) => /\.(?:node|so)$/.test(path));
  expect(natives.length).toBe(4);
  expect(files.filter(isNative).every((path) => path.startsWith('node_modules/@ast-grep/'))).toBe(true);
  expect(readFileSync(join(bundle, 'SHA256SUMS'), 'utf8')).toBe(
    files
      .filter((path) => path !== 'SHA256SUMS')
      .map((path) => {
        const sum = createHash('sha256')
          .update(readFileSync(join(bundle, path)))
          .digest('hex');
        return `${sum}  ${path}\n`;
      })
      .join(''),
  );

  const repository = createGitFixture();
  repository.commit({ 'a.go': 'package a\n' }, 'one');
  const lost =
    'func up() (bool, error) {\n\tif err := ask(); err != nil {\n\t\treturn false, nil\n\t}\n\treturn true, nil\n}\n';
  repository.commit({ 'a.go': `package a\n\n${lost}` }, 'two');
  const places = { cwd: repository.directory, home: repository.scratch };
  const review = async (from: string) => {
    const run = join(temporaryDirectory(), 'run');
    const words = ['stage', 'collect', '--run', run, '--range', 'HEAD^..HEAD', '--reviewers', 'checks'];
    expect(await runCli(words, places)).toMatchObject({ code: 0 });
    const cwd = temporaryDirectory();
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(from, 'index.mjs')], {
      cwd,
      env: {
        ...cliEnvironment(places),
        GITHUB_WORKSPACE: repository.directory,
        GITHUB_EVENT_NAME: 'workflow_dispatch',
        INPUT_MODE: 'stage',
        INPUT_STAGE: 'review',
        'INPUT_RUN-DIRECTORY': run,
      },
      encoding: 'utf8',
      timeout: 120_000,
    });
    const { cause, findings, ...rest } = JSON.parse(readFileSync(join(run, 'review', 'checks.json'), 'utf8'));
    return {
      status,
      stdout,
      stderr,
      left: listFiles(cwd),
      review: rest.status,
      cause,
      found: findings.length,
    };
  };
  expect(await review(bundle)).toMatchObject({
    status: 0,
    stderr: '',
    left: [],
    review: 'completed',
    found: 1,
  });

  rmSync(join(bundle, 'node_modules'), { recursive: true });
  const without = await review(bundle);
  expect(without).toMatchObject({
    status: 0,
    stderr: '',
    review: 'skipped',
    found: 0,
    cause: { code: 'no-grammars', retryable: false },
  });
  expect(without.stdout).toMatch(
    /^::warning::syntax trees cannot be read on this machine \(.*@ast-grep\/napi.*\): checks is left out; /m,
  );
  repository.remove();
});
