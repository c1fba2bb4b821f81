import { constants, lstat, open } from 'node:fs/promises';
import { InputFileError } from '../errors.ts';

/** Where a mark of ours stands at the latest. */
const headBytes = 4096;

/**
 * Refuses a path at which something stands that this command did not write: files of ours say so in their first lines.
 * A path where nothing stands is fine.
 */
export async function requireOwnOutput(path: string, mark: string): Promise<void> {
  if (await isFreeOrMarked(path, mark)) return;
  throw new InputFileError(`${path} is there already, and this command did not write it`, {
    hint: 'choose another folder with --out, or move the file away',
  });
}

async function isFreeOrMarked(path: string, mark: string): Promise<boolean> {
  try {
    if (!(await lstat(path)).isFile()) return false;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return true;
    throw new InputFileError(`cannot look at ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      hint: 'choose another folder with --out',
      cause,
    });
  }
  return hasMark(path, mark);
}

/** Whether a plain file has this mark of ours in its first lines. */
export async function hasMark(path: string, mark: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).includes(mark);
  } finally {
    await file.close();
  }
}
