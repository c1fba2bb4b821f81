import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveCaches } from '../../src/sandbox/resolve-caches.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function places() {
  const root = temporaryDirectory();
  const [topDirectory, home] = [join(root, 'repository'), join(root, 'home')];
  mkdirSync(join(topDirectory, 'node_modules'), { recursive: true });
  mkdirSync(join(home, 'go', 'pkg'), { recursive: true });
  writeFileSync(join(home, 'file'), '');
  symlinkSync(home, join(topDirectory, 'escape'));
  symlinkSync('node_modules', join(topDirectory, 'inside'));
  return { root, topDirectory, home };
}

describe('caches', () => {
  test('are found in the repository, in the home folder and anywhere', async () => {
    const { root, ...where } = places();
    const requests = [
      { from: 'node_modules', to: null },
      { from: './inside', to: '/src/other/' },
      { from: '~/go/pkg', to: null },
      { from: where.topDirectory, to: '/opt/top' },
    ];
    expect(await resolveCaches(requests, where)).toEqual({
      mounts: [
        { from: join(root, 'repository/node_modules'), to: '/src/node_modules' },
        { from: join(root, 'repository/node_modules'), to: '/src/other' },
        { from: join(root, 'home/go/pkg'), to: join(root, 'home/go/pkg') },
        { from: join(root, 'repository'), to: '/opt/top' },
      ],
      missing: [],
    });
  });

  test('that are not there are said and left out', async () => {
    const { root: _, ...where } = places();
    const requests = ['gone', '~/gone', '~/file', '/nonexistent/a'].map((from) => ({ from, to: null }));
    const { mounts, missing } = await resolveCaches(requests, where);
    expect(mounts).toEqual([]);
    expect(missing).toEqual(
      requests.map(({ from }) => `the cache ${from} is no folder here; commands run without it`),
    );
  });

  test.each([
    ['escape', null, /leads out of the repository/],
    ['../home', null, /place is taken|leads out of the repository/],
    ['../home/go', '/opt/go', /leads out of the repository/],
    ['~', null, /whole home folder/],
    ['~/.', '/opt/x', /whole home folder/],
    ['/', '/opt/x', /whole home folder/],
    ['/usr/share', null, /place is taken/],
    ['~/go', '/src', /place is taken/],
    ['~/go', '/proc/x', /place is taken/],
    ['~/go', '/src/../etc', /place is taken/],
    ['~/go', 'relative', /place is taken/],
  ])('%s at %s is refused', async (from, to, message) => {
    const { root: _, ...where } = places();
    await expect(resolveCaches([{ from, to }], where)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  test('in a home folder need one', async () => {
    await expect(
      resolveCaches([{ from: '~/go', to: null }], { topDirectory: '/', home: null }),
    ).rejects.toMatchObject({ code: 'config', hint: 'set HOME' });
  });
});
