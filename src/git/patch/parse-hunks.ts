import { excerpt, type LineReader } from './line-reader.ts';
import type { PatchHunk, PatchLine } from './patch.ts';

const kinds: Readonly<Record<string, PatchLine['kind']>> = { ' ': 'context', '+': 'added', '-': 'removed' };
const noLineFeed = '\\ No newline at end of file';

/** Where the hunks so far have brought us in one file: the next line of each side, and whether it has ended. */
interface Progress {
  oldNext: number;
  newNext: number;
  oldEnded: boolean;
  newEnded: boolean;
}

/** Whether the lines of hunks keep their texts, or only their kinds: the texts of a large patch are much that nobody reads. */
export type LineTexts = 'kept' | 'dropped';

/** Reads the hunks of one file, one at least, each with exactly the lines it announces. Throws `GitError`. */
export function parseHunks(reader: LineReader, texts: LineTexts): PatchHunk[] {
  const progress: Progress = { oldNext: 1, newNext: 1, oldEnded: false, newEnded: false };
  const hunks: PatchHunk[] = [];
  do hunks.push(parseHunk(reader, progress, texts));
  while (reader.startsWith('@@ '));
  return hunks;
}

function parseHunk(reader: LineReader, progress: Progress, texts: LineTexts): PatchHunk {
  const line = reader.line;
  const hunk = parseHunkHeader(reader);
  skipTo(hunk, progress, (what) => reader.error(what, line));
  let oldLeft = hunk.oldLines;
  let newLeft = hunk.newLines;
  let changes = 0;
  while (oldLeft > 0 || newLeft > 0) {
    const bodyLine = parseBodyLine(reader, progress, texts);
    if (bodyLine.kind !== 'added') oldLeft -= 1;
    if (bodyLine.kind !== 'removed') newLeft -= 1;
    if (bodyLine.kind !== 'context') changes += 1;
    if (oldLeft < 0 || newLeft < 0)
      throw reader.error(`more lines than the hunk of line ${line} has`, reader.line - 1);
    hunk.lines.push(bodyLine);
  }
  if (changes === 0) throw reader.error('a hunk that changes nothing', line);
  progress.oldNext += hunk.oldLines;
  progress.newNext += hunk.newLines;
  return hunk;
}

function parseHunkHeader(reader: LineReader): PatchHunk {
  const line = reader.line;
  const header = reader.take();
  const match = /^@@ -([0-9]{1,15})(?:,([0-9]{1,15}))? \+([0-9]{1,15})(?:,([0-9]{1,15}))? @@( .*)?$/s.exec(
    header,
  );
  if (match === null) throw reader.error(`no hunk header: ${excerpt(header)}`, line);
  const [, oldStart, oldLines = '1', newStart, newLines = '1', section = ''] = match;
  const hunk: PatchHunk = {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines),
    newStart: Number(newStart),
    newLines: Number(newLines),
    section,
    lines: [],
  };
  if (formatHunkHeader(hunk) !== header)
    throw reader.error(`git prints no hunk header as ${excerpt(header)}`, line);
  return hunk;
}

/** The `@@` line of a hunk. */
export function formatHunkHeader(hunk: PatchHunk): string {
  const { oldStart, oldLines, newStart, newLines, section } = hunk;
  return `@@ -${formatRange(oldStart, oldLines)} +${formatRange(newStart, newLines)} @@${section}`;
}

function formatRange(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${start},${lines}`;
}

/** What lies between two hunks is equal on both sides, so both must come forward by the same number of lines. */
function skipTo(hunk: PatchHunk, progress: Progress, error: (what: string) => Error): void {
  const oldAt = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
  const newAt = hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart;
  const skipped = oldAt - progress.oldNext;
  if (skipped < 0 || newAt - progress.newNext !== skipped)
    throw error(`the hunk cannot start at -${hunk.oldStart} +${hunk.newStart}`);
  if (skipped > 0 && (progress.oldEnded || progress.newEnded))
    throw error('a hunk behind the end of the file');
  progress.oldNext = oldAt;
  progress.newNext = newAt;
}

function parseBodyLine(reader: LineReader, progress: Progress, texts: LineTexts): PatchLine {
  const line = reader.line;
  const printed = texts === 'kept' ? reader.take() : reader.takeFirst();
  const kind = kinds[printed.charAt(0)];
  if (kind === undefined)
    throw reader.error(`a line of a hunk starts with a space, + or -: ${excerpt(printed)}`, line);
  if ((kind !== 'added' && progress.oldEnded) || (kind !== 'removed' && progress.newEnded))
    throw reader.error('a line behind the end of the file', line);
  const lineFeed = !reader.startsWith('\\');
  if (!lineFeed) {
    reader.expect(noLineFeed);
    if (kind !== 'added') progress.oldEnded = true;
    if (kind !== 'removed') progress.newEnded = true;
  }
  if (texts === 'dropped' && lineFeed) return withoutText[kind];
  return { kind, text: printed.slice(1), lineFeed };
}

const withoutText: Readonly<Record<PatchLine['kind'], PatchLine>> = {
  context: { kind: 'context', text: '', lineFeed: true },
  added: { kind: 'added', text: '', lineFeed: true },
  removed: { kind: 'removed', text: '', lineFeed: true },
};
