import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cliEnvironment, cliPath } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a reader that has heard enough is no error', () => {
  const home = temporaryDirectory();
  const script = `"$NODE" "$CLI" schema report | true; echo "\${PIPESTATUS[0]}"`;
  const result = spawnSync('bash', ['-c', script], {
    env: { ...cliEnvironment({ home }), NODE: process.execPath, CLI: cliPath },
    encoding: 'utf8',
  });
  expect({ stdout: result.stdout, stderr: result.stderr }).toEqual({ stdout: '0\n', stderr: '' });
});
