import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockRun } from '../../src/run/run-lock.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('one holder at a time; free again after release', async () => {
  const path = join(temporaryDirectory(), 'run.lock');
  const lock = await lockRun(path);
  await expect(lockRun(path)).rejects.toMatchObject({
    code: 'run-directory',
    message: `${path} is held by process ${process.pid} on ${hostname()}`,
  });
  await lock.release();
  expect(existsSync(path)).toBe(false);
  await (await lockRun(path)).release();
});

test('the lock of a process that was killed is taken over', async () => {
  const path = join(temporaryDirectory(), 'run.lock');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const { pid } = child;
  writeFileSync(path, JSON.stringify({ pid, host: hostname(), startedAt: '' }));
  await expect(lockRun(path)).rejects.toMatchObject({ code: 'run-directory' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await lockRun(path);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

test('a process id that another process got since does not hold a lock', async () => {
  const path = join(temporaryDirectory(), 'run.lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), startedAt: '1' }));
  await (await lockRun(path)).release();
});

test('a lock file cut off while it was written is taken over', async () => {
  const path = join(temporaryDirectory(), 'run.lock');
  writeFileSync(path, '{"pid":');
  await (await lockRun(path)).release();
});

test('the lock of another machine stands: nobody here can know', async () => {
  const path = join(temporaryDirectory(), 'run.lock');
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: '' }));
  await expect(lockRun(path)).rejects.toMatchObject({ message: expect.stringContaining('on elsewhere') });
});
