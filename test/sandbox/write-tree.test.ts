import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TreeFile, writeTree } from '../../src/sandbox/write-tree.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { treeFile } from './sandbox-workshop.ts';

const roomy = { files: 10_000, bytes: 2 ** 26 };

/** A folder to write into, with something beside it that must stay as it is. */
function place(): { top: string; folder: string } {
  const top = temporaryDirectory();
  mkdirSync(join(top, 'outside'));
  writeFileSync(join(top, 'outside', 'kept.txt'), 'kept');
  mkdirSync(join(top, 'copy'));
  return { top, folder: join(top, 'copy') };
}

/** Everything below a folder by its exact bytes: content, `-> target`, or a folder's slash. Links are not followed. */
function listing(folder: string | Buffer, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { encoding: 'buffer', withFileTypes: true })) {
    const name = entry.name as unknown as Buffer;
    const path = Buffer.concat([Buffer.from(folder), Buffer.from('/'), name]);
    const shown = `${prefix}${name.toString('latin1')}`;
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) found[shown] = `-> ${readlinkSync(path, 'latin1')}`;
    else if (stat.isDirectory()) Object.assign(found, { [`${shown}/`]: '' }, listing(path, `${shown}/`));
    else found[shown] = readFileSync(path, 'latin1');
  }
  return found;
}

async function write(files: readonly TreeFile[], limits = roomy) {
  const { top, folder } = place();
  const result = await writeTree(files, folder, limits);
  const all = listing(top);
  expect(all['outside/kept.txt']).toBe('kept');
  expect(Object.keys(all).filter((path) => !path.startsWith('copy/'))).toEqual([
    'outside/',
    'outside/kept.txt',
  ]);
  return { result, written: listing(folder), folder };
}

