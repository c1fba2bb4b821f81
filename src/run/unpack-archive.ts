import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { isOutOfSpace, RunDirectoryError, StorageError } from '../errors.ts';

export interface UnpackLimits {
  /** Bytes of all files together, as they come out and not as the archive says. */
  bytes: number;
  files: number;
}

export interface UnpackArchiveInput {
  /** A zip file. */
  archive: string;
  /** An empty folder. */
  into: string;
  limits: UnpackLimits;
}

/** Most characters of a path in an archive, and most folders above a file. */
const longestPath = 400;
const deepest = 8;

/**
 * Unpacks an archive that others may have made, whole or not at all: every name is looked at before the first byte is
 * written. Only plain files with plain relative names come out, each once; anything else (a way up, an absolute path, a
 * link, a name twice or by another case, control characters, a password, too much) refuses the archive, as a
 * `RunDirectoryError` that says what it was. What was written by then stays in the folder, which is the caller's.
 */
export async function unpackArchive(input: UnpackArchiveInput, signal: AbortSignal): Promise<void> {
  const { archive, into, limits } = input;
  const { openPromise } = await import('yauzl');
  // Names are read as they stand: the package would mend some, and they are looked at here anyway.
  const zip = await openPromise(archive, { autoClose: false, strictFileNames: true }).catch(refuse);
  try {
    const entries = await readEntries(zip, limits);
    const budget = { left: limits.bytes };
    for (const entry of entries) {
      signal.throwIfAborted();
      await writeEntry({ zip, entry, to: join(into, ...entry.fileName.split('/')), budget }, signal);
    }
  } finally {
    zip.close();
  }
}

async function readEntries(zip: ZipFile, limits: UnpackLimits): Promise<Entry[]> {
  if (zip.entryCount > limits.files * 2) throw refusal(`it holds ${zip.entryCount} entries`);
  const files: Entry[] = [];
  const taken = new Set<string>();
  const folders = new Set<string>();
  let declared = 0;
  const each = zip.eachEntry();
  for (;;) {
    const step = await each.next().catch(refuse);
    if (step.done === true) break;
    const entry: Entry = step.value;
    const isFolder = entry.fileName.endsWith('/');
    const path = isFolder ? entry.fileName.slice(0, -1) : entry.fileName;
    const why = doubtPath(path) ?? doubtKind(entry, isFolder);
    if (why !== null) throw refusal(`${show(entry.fileName)} ${why}`);
    const key = keyOf(path);
    for (let at = dirname(key); at !== '.'; at = dirname(at)) folders.add(at);
    if (isFolder) {
      folders.add(key);
      continue;
    }
    if (taken.has(key)) throw refusal(`${show(path)} is in it twice`);
    taken.add(key);
    files.push(entry);
    declared += entry.uncompressedSize;
    if (files.length > limits.files) throw refusal(`it holds more than ${limits.files} files`);
    if (declared > limits.bytes) throw refusal(tooMuch(limits.bytes));
  }
  const both = [...taken].find((key) => folders.has(key));
  if (both !== undefined) throw refusal(`${show(both)} is a file and a folder in it`);
  return files;
}

/** null: none. File systems take some names for others. */
function doubtPath(path: string): string | null {
  if (path.length > longestPath) return 'is too long a name';
  if (path !== makeVisibleLine(path) || /[\\:]/.test(path)) return 'is no plain name';
  if (path.startsWith('/')) return 'is an absolute path';
  const segments = path.split('/');
  if (segments.includes('..')) return 'leads out of the folder';
  if (segments.length > deepest) return 'lies too deep';
  if (segments.some((segment) => segment === '' || segment === '.' || /[. ]$/.test(segment)))
    return 'is no plain path';
  return null;
}

function doubtKind(entry: Entry, isFolder: boolean): string | null {
  const kind = (entry.externalFileAttributes >>> 16) & fileKind;
  if (kind === link) return 'is a symbolic link';
  if (kind !== 0 && kind !== (isFolder ? folder : plainFile)) return 'is no plain file';
  if (entry.isEncrypted()) return 'has a password';
  if (!entry.canDecodeFileData()) return 'is packed in an unknown way';
  return null;
}

/** Of a Unix mode. */
const fileKind = 0o170000;
const folder = 0o040000;
const plainFile = 0o100000;
const link = 0o120000;

const keyOf = (path: string) => path.normalize('NFC').toLowerCase();

async function writeEntry(
  input: { zip: ZipFile; entry: Entry; to: string; budget: { left: number } },
  signal: AbortSignal,
): Promise<void> {
  const { zip, entry, to, budget } = input;
  const most = budget.left;
  let sum = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      budget.left -= chunk.byteLength;
      sum = crc32(chunk, sum);
      done(budget.left < 0 ? refusal(tooMuch(most)) : null, chunk);
    },
    flush(done) {
      done(
        sum === entry.crc32 ? null : refusal(`${show(entry.fileName)} is damaged: its checksum is another`),
      );
    },
  });
  try {
    await mkdir(dirname(to), { recursive: true });
    const stream = await zip.openReadStreamPromise(entry);
    await pipeline(stream, count, createWriteStream(to, { flags: 'wx' }), { signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (isOutOfSpace(cause)) throw new StorageError(`cannot write ${to}`, { hint: 'free some space', cause });
    throw cause instanceof RunDirectoryError ? cause : refusal(`${show(entry.fileName)}: ${wordsOf(cause)}`);
  }
}

const tooMuch = (bytes: number) => `it comes to more than ${Math.floor(bytes / 2 ** 20)} MiB`;

function refuse(cause: unknown): never {
  throw refusal(wordsOf(cause), cause);
}

function refusal(why: string, cause?: unknown): RunDirectoryError {
  return new RunDirectoryError(`the archive is not unpacked: ${why}`, cause === undefined ? {} : { cause });
}

function show(name: string): string {
  const line = makeVisibleLine(name);
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

/** A name of the archive may stand in it. */
function wordsOf(cause: unknown): string {
  return show(cause instanceof Error ? cause.message : String(cause));
}
