import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digest } from '../../src/run/digest.ts';
import { writeFileAtomically } from '../../src/run/write-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('writers at the same time leave one whole content and nothing else', async () => {
  const path = join(temporaryDirectory(), 'deep/er/file.json');
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
  expect(contents).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(join(path, '..'))).toEqual(['file.json']);
});

test('a failure keeps the old file and leaves no part behind', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'target/inside'), { recursive: true });
  writeFileSync(join(directory, 'target/inside/kept'), 'old');
  await expect(writeFileAtomically(join(directory, 'target'), 'new')).rejects.toMatchObject({
    code: 'run-directory',
    message: expect.stringContaining('cannot write'),
  });
  expect(readdirSync(directory)).toEqual(['target']);
  expect(readFileSync(join(directory, 'target/inside/kept'), 'utf8')).toBe('old');
});

test('a digest does not depend on the order of keys, but on everything else', () => {
  expect(digest({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digest({ b: [{ d: 3, c: 2 }], a: 1 }));
  const others = [{ a: 1 }, { a: '1' }, [1], [[1]], 'a', null].map((value) => digest(value));
  expect(new Set([...others, digest('a', 'b'), digest('ab'), digest('b', 'a')]).size).toBe(9);
});
