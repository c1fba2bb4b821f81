import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

const scripts = {
  bench: 'test/bench/bench.ts',
  sample: 'test/demo/sample.ts',
  'test:rules': 'test/real/rule-hits.ts',
  'test:guard': 'test/real/guard-hits.ts',
  'test:real': 'test/real/runs.ts',
};

const folder = resolve('dist-test', 'options');

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(scripts).map(([name, path]) => [name.replace(':', '-'), path]),
    ),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: folder,
    logLevel: 'error',
  });
}, 60_000);

describe.each(Object.keys(scripts))('npm run %s', (name) => {
  const run = (flag: string) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [resolve(folder, `${name.replace(':', '-')}.js`), flag],
      { encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };

  test('tells its usage when asked, and when it is called wrongly, without a stack trace', () => {
    const usage = expect.stringMatching(new RegExp(`^usage: npm run ${name} [\\s\\S]*Exit: `));
    expect(run('--help')).toEqual({ status: 0, stdout: usage, stderr: '' });
    expect(run('--nope')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Unknown option '--nope'\nusage: npm run [\s\S]*\n$/),
    });
    expect(run('--nope').stderr).not.toMatch(/\n\s+at /);
  });
});
