import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunManifest } from '../../src/domain/run.ts';
import {
  createRunDirectory,
  findUnfinishedRun,
  readManifest,
  runDirectoryAt,
  slugOf,
  writeManifest,
} from '../../src/run/run-directory.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const startedAt = new Date('2026-05-12T13:36:36Z');
const sha = (digit: string) => digit.repeat(40);

function manifest(id: string, overrides: Partial<RunManifest> = {}): RunManifest {
  return {
    schemaVersion: 1,
    toolVersion: '0.1.0',
    id,
    target: { repository: 'local/service', slug: 'main', base: sha('a'), head: sha('b') },
    reviewers: [],
    config: {},
    configDigest: 'c',
    seal: 's',
    status: null,
    startedAt: startedAt.toISOString(),
    wallClockMs: 0,
    costUsd: 0,
    stages: [],
    units: {},
    ...overrides,
  };
}

test('two runs started in one second get two folders, and the folder of all runs is ignored by git', async () => {
  const out = join(temporaryDirectory(), 'reports');
  const input = { out, repository: 'octo/service', slug: 'pr-350', startedAt };
  const runs = await Promise.all([createRunDirectory(input), createRunDirectory(input)]);
  expect(runs.map((run) => run.path).sort()).toEqual([
    join(out, 'octo/service/20260512-133636-pr-350'),
    join(out, 'octo/service/20260512-133636-pr-350-2'),
  ]);
  expect(readFileSync(join(out, '.gitignore'), 'utf8')).toBe('*\n');
});

test('a folder of runs that was there before gets no .gitignore', async () => {
  const out = temporaryDirectory();
  await createRunDirectory({ out, repository: 'octo/service', slug: 'x', startedAt });
  expect(existsSync(join(out, '.gitignore'))).toBe(false);
});

test('names from a forge cannot lead out of the folder of runs', async () => {
  const out = temporaryDirectory();
  const run = await createRunDirectory({
    out,
    repository: '../../../etc',
    slug: slugOf('../../x'),
    startedAt,
  });
  expect(run.path.startsWith(`${out}/`)).toBe(true);
  expect(run.path).not.toContain('..');
});

test.each([
  ['feature/Login Page', 'feature-login-page'],
  ['..', 'change'],
  ['', 'change'],
  ['-rf', 'rf'],
  ['v1.2..v1.3', 'v1.2.v1.3'],
  ['日本', 'change'],
  ['x'.repeat(200), 'x'.repeat(60)],
])('slug of %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('the newest run that is not complete is found again; others never are', async () => {
  const out = temporaryDirectory();
  const parent = join(out, 'local/service');
  const put = async (name: string, overrides: Partial<RunManifest>) => {
    mkdirSync(join(parent, name), { recursive: true });
    await writeManifest(runDirectoryAt(join(parent, name)), manifest(name, overrides));
  };
  await put('20260101-000000-main', { status: null });
  await put('20260102-000000-main', { status: 'cancelled' });
  await put('20260103-000000-main', { status: 'complete' });
  await put('20260104-000000-main', { configDigest: 'other' });
  await put('20260105-000000-main', { target: { ...manifest('x').target, head: sha('c') } });
  mkdirSync(join(parent, '20260106-000000-main'));
  writeFileSync(join(parent, '20260106-000000-main', 'run.json'), '{"schemaVersion": 9}');
  const { target } = manifest('x');
  const isOwn = async () => true;
  const find = (change: object) => findUnfinishedRun({ out, target, configDigest: 'c', isOwn, ...change });
  expect((await find({}))?.id).toBe('20260102-000000-main');
  expect(await find({ isOwn: async () => false })).toBeNull();
  expect(await find({ configDigest: 'unknown' })).toBeNull();
  expect(await find({ out: join(out, 'nowhere') })).toBeNull();
});

test('a complete run whose report was not posted whole is taken up again by those who post', async () => {
  const out = temporaryDirectory();
  const parent = join(out, 'local', 'service');
  const publish = {
    stage: 'publish' as const,
    inputDigest: '',
    startedAt: '',
    durationMs: 1,
    costUsd: null,
    cause: null,
  };
  for (const [id, status] of [
    ['20260101-000000-main', 'failed'],
    ['20260102-000000-main', 'running'],
    ['20260103-000000-main', 'completed'],
  ] as const) {
    const run = runDirectoryAt(join(parent, id));
    await writeManifest(run, manifest(id, { status: 'complete', stages: [{ ...publish, status }] }));
  }
  const { target } = manifest('x');
  const find = (orUnposted: boolean) =>
    findUnfinishedRun({ out, target, configDigest: 'c', isOwn: async () => true, orUnposted });
  expect([(await find(true))?.id, await find(false)]).toEqual(['20260102-000000-main', null]);
});

test('a manifest comes back as it was written, and no temporary file stays', async () => {
  const run = runDirectoryAt(temporaryDirectory());
  await writeManifest(run, manifest('x', { units: { 'review/checks.json': 'd' } }));
  expect(await readManifest(run)).toEqual(manifest('x', { units: { 'review/checks.json': 'd' } }));
  expect(readdirSync(run.path)).toEqual(['run.json']);
});

test.each([
  ['not there', null, /run\.json is missing/],
  ['cut off', '{"schemaVersion": 1, "id', /is not JSON/],
  ['newer', '{"schemaVersion": 2}', /has schema version 2, this program reads version 1/],
  ['of no version', '{}', /has schema version none/],
  ['not an object', '[]', /has schema version none/],
  ['incomplete', '{"schemaVersion": 1}', /is not what it should be: toolVersion/],
])('a run.json that is %s is refused with one clear line', async (_name, text, message) => {
  const run = runDirectoryAt(temporaryDirectory());
  if (text !== null) writeFileSync(run.file('run.json'), text);
  await expect(readManifest(run)).rejects.toMatchObject({
    code: 'run-directory',
    exitCode: 2,
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});

test('a path that is no run directory is named', async () => {
  await expect(readManifest(runDirectoryAt('/nonexistent/run'))).rejects.toMatchObject({
    message: '/nonexistent/run is not a run directory',
  });
});
