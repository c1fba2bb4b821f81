import { GitError } from '../../errors.ts';
import { LineReader } from './line-reader.ts';
import { NameStyle, withTab } from './name-style.ts';
import { parseBinaryPatch } from './parse-binary-patch.ts';
import { type FileHeader, parseHeader } from './parse-header.ts';
import { type LineTexts, parseHunks } from './parse-hunks.ts';
import type { FilePatch, Patch, PatchContent } from './patch.ts';
import { sideNames } from './section-names.ts';

/** SHA-1 and SHA-256 of no content: the only files that come or go without a line. */
const emptyFileIds: readonly string[] = [
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
];

/**
 * Reads what `git diff --full-index --src-prefix=a/ --dst-prefix=b/` prints, with or without `--binary`. Throws
 * `GitError`, naming the line, for everything that git would not have printed so; a patch of 512 MiB or more is too
 * large. `printPatch` is the exact inverse.
 */
export function parsePatch(bytes: Uint8Array): Patch {
  const style = new NameStyle();
  const { files } = parseSections(bytes, { line: 1, style, texts: 'kept' });
  return { quotePath: style.quotesHighBytes ?? true, files };
}

/** How sections are read. */
export interface SectionReading {
  /** Number of the first line in the whole patch. */
  line: number;
  style: NameStyle;
  texts: LineTexts;
}

/** Whole sections out of the middle of a patch; and the number of the line after them. */
export function parseSections(
  bytes: Uint8Array,
  reading: SectionReading,
): { files: FilePatch[]; line: number } {
  const reader = new LineReader(decodeBytes(bytes), reading.line);
  const files: FilePatch[] = [];
  while (!reader.ended) files.push(parseFile(reader, reading));
  return { files, line: reader.line };
}

function parseFile(reader: LineReader, { style, texts }: SectionReading): FilePatch {
  const header = parseHeader(reader, style);
  const content = parseContent(reader, header, { style, texts });
  if (content.kind !== 'none' && header.index === null)
    throw reader.error('content of a file whose ids are missing', header.line);
  if (content.kind === 'none' && header.index !== null) {
    const { oldOid, newOid } = header.index;
    const empty = { added: newOid, removed: oldOid, modified: '', renamed: '', copied: '' }[header.change];
    if (!emptyFileIds.includes(empty)) throw reader.error('the content of the file is missing', header.line);
  }
  return { ...header, content };
}

function parseContent(
  reader: LineReader,
  header: FileHeader,
  { style, texts }: Pick<SectionReading, 'style' | 'texts'>,
): PatchContent {
  if (reader.ended || reader.startsWith('diff --git ')) return { kind: 'none' };
  const [oldName, newName] = sideNames(header, style);
  if (reader.startsWith('Binary files ')) {
    reader.expect(`Binary files ${oldName} and ${newName} differ`);
    return { kind: 'binary' };
  }
  if (reader.startsWith('GIT binary patch')) {
    reader.expect('GIT binary patch');
    return parseBinaryPatch(reader);
  }
  reader.expect(`--- ${withTab(oldName)}`);
  reader.expect(`+++ ${withTab(newName)}`);
  return { kind: 'text', hunks: parseHunks(reader, texts) };
}

function decodeBytes(bytes: Uint8Array): string {
  try {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  } catch (cause) {
    throw new GitError(`a patch of ${bytes.byteLength} bytes is too large to be read`, { cause });
  }
}
