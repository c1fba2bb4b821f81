import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Through no link: what stands in a run's folder may have come from others. */
const readAndAppend =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Appends one line to a file, whole or not at all: a full disk throws and leaves the file as it was. */
export function appendLine(path: string, line: string): void {
  const descriptor = openLines(path);
  try {
    appendTo(descriptor, line);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file of lines for `appendTo`, made when it is absent; the caller closes it. */
export function openLines(path: string): number {
  return openSync(path, readAndAppend);
}

/** As `appendLine`, on an open file that nobody else writes to. */
export function appendTo(descriptor: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  const { size } = fstatSync(descriptor);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  } catch (cause) {
    ftruncateSync(descriptor, size);
    throw cause;
  }
}

const step = 64 * 1024;

/** Takes away a last line that was cut off when its writer was killed. Says whether there was one. */
export function dropTornLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const buffer = Buffer.alloc(step);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - step);
    const read = readSync(descriptor, buffer, 0, end - start, start);
    const lineFeed = buffer.subarray(0, read).lastIndexOf(10);
    if (lineFeed >= 0) {
      const whole = start + lineFeed + 1;
      if (whole < size) ftruncateSync(descriptor, whole);
      return whole < size;
    }
    if (start === 0 || read === 0) break;
    end = start;
  }
  if (size > 0) ftruncateSync(descriptor, 0);
  return size > 0;
}
