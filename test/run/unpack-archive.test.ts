import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackArchive } from '../../src/run/unpack-archive.ts';
import { makeZip, type ZipEntry } from '../support/make-zip.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const limits = { bytes: 100_000, files: 20 };
const { signal } = new AbortController();

/** What lies below a folder: paths with their texts, folders with a slash. */
function listTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const shown = path.slice(folder.length + 1);
    return entry.isFile()
      ? [shown, readFileSync(path, 'utf8')]
      : [`${shown}/`, entry.isDirectory() ? '' : '?'];
  });
  return Object.fromEntries(entries.sort());
}

/** Unpacks in a folder of its own; gives what is said, and everything that lies there afterwards. */
async function unpack(archive: Uint8Array, given: typeof limits = limits) {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'into'));
  writeFileSync(join(folder, 'archive.zip'), archive);
  const said = await unpackArchive(
    { archive: join(folder, 'archive.zip'), into: join(folder, 'into'), limits: given },
    signal,
  ).then(
    () => null,
    (cause: unknown) => (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)),
  );
  rmSync(join(folder, 'archive.zip'));
  return { said, tree: listTree(folder) };
}

test('an archive is unpacked as it is, files and folders, packed or not', async () => {
  const archive = makeZip([
    { name: 'review/', mode: 0o040755 },
    { name: 'review/claude.json', content: '{"a":1}', mode: 0o100644 },
    { name: 'run.json', content: 'x'.repeat(10_000) },
    { name: 'verify/ü é.json', content: 'plain', method: 0 },
    { name: 'empty', content: '' },
  ]);
  expect(await unpack(archive)).toEqual({
    said: null,
    tree: {
      'into/': '',
      'into/empty': '',
      'into/review/': '',
      'into/review/claude.json': '{"a":1}',
      'into/run.json': 'x'.repeat(10_000),
      'into/verify/': '',
      'into/verify/ü é.json': 'plain',
    },
  });
});

test('a hostile archive is refused whole, before anything of it is written, with what it holds', async () => {
  const good: ZipEntry = { name: 'run.json', content: '{}' };
  const table: [string | ZipEntry[], RegExp][] = [
    ['../run.json', /relative path: \.\.\/run\.json$/],
    ['a/../../run.json', /relative path/],
    ['a/..', /relative path/],
    ['/etc/passwd', /absolute path: \/etc\/passwd$/],
    ['C:/run.json', /absolute path/],
    ['a\\..\\..\\b', /invalid characters/],
    ['a/b:stream', /a\/b:stream is no plain name$/],
    ['a\nb', /a⟦U\+000A⟧b is no plain name$/],
    ['a\u0000b', /is no plain name$/],
    ['a\u202eb', /a⟦U\+202E⟧b is no plain name$/],
    ['a//b', /is no plain path$/],
    ['./a', /is no plain path$/],
    ['a/.', /is no plain path$/],
    ['a./b', /is no plain path$/],
    ['a/b/c/d/e/f/g/h/i', /lies too deep$/],
    ['n'.repeat(500), /is too long a name$/],
    ['', /is no plain path$/],
    ['/', /is no plain path$|absolute path/],
    [[{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], /link is a symbolic link$/],
    [[{ name: 'pipe', mode: 0o010644 }], /pipe is no plain file$/],
    [[{ name: 'folder', mode: 0o040755 }], /folder is no plain file$/],
    [[{ name: 'secret', isEncrypted: true }], /secret has a password$/],
    [[{ name: 'odd', method: 99 }], /odd is packed in an unknown way$/],
    [[good], /run\.json is in it twice$/],
    [[{ name: 'RUN.JSON' }], /RUN\.JSON is in it twice$/],
    [[{ name: 'run.json/a' }], /run\.json is a file and a folder in it$/],
    [[{ name: 'run.json/' }], /run\.json is a file and a folder in it$/],
    [Array.from({ length: 20 }, (_, index) => ({ name: `${index}` })), /more than 20 files$/],
    [Array.from({ length: 60 }, (_, index) => ({ name: `${index}/` })), /holds 61 entries$/],
    [[{ name: 'bomb', size: 4_000_000_000 }], /comes to more than 0 MiB$/],
  ];
  for (const [given, message] of table) {
    const entries = typeof given === 'string' ? [{ name: given, content: 'x' }] : given;
    const { said, tree } = await unpack(makeZip([good, ...entries]));
    expect(said).toMatch(/^RunDirectoryError: the archive is not unpacked: /);
    expect(said).toMatch(message);
    expect(tree).toEqual({ 'into/': '' });
  }
});

test('what an archive says of sizes and sums is not believed, and half an archive is none', async () => {
  const bomb = 'x'.repeat(3_000_000);
  const whole = makeZip([{ name: 'a', content: 'text' }]);
  const table: [Uint8Array, RegExp][] = [
    [makeZip([{ name: 'a', content: bomb, size: 10 }]), /too many bytes/],
    [makeZip([{ name: 'a', content: 'text', size: 90_000 }]), /not enough bytes/],
    [makeZip([{ name: 'a', content: 'text', crc: 1 }]), /checksum|CRC/i],
    [makeZip([{ name: 'a', content: bomb, method: 0, size: 10 }]), /size/],
    [whole.subarray(0, whole.byteLength - 30), /not unpacked/],
    [Buffer.from('<html>'), /not unpacked/],
    [Buffer.alloc(0), /not unpacked/],
  ];
  for (const [archive, message] of table) {
    const { said, tree } = await unpack(archive);
    expect(said).toMatch(/^RunDirectoryError: the archive is not unpacked: /);
    expect(said).toMatch(message);
    expect(Object.keys(tree).every((path) => path.startsWith('into/'))).toBe(true);
    expect(JSON.stringify(tree).length).toBeLessThan(limits.bytes);
  }
});

test('whatever the names, nothing comes to lie beside the folder', async () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    'a',
    'A',
    'run.json',
    '',
    'é',
    'e\u0301',
    ' ',
    'C:',
    '\\',
    '~',
    '\t',
  );
  const name = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), async (names) => {
      const { said, tree } = await unpack(makeZip(names.map((one) => ({ name: one, content: one }))));
      const files = Object.entries(tree).filter(([path]) => !path.endsWith('/'));
      expect(Object.keys(tree).every((path) => path.startsWith('into/'))).toBe(true);
      if (said === null)
        expect(new Set(files.map(([, text]) => `into/${text}`))).toEqual(
          new Set(files.map(([path]) => path)),
        );
      else expect(files).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