describe('a commit written into a folder', () => {
  test('keeps bytes, executable bits and names that are no UTF-8', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const { written, folder, result } = await write([
      treeFile('a/b/binary', bytes),
      treeFile('a/run', '#!/bin/sh\n', '100755'),
      treeFile(Buffer.from([0x66, 0xff, 0xfe]), 'odd'),
      treeFile('line\nfeed', 'x'),
      treeFile('.gitattributes', '* text eol=crlf filter=evil\n'),
      treeFile('.github/x', ''),
    ]);
    expect(written).toEqual({
      'a/': '',
      'a/b/': '',
      'a/b/binary': bytes.toString('latin1'),
      'a/run': '#!/bin/sh\n',
      'f\u00ff\u00fe': 'odd',
      'line\nfeed': 'x',
      '.gitattributes': '* text eol=crlf filter=evil\n',
      '.github/': '',
      '.github/x': '',
    });
    expect((lstatSync(join(folder, 'a/run')).mode & 0o111) !== 0).toBe(true);
    expect(lstatSync(join(folder, 'a/b/binary')).mode & 0o111).toBe(0);
    expect(result).toEqual({ files: 6, bytes: 47, differences: [] });
  });

  test.each([
    ['../up', 'its path leads upwards'],
    ['a/../../up', 'its path leads upwards'],
    ['./here', 'its path leads upwards'],
    ['/absolute', 'its path is not relative'],
    ['a//b', 'its path is not relative'],
    ['a/', 'its path is not relative'],
    ['', 'its path is not relative'],
    ['nul\0byte', 'its name holds a NUL'],
    ['.git/config', 'its name is that of a git folder'],
    ['a/.GIT/hooks/post-checkout', 'its name is that of a git folder'],
    ['git~1/config', 'its name is that of a git folder'],
    ['.g\u200cit/config', 'its name is that of a git folder'],
    ['.git. . /config', 'its name is that of a git folder'],
    ['.git::$INDEX_ALLOCATION/config', 'its name is that of a git folder'],
    ['a\\.git\\config', 'its name is that of a git folder'],
    ['n'.repeat(256), 'its name is too long'],
    [`${'d/'.repeat(1000)}f`, 'it lies too deep'],
    [`${'d/'.repeat(5000)}f`, 'its path is too long'],
  ])('leaves out %j', async (path, reason) => {
    const { written, result } = await write([treeFile(path, 'x'), treeFile('good', 'y')]);
    expect(written).toEqual({ good: 'y' });
    expect(result.differences).toEqual([expect.stringMatching(new RegExp(`: left out, because ${reason}$`))]);
  });

  test.each([
    ['a', 'b', true],
    ['a', './b/c', true],
    ['d/a', '../b', true],
    ['d/e/a', '../../b', true],
    ['a', '../b', false],
    ['d/a', '../../b', false],
    ['a', '/etc/passwd', false],
    ['a', 'b/../c', false],
    ['d/e/f/a', 'x/../..', false],
    ['a', '', false],
    ['a', 'b\0c', false],
  ])('writes the link %j to %j as a link: %s', async (path, target, isLink) => {
    const { written } = await write([treeFile(path, target, '120000')]);
    expect(written[path]).toBe(isLink ? `-> ${target}` : target);
  });

  test('never writes through a link, whichever comes first', async () => {
    const link = treeFile('d', 'real', '120000');
    const below = treeFile('d/file', 'through');
    const real = treeFile('real/x', 'x');
    for (const files of [
      [link, below, real],
      [below, real, link],
    ]) {
      const { written, result } = await write(files);
      expect(written).toEqual({ 'd/': '', 'd/file': 'through', 'real/': '', 'real/x': 'x' });
      expect(result.differences).toEqual(['d: left out, because its name is taken by another one']);
    }
  });

  test('names a path that occurs twice, as two things', async () => {
    const { written, result } = await write([
      treeFile('a', '1'),
      treeFile('a', '2'),
      treeFile('a', 'b', '120000'),
    ]);
    expect(Object.keys(written)).toEqual(['a']);
    expect(result.differences).toHaveLength(2);
  });

  test('makes an empty folder of a submodule, and leaves out what is too large', async () => {
    const large = { path: Buffer.from('large'), mode: '100644', read: async () => null };
    const { written, result } = await write([treeFile('module', '', '160000'), large]);
    expect(written).toEqual({ 'module/': '' });
    expect(result.differences.sort()).toEqual([
      'large: left out, because it is too large',
      'module: a submodule: its folder is empty',
    ]);
  });

  test('stops at its limits, and says which', async () => {
    const { folder } = place();
    const many = [treeFile('a', 'x'), treeFile('b', 'x')];
    await expect(writeTree(many, folder, { files: 1, bytes: 100 })).rejects.toMatchObject({
      code: 'sandbox',
      message: 'the commit has 2 files, over the limit of 1',
    });
    await expect(writeTree(many, folder, { files: 10, bytes: 1 })).rejects.toMatchObject({
      code: 'sandbox',
      message: 'the commit’s files have over 1 bytes, the limit of a copy',
    });
  });

  test('passes on why a file could not be read, when nothing is written any more', async () => {
    const { folder } = place();
    const reason = new Error('the object is missing');
    const broken = { path: Buffer.from('b'), mode: '100644', read: () => Promise.reject(reason) };
    await expect(writeTree([treeFile('a', 'x'), broken], folder, roomy)).rejects.toBe(reason);
  });

  test('touches nothing outside, whatever the tree is; what is not written is said', async () => {
    const name = fc.oneof(
      fc.constantFrom('..', '.', '', '.git', 'a', 'A', 'b', 'link', '\0', 'git~1', '../..', '/'),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
    const entry = fc.record({
      path,
      content: fc.oneof(path, fc.constantFrom('../outside/kept.txt', '../../outside', '/', 'a/../..')),
      mode: fc.constantFrom('100644', '100755', '120000', '120000', '160000'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
        const { result, written } = await write(
          entries.map((one) =>
            treeFile(Buffer.from(one.path, 'latin1'), Buffer.from(one.content, 'latin1'), one.mode),
          ),
        );
        const leftOut = result.differences.filter((line) => line.includes(': left out')).length;
        const modules = result.differences.filter((line) => line.includes('a submodule')).length;
        expect(result.files + leftOut + modules).toBe(entries.length);
        expect(Object.keys(written).filter((path) => !path.endsWith('/'))).toHaveLength(result.files);
      }),
      { numRuns: 150 },
    );
  });
});
