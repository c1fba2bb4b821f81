import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function folderWith(script: string): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bwrap'), 0o755);
  return folder;
}

describe('bubblewrap', () => {
  test('is found on the PATH and really started', async () => {
    const path = `${temporaryDirectory()}:relative::${process.env.PATH}`;
    expect(await findBubblewrap(path)).toEqual({
      outcome: 'ready',
      program: expect.stringMatching(/^\/.*bwrap$/),
      weakness: null,
    });
  });

  test('works without a filter of system calls where there is none for the architecture, and says so', async () => {
    const real = Object.getOwnPropertyDescriptor(process, 'arch') ?? {};
    onTestFinished(() => void Object.defineProperty(process, 'arch', real));
    Object.defineProperty(process, 'arch', { ...real, value: 'riscv64' });
    expect(await findBubblewrap(process.env.PATH ?? '')).toMatchObject({
      outcome: 'ready',
      weakness:
        'no system calls are filtered on riscv64: commands share the kernel keyring and vsock sockets',
    });
  });

  test('is missing without one in an absolute folder of the PATH', async () => {
    const empty = temporaryDirectory();
    mkdirSync(join(empty, 'bwrap'));
    for (const path of ['', '.', empty, `${empty}:bin:`])
      expect(await findBubblewrap(path)).toEqual({
        outcome: 'missing',
        reason: 'bubblewrap is not installed',
        advice: 'install the package bubblewrap (0.8 or newer)',
      });
  });

  test.each([
    [
      'may not make namespaces',
      'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
      /setting up uid map/,
      /user namespaces/,
    ],
    ['is too old', 'echo "bwrap: Unknown option --disable-userns" >&2; exit 1', /Unknown option/, /0\.8/],
    ['is something else', 'exec true', /it said nothing/, /bwrap --unshare-all/],
    ['cannot be run', 'exec /nonexistent', /not found/, /bwrap --unshare-all/],
  ])('that %s is unusable, and what to do is said', async (_name, script, reason, advice) => {
    expect(await findBubblewrap(folderWith(script))).toEqual({
      outcome: 'unusable',
      reason: expect.stringMatching(reason),
      advice: expect.stringMatching(advice),
    });
  });

  test('is not waited for when the search is cancelled', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const search = findBubblewrap(folderWith('exec sleep 100'), controller.signal);
    controller.abort(reason);
    await expect(search).rejects.toBe(reason);
  });
});
