import { excerpt, type LineReader } from './line-reader.ts';
import type { NameStyle } from './name-style.ts';
import type { FilePatch } from './patch.ts';
import { pathOfTitle, sectionTitle } from './section-names.ts';

export type FileHeader = Omit<FilePatch, 'content'>;
type Modes = Pick<FilePatch, 'oldMode' | 'newMode'> & { change: 'added' | 'removed' | 'modified' };
type Move = Pick<FilePatch, 'oldPath' | 'newPath'> & { change: 'renamed' | 'copied' };

const objectIdPair =
  /^(?:([0-9a-f]{40})\.\.([0-9a-f]{40})|([0-9a-f]{64})\.\.([0-9a-f]{64}))(?: ([0-7]{6}))?$/;

/** Reads a section from `diff --git` up to where its content begins. Throws `GitError`. */
export function parseHeader(reader: LineReader, style: NameStyle): FileHeader {
  const line = reader.line;
  const title = reader.takeAfter('diff --git ');
  if (title === null) throw reader.error('expected "diff --git"');
  const modes = parseModes(reader);
  const similarity = parseSimilarity(reader);
  const move = similarity?.kind === 'similarity' ? parseMove(reader, style) : null;
  if (similarity !== null && modes.change !== 'modified')
    throw reader.error('a file that came or went cannot be similar to another', line);
  const path = move === null ? pathOfTitle(title, style) : null;
  const names = path === null ? move : { oldPath: path, newPath: path };
  if (names === null || sectionTitle({ ...modes, ...names }, style) !== title)
    throw reader.error(`cannot tell two paths from ${excerpt(title)}`, line);
  const header: FileHeader = { line, ...modes, ...names, similarity, index: null };
  parseIndex(reader, header);
  if (header.index === null) expectEqualContents(header, (what) => reader.error(what, line));
  return header;
}

function parseModes(reader: LineReader): Modes {
  const added = parseMode(reader, 'new file mode ');
  if (added !== null) return { change: 'added', oldMode: null, newMode: added };
  const removed = parseMode(reader, 'deleted file mode ');
  if (removed !== null) return { change: 'removed', oldMode: removed, newMode: null };
  const oldMode = parseMode(reader, 'old mode ');
  if (oldMode === null) return { change: 'modified', oldMode: null, newMode: null };
  const newMode = parseMode(reader, 'new mode ');
  if (newMode === null) throw reader.error('an old mode without a new one');
  if (oldMode === newMode || oldMode.slice(0, 3) !== newMode.slice(0, 3))
    throw reader.error(`no mode changes from ${oldMode} to ${newMode} in one section`, reader.line - 1);
  return { change: 'modified', oldMode, newMode };
}

function parseMode(reader: LineReader, label: string): string | null {
  const line = reader.line;
  const mode = reader.takeAfter(label);
  if (mode !== null && !/^[0-7]{6}$/.test(mode)) throw reader.error(`no mode: ${excerpt(mode)}`, line);
  return mode;
}

function parseSimilarity(reader: LineReader): FilePatch['similarity'] {
  const line = reader.line;
  for (const kind of ['similarity', 'dissimilarity'] as const) {
    const printed = reader.takeAfter(`${kind} index `);
    if (printed === null) continue;
    if (!/^(?:0|[1-9][0-9]?|100)%$/.test(printed))
      throw reader.error(`no percentage: ${excerpt(printed)}`, line);
    return { kind, percent: Number.parseInt(printed, 10) };
  }
  return null;
}

function parseMove(reader: LineReader, style: NameStyle): Move {
  const [verb, change] = reader.startsWith('copy ')
    ? (['copy', 'copied'] as const)
    : (['rename', 'renamed'] as const);
  const oldPath = parsePath(reader, `${verb} from `, style);
  const newPath = parsePath(reader, `${verb} to `, style);
  if (oldPath === newPath) throw reader.error('a path moved to itself', reader.line - 1);
  return { change, oldPath, newPath };
}

function parsePath(reader: LineReader, label: string, style: NameStyle): string {
  const line = reader.line;
  const printed = reader.takeAfter(label);
  if (printed === null) throw reader.error(`expected "${label.trimEnd()}"`);
  const path = style.read(printed);
  if (path === null) throw reader.error(`git prints no path as ${excerpt(printed)}`, line);
  return path;
}

/** Fills in the ids, and the mode where the index line has the one of both sides. */
function parseIndex(reader: LineReader, header: FileHeader): void {
  const line = reader.line;
  const printed = reader.takeAfter('index ');
  const unstated = header.oldMode === null && header.newMode === null;
  if (printed === null) {
    if (header.change === 'added' || header.change === 'removed')
      throw reader.error('expected "index": a file that comes or goes has an id');
    return;
  }
  const match = objectIdPair.exec(printed);
  if (match === null) throw reader.error(`no pair of full object ids: ${excerpt(printed)}`, line);
  const oldOid = match[1] ?? match[3] ?? '';
  const newOid = match[2] ?? match[4] ?? '';
  const mode = match[5] ?? null;
  if ((mode !== null) !== unstated)
    throw reader.error(unstated ? 'an index line without a mode' : 'a second mode', line);
  if (oldOid === newOid) throw reader.error('two equal object ids', line);
  if (isZero(oldOid) !== (header.change === 'added') || isZero(newOid) !== (header.change === 'removed'))
    throw reader.error('zeros for a file that is there, or an id for one that is not', line);
  header.index = { oldOid, newOid };
  if (mode !== null) Object.assign(header, { oldMode: mode, newMode: mode });
}

/** Without ids the contents are equal, so that something else must have changed. */
function expectEqualContents(header: FileHeader, error: (what: string) => Error): void {
  const { similarity, oldMode, newMode } = header;
  if (similarity !== null && similarity.percent < 100) throw error('two contents and no "index"');
  if (similarity === null && oldMode === newMode) throw error('a section without a change');
}

function isZero(oid: string): boolean {
  return /^0+$/.test(oid);
}
