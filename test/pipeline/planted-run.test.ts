import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { runCli } from '../support/run-cli.ts';

const defect =
  'package a\n\nfunc up() (bool, error) {\n\tif err := ask(); err != nil {\n\t\treturn false, nil\n\t}\n\treturn true, nil\n}\n';
let repository: GitFixture;
let base: string;
let head: string;

beforeEach(() => {
  repository = createGitFixture();
  base = repository.commit({ 'a.go': 'package a\n' }, 'one');
  head = repository.commit({ 'a.go': defect }, 'two');
});
afterEach(() => repository.remove());

async function review(home: string) {
  const words = ['--reviewers', 'checks', '--range', `${base}..${head}`, '--json'];
  const result = await runCli(words, { cwd: repository.directory, home: join(repository.scratch, home) });
  return { ...result, raw: result.stdout === '' ? null : JSON.parse(result.stdout).ledger.raw };
}

test('a run that somebody else made is not continued, however well it fits', async () => {
  const own = JSON.parse((await review('author')).stdout);
  const path = join(own.runDir, 'review/checks.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), findings: [] }));
  const manifest = join(own.runDir, 'run.json');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace('"status": "complete"', '"status": "cancelled"'),
  );
  const victim = await review('victim');
  expect({ raw: victim.raw, continued: victim.stderr.includes('continuing') }).toEqual({
    raw: 1,
    continued: false,
  });
});

test('a folder of runs that is a link is refused, and nothing is written behind it', async () => {
  const elsewhere = join(repository.scratch, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(repository.directory, 'reports'));
  expect(await review('home')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is a symbolic link'),
  });
  rmSync(join(repository.directory, 'reports'));
  mkdirSync(join(repository.directory, 'reports'));
  symlinkSync(elsewhere, join(repository.directory, 'reports/local'));
  expect(await review('home')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is a symbolic link'),
  });
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('pipes and links in the place of a run’s files are passed over', async () => {
  const folder = join(repository.directory, 'reports/local/repository');
  for (const name of ['99990101-000000-main', '99990102-000000-main'])
    mkdirSync(join(folder, name), { recursive: true });
  execFileSync('mkfifo', [join(folder, '99990101-000000-main/run.json')]);
  symlinkSync('/dev/zero', join(folder, '99990102-000000-main/run.json'));
  expect(await review('home')).toMatchObject({ code: 0, raw: 1 });
});

test('a pipe in the place of a repository’s own file is refused, not waited for', async () => {
  execFileSync('mkfifo', [join(repository.directory, '.git/shallow')]);
  expect(await review('home')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('shallow is no plain file'),
  });
  expect(existsSync(join(repository.directory, 'reports'))).toBe(false);
});

test('a change of which nothing could be read gets no recommendation', async () => {
  const text = repository.commit({ 'notes.txt': 'nothing for rules\n' }, 'three');
  const words = [
    '--reviewers',
    'checks',
    '--range',
    `${head}..${text}`,
    '--json',
    '--out',
    join(repository.scratch, 'out'),
  ];
  const result = await runCli(words, { cwd: repository.directory, home: repository.scratch });
  expect(JSON.parse(result.stdout)).toMatchObject({
    status: 'complete',
    recommendation: {
      value: 'incomplete',
      sentence: 'no reviewer read any of 1 changed file; no recommendation is made.',
    },
    exitCode: 0,
  });
});
