import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/run/make-folder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describe('a folder', () => {
  test('is made with those above it, and named is the outermost that was missing', async () => {
    const top = temporaryDirectory();
    expect(await makeFolder(join(top, 'a', 'b', 'c'))).toBe(join(top, 'a'));
    expect(statSync(join(top, 'a', 'b', 'c')).isDirectory()).toBe(true);
    expect(await makeFolder(join(top, 'a', 'b'))).toBe(null);
    expect(await makeFolder(join(top, 'a', 'd'))).toBe(join(top, 'a', 'd'));
    expect(await makeFolder('/')).toBe(null);
  });

  test('is made by many at once', async () => {
    const top = temporaryDirectory();
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(top, 'a', 'b', 'c'))));
    expect(existsSync(join(top, 'a', 'b', 'c'))).toBe(true);
  });

  test('that lies behind a link is there; behind a link to nothing, or a file, it cannot be made', async () => {
    const top = temporaryDirectory();
    mkdirSync(join(top, 'real'));
    symlinkSync('real', join(top, 'link'));
    symlinkSync('nowhere', join(top, 'dangling'));
    writeFileSync(join(top, 'file'), '');
    expect(await makeFolder(join(top, 'link'))).toBe(null);
    expect(await makeFolder(join(top, 'link', 'in'))).toBe(join(top, 'link', 'in'));
    for (const path of ['dangling', 'file', 'file/in'])
      await expect(makeFolder(join(top, path))).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:EEXIST|ENOTDIR)$/),
      });
  });

  // Node's recursive mkdir never ends here.
  test.runIf(existsSync('/proc/self'))('under /proc cannot be made, and that is said', async () => {
    for (const path of ['/proc/nope', '/proc/nope/a/b', '/proc/self/nope'])
      await expect(makeFolder(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
