import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createGitFixture } from '../support/git-fixture.ts';
import { cliEnvironment } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const root = resolve(import.meta.dirname, '../..');

test('packed and installed in another folder it runs, with templates and rules', { timeout: 180_000 }, () => {
  const folder = temporaryDirectory();
  const npm = (words: string[], cwd: string) =>
    execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  const tops = new Set(packed.files.map(({ path }: { path: string }) => path.split('/')[0]));
  expect([...tops].sort()).toEqual([
    '.github',
    'LICENSE',
    'README.md',
    'context',
    'dist',
    'package.json',
    'templates',
  ]);
  const install = join(folder, 'install');
  mkdirSync(install);
  writeFileSync(join(install, 'package.json'), '{"private": true}');
  npm(
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      join(folder, packed.filename),
    ],
    install,
  );
  const repository = createGitFixture();
  repository.commit({ 'a.go': 'package a\n' }, 'one');
  repository.commit(
    {
      'a.go':
        'package a\n\nfunc up() (bool, error) {\n\tif err := ask(); err != nil {\n\t\treturn false, nil\n\t}\n\treturn true, nil\n}\n',
    },
    'two',
  );
  const result = spawnSync(
    join(install, 'node_modules/.bin/deep-review'),
    ['--reviewers', 'checks', '--range', 'HEAD^..HEAD', '--json', '--out', join(folder, 'out')],
    { cwd: repository.directory, env: cliEnvironment({ home: repository.scratch }), encoding: 'utf8' },
  );
  const program = join(install, 'node_modules/.bin/deep-review');
  const action = `octo/deep-review@${'c'.repeat(40)}`;
  writeFileSync(join(install, 'node_modules/deep-review/release.json'), JSON.stringify({ action }));
  const initialized = spawnSync(program, ['init', '--recipe', 'fork', '--json'], {
    cwd: repository.directory,
    env: cliEnvironment({ home: repository.scratch }),
    encoding: 'utf8',
  });
  const workflow = readFileSync(join(repository.directory, '.github/workflows/deep-review.yml'), 'utf8');
  repository.remove();
  expect(JSON.parse(initialized.stdout)).toEqual({
    written: ['.github/workflows/deep-review.yml', '.deep-review.yml'],
    action: expect.stringMatching(new RegExp(`^${action} # v\\d+\\.\\d+\\.\\d+$`)),
  });
  expect(workflow).toContain(`uses: ${action} # v`);
  expect({ code: result.status, ...JSON.parse(result.stdout) }).toMatchObject({
    code: 0,
    status: 'complete',
    ledger: { raw: 1, accounted: 1 },
  });
});
