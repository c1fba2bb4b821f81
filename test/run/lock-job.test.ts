import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockJob } from '../../src/run/lock-job.ts';
import { runDirectoryAt } from '../../src/run/run-directory.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const review = (reviewer: string | null) => ({ stage: 'review', reviewer }) as const;
const held = { code: 'run-directory', message: expect.stringContaining('is held by process') };

test('single reviewers work beside each other, everything else alone', async () => {
  const run = runDirectoryAt(temporaryDirectory());
  const claude = await lockJob(run, review('claude'));
  const codex = await lockJob(run, review('codex'));
  await expect(lockJob(run, review('claude'))).rejects.toMatchObject(held);
  await expect(lockJob(run, { stage: 'reconcile', reviewer: null })).rejects.toMatchObject(held);
  await expect(lockJob(run, null)).rejects.toMatchObject(held);
  await claude.release();
  await codex.release();
  const whole = await lockJob(run, null);
  await expect(lockJob(run, review('gemini'))).rejects.toMatchObject(held);
  await expect(lockJob(run, review(null))).rejects.toMatchObject(held);
  await whole.release();
  await (await lockJob(run, review('gemini'))).release();
});

test('locks that were copied here with the folder hold nobody up, wherever their holder is', async () => {
  const there = runDirectoryAt(temporaryDirectory());
  const here = runDirectoryAt(join(temporaryDirectory(), 'copy'));
  const locks = [await lockJob(there, review('claude')), await lockJob(there, review('codex'))];
  mkdirSync(here.path);
  cpSync(there.path, here.path, { recursive: true });
  const file = here.file('jobs', 'review-claude.lock');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), host: 'elsewhere' }));
  const lock = await lockJob(here, review('claude'));
  await lock.release();
  await (await lockJob(here, null)).release();
  expect(existsSync(there.file('jobs', 'review-codex.lock'))).toBe(true);
  for (const one of locks) await one.release();
});
