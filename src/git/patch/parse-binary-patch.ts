import { excerpt, type LineReader } from './line-reader.ts';
import type { BinaryData, PatchContent } from './patch.ts';

/** Reads what follows `GIT binary patch`. Throws `GitError`. */
export function parseBinaryPatch(reader: LineReader): PatchContent {
  const forward = parseBinaryData(reader);
  const reverse = parseBinaryData(reader);
  return { kind: 'binary-patch', forward, reverse };
}

function parseBinaryData(reader: LineReader): BinaryData {
  const line = reader.line;
  const header = reader.take();
  const match = /^(literal|delta) (0|[1-9][0-9]{0,14})$/.exec(header);
  if (match === null)
    throw reader.error(`expected "literal" or "delta" and a size: ${excerpt(header)}`, line);
  const lines: string[] = [];
  while (!reader.startsWith('\n')) lines.push(parseDataLine(reader, lines.at(-1)));
  reader.take();
  if (lines.length === 0) throw reader.error('binary data without a line', line);
  return { method: match[1] === 'literal' ? 'literal' : 'delta', size: Number(match[2]), lines };
}

/** One line is a letter for its number of bytes, then five characters for each four; all but the last are full. */
function parseDataLine(reader: LineReader, previous: string | undefined): string {
  const line = reader.line;
  const data = reader.take();
  const bytes = lengthOfLetter(data.charCodeAt(0));
  const wellFormed =
    bytes !== null &&
    data.length === 1 + 5 * Math.ceil(bytes / 4) &&
    /^[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]+$/.test(data);
  if (!wellFormed || (previous !== undefined && !previous.startsWith('z')))
    throw reader.error(`no line of binary data: ${excerpt(data)}`, line);
  return data;
}

/** A–Z are 1–26, a–z are 27–52. */
function lengthOfLetter(code: number): number | null {
  if (code >= 65 && code <= 90) return code - 64;
  return code >= 97 && code <= 122 ? code - 70 : null;
}
