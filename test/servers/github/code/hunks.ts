export interface HunkLine {
  /** As in the patch, with its first character. */
  text: string;
  /** Line of the base; null for an added one. */
  left: number | null;
  /** Line of the head; null for a removed one. */
  right: number | null;
  /** Lines below the file's first hunk header, as GitHub once counted places. */
  position: number;
}

export interface Hunk {
  header: string;
  lines: readonly HunkLine[];
}

export function parseHunks(patch: string): Hunk[] {
  const hunks: { header: string; lines: HunkLine[] }[] = [];
  let left = 0;
  let right = 0;
  let position = -1;
  for (const text of patch.split('\n')) {
    position += 1;
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (header !== null) {
      left = Number(header[1]);
      right = Number(header[2]);
      hunks.push({ header: text, lines: [] });
      continue;
    }
    const mark = text[0];
    const line = { text, left: mark === '+' ? null : left, right: mark === '-' ? null : right, position };
    if (mark === '\\') continue;
    if (line.left !== null) left += 1;
    if (line.right !== null) right += 1;
    hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}

export type Side = 'LEFT' | 'RIGHT';

/** The hunk and the place in it of a line on a side; null when the diff does not show it. */
export function findLine(
  hunks: readonly Hunk[],
  side: Side,
  line: number,
): { hunk: Hunk; index: number } | null {
  for (const hunk of hunks) {
    const index = hunk.lines.findIndex((one) => (side === 'LEFT' ? one.left : one.right) === line);
    if (index >= 0) return { hunk, index };
  }
  return null;
}

/** Where a line of the old text stands in the new; null when it was changed. `hunks` without context lines. */
export function mapLine(hunks: readonly Hunk[], line: number): number | null {
  let shift = 0;
  for (const { header, lines } of hunks) {
    const [, start = '', count = '1'] = /^@@ -(\d+)(?:,(\d+))? /.exec(header) ?? [];
    const first = Number(start);
    const removed = Number(count);
    // Of an insertion git names the line before it.
    if (removed === 0 ? line <= first : line < first) break;
    if (line < first + removed) return null;
    shift += lines.filter((one) => one.left === null).length - removed;
  }
  return line + shift;
}
