import { constants, type FileHandle, open } from 'node:fs/promises';
import { InputFileError, reasonOf } from '../errors.ts';

/** Largest report that is read, in bytes: real ones in Markdown have a tenth of a megabyte. */
export const mostMarkdownBytes = 8 * 2 ** 20;
export const mostJsonBytes = 256 * 2 ** 20;

export interface ReadInputFileOptions {
  /** Largest size in bytes. */
  most: number;
  /** What to do when the file cannot be read. */
  hint: string;
}

/**
 * The text of a file that the user names. A folder, a pipe, a device, an empty or too large file, and what is no text in
 * UTF-8 are refused with what they are, without waiting for anything.
 */
export async function readInputFile(path: string, { most, hint }: ReadInputFileOptions): Promise<string> {
  const refuse = (what: string, advice = hint, cause?: unknown) =>
    new InputFileError(`cannot read ${path}: ${what}`, { hint: advice, cause });
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw refuse(reasonOf(cause), hint, cause);
  }
  try {
    const entry = await file.stat();
    if (entry.isDirectory())
      throw refuse('it is a folder', `${hint}; "deep-review index DIR" lists a folder`);
    if (!entry.isFile()) throw refuse('it is no plain file');
    if (entry.size > most)
      throw refuse(`it has ${inMiB(entry.size)} MiB, and ${inMiB(most)} MiB are the most`);
    const bytes = await file.readFile();
    if (bytes.length === 0) throw refuse('it is empty');
    return decode(bytes, () => refuse('it is no text in UTF-8', `${hint}; convert it to UTF-8 first`));
  } catch (cause) {
    if (cause instanceof InputFileError) throw cause;
    throw refuse(reasonOf(cause), hint, cause);
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array, refusal: () => InputFileError): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal();
  }
  if (text.includes('\0')) throw refusal();
  return text;
}

function inMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
}
