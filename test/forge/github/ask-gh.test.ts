import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askGh } from '../../../src/forge/github/ask-gh.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A folder with a `gh` that runs this script. */
function install(script: string): string {
  const folder = join(temporaryDirectory(), 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'gh'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'gh'), 0o755);
  return folder;
}

function ask(path: string, options: { timeout?: number; signal?: AbortSignal } = {}) {
  const variables: Record<string, string> = { PATH: path, HOME: '/home/ada', ANTHROPIC_API_KEY: 'secret' };
  return askGh({
    host: 'git.example',
    variable: (name) => variables[name] ?? null,
    signal: options.signal ?? new AbortController().signal,
    timeout: options.timeout ?? 60_000,
  });
}

describe.skipIf(process.platform === 'win32')('the token that gh keeps', () => {
  test('is asked for by host, with its own files and no key, from a folder that is named whole', async () => {
    const good = install('echo "$*|$HOME|$ANTHROPIC_API_KEY|$(pwd)" | tr " " +');
    expect(await ask(`:.:bin:/nowhere:${good}:/usr/bin:/bin`)).toBe(
      'auth+token+--hostname+git.example|/home/ada||/',
    );
    expect(await ask('.:bin:')).toBeNull();
  });

  test('is none when nobody is signed in, when it says nothing or far too much, when it does not end', async () => {
    const tools = ':/usr/bin:/bin';
    const out = install('echo half; exit 1');
    const still = install('exit 0');
    const flood = install('head -c 100000 /dev/zero | tr "\\0" x');
    const stuck = install('sleep 600');
    expect(await Promise.all([out, still, flood].map((folder) => ask(`${folder}${tools}`)))).toEqual([
      null,
      null,
      null,
    ]);
    expect(await ask(`${stuck}${tools}`, { timeout: 50 })).toBeNull();
    const reason = new Error('enough');
    await expect(ask(`${stuck}${tools}`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
