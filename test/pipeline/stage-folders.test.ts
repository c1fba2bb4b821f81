import { cpSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { createReviewedChange, type ReviewedChange } from '../support/reviewed-change.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let change: ReviewedChange;
beforeAll(() => {
  change = createReviewedChange();
});
afterAll(() => change.repository.remove());

const keys = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };

/** Each call with a home, and so a cache, of its own. */
function stage(run: string, words: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const home = temporaryDirectory();
  return runCli(['stage', ...words, '--run', run, '--no-config'], {
    cwd: change.repository.directory,
    home,
    env,
  });
}

async function collect(reviewers: string, ...words: string[]): Promise<string> {
  const run = join(temporaryDirectory(), 'run');
  const target = words.length === 0 ? ['--range', change.range] : words;
  expect(await stage(run, ['collect', '--reviewers', reviewers, ...target])).toMatchObject({ code: 0 });
  return run;
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

/** All but what a job says of itself. */
function resultsOf(run: string): string[] {
  const names = readdirSync(run, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => !name.startsWith('jobs')).sort();
}

const reportOf = (run: string) =>
  Report.parse(JSON.parse(readFileSync(join(run, 'render', 'report.json'), 'utf8')));

test('what was never committed is reviewed on a machine that has the clone and the folder', async () => {
  const { repository } = change;
  repository.write({ 'new.go': 'package probe\n\nfunc Stop() error { return nil }\n' });
  const run = await collect('checks', '--dirty');
  repository.git('clean', '-qfd');
  for (const name of ['review', 'reconcile', 'verify', 'render'])
    expect(await stage(run, [name])).toMatchObject({ code: 0 });
  expect(reportOf(run)).toMatchObject({
    change: { headKind: 'work-tree', files: 1 },
    reviewers: [{ status: 'completed', filesRead: ['new.go'] }],
    run: { status: 'complete' },
  });
  renameSync(join(run, 'collect', 'objects.pack'), join(run, 'pack'));
  expect(await stage(run, ['render'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('objects.pack'),
  });
});

test('collect needs no key; who has none, and whose job never ran, is missing by name', async () => {
  const run = await collect('claude,codex,checks', '--range', change.range);
  expect(await stage(run, ['reconcile'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is missing, and so is every other review\n.*stage "review"/),
  });
  for (const reviewer of ['claude', 'checks'])
    expect(await stage(run, ['review', '--reviewer', reviewer])).toMatchObject({ code: 0 });
  const jobs = readdirSync(join(run, 'jobs')).filter((name) => name.endsWith('.json'));
  for (const name of ['reconcile', 'verify']) expect(await stage(run, [name])).toMatchObject({ code: 0 });
  expect(await stage(run, ['render'])).toMatchObject({ code: 3 });
  expect(jobs.sort()).toEqual(['reconcile.json', 'review-checks.json', 'review-claude.json']);
  const { title, reviewers, run: ended } = reportOf(run);
  expect([title.includes('0 of 2 reviewers'), ended.status, ended.quorum]).toEqual([
    true,
    'degraded',
    { asked: 2, required: 2, completed: 0 },
  ]);
  expect(reviewers.map(({ status, cause }) => [status, cause?.code ?? null])).toEqual([
    ['skipped', 'no-key'],
    ['failed', 'no-result'],
    ['completed', null],
  ]);
});

test('collected again into its folder, a run goes on; another change needs another folder', async () => {
  const run = await collect('checks');
  await stage(run, ['review']);
  const before = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  const again = ['collect', '--reviewers', 'checks', '--range', change.range];
  expect(await stage(run, again)).toMatchObject({ code: 0 });
  const { startedAt, units } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  expect({ startedAt, units }).toEqual({ startedAt: before.startedAt, units: before.units });
  expect(await stage(run, ['review'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('checks: finished before, taken from the run'),
  });
  const other = await stage(run, ['collect', '--reviewers', 'checks', '--commit', 'HEAD^']);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/holds a run of .*, not of /) });
});

test('parts of other runs, other vendors, links and made-up names are refused, and nothing is asked', async () => {
  const whole = await collect('claude,codex,checks');
  await stage(whole, ['review', '--reviewer', 'checks']);
  const spoiled = (spoil: (run: string) => void): string => {
    const run = join(temporaryDirectory(), 'run');
    cpSync(whole, run, { recursive: true });
    spoil(run);
    return run;
  };
  const outside = temporaryDirectory();
  const cases: [(run: string) => void, string[], RegExp][] = [
    [
      (run) => edit(join(run, 'review', 'checks.json'), '"changeDigest": "', '"changeDigest": "0'),
      ['reconcile'],
      /checks\.json is of another change than this run\n.*"review" again for checks/,
    ],
    [
      (run) => edit(join(run, 'review', 'checks.json'), '"built-in rules"', '"other rules"'),
      ['reconcile'],
      /checks\.json is of another reviewer than this run/,
    ],
    [
      (run) => edit(join(run, 'run.json'), '"provider": "anthropic"', '"provider": "openai"'),
      ['review', '--reviewer', 'claude'],
      /claude is a model of openai, and here of anthropic/,
    ],
    [
      (run) => edit(join(run, 'run.json'), '"slug": "', '"slug": "x'),
      ['collect', '--reviewers', 'checks', '--range', change.range],
      /holds a run of/,
    ],
    [
      (run) => edit(join(run, 'collect', 'change.json'), '"mergeBase": "', '"mergeBase": "0'),
      ['reconcile'],
      /change\.json is not what it should be: mergeBase/,
    ],
    [(run) => symlinkSync(outside, join(run, 'verify')), ['verify'], /verify is a symbolic link/],
    [() => {}, ['review', '--reviewer', '../../x'], /this run has no reviewer "\.\.\/\.\.\/x"/],
    [(run) => writeFileSync(join(run, 'jobs', 'verify.json'), '{}'), ['verify'], /schema version none/],
  ];
  for (const [spoil, words, message] of cases) {
    const run = spoiled(spoil);
    const before = resultsOf(run);
    expect(await stage(run, words, keys)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(message),
    });
    expect(resultsOf(run)).toEqual(before);
  }
  expect(readdirSync(outside)).toEqual([]);
});
