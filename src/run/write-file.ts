import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOutOfSpace, RunDirectoryError, StorageError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Writes a whole file so that a reader sees the old content or the new, never a part: temporary name, fsync,
 * rename. A full disk becomes a `StorageError`, a missing right a `RunDirectoryError`; the old file stays as it was.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${randomBytes(6).toString('hex')}.part`);
  try {
    await makeFolder(directory);
    const file = await open(temporary, 'wx');
    try {
      await (typeof content === 'string' ? file.writeFile(content) : writeWhole(file, content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const Kind = isOutOfSpace(cause) ? StorageError : RunDirectoryError;
    throw new Kind(`cannot write ${path}: ${reason}`, {
      hint: 'free some space or choose another folder with --out',
      cause,
    });
  }
}

/** Writes from the file's start on, as much at once as the system takes: `writeFile` hands over 512 KiB at a time. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten;
}
