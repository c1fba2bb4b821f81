import type { Hunk } from '../../../src/domain/change.ts';
import type { LineRange } from '../../../src/domain/location.ts';
import type { PatchHunk } from '../../../src/git/patch/patch.ts';

/** Lines with their line feeds; the last may lack it. No lines in an empty file. */
export function splitLines(content: string): string[] {
  return content.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The new side made of the old one. Throws where a hunk's context or removed lines do not stand where it says. */
export function applyHunks(content: string, hunks: readonly PatchHunk[]): string {
  const old = splitLines(content);
  const made: string[] = [];
  let at = 0;
  for (const { oldStart, oldLines, newStart, newLines, lines } of hunks) {
    const start = oldLines === 0 ? oldStart : oldStart - 1;
    while (at < start) made.push(old[at++] ?? '');
    if (made.length !== (newLines === 0 ? newStart : newStart - 1))
      throw new Error(`the hunk starts at new line ${made.length + 1}, not ${newStart}`);
    for (const { kind, text, lineFeed } of lines) {
      const line = lineFeed ? `${text}\n` : text;
      if (kind !== 'added' && old[at++] !== line)
        throw new Error(`old line ${at} is not ${JSON.stringify(line)}`);
      if (kind !== 'removed') made.push(line);
    }
  }
  return [...made, ...old.slice(at)].join('');
}

/** Both sides without what the hunks call removed and added; equal when every run is where it should be. */
export function unchangedLines(
  oldContent: string,
  newContent: string,
  hunks: readonly Hunk[],
): [string, string] {
  return [
    withoutRuns(
      oldContent,
      hunks.flatMap((hunk) => hunk.removed),
    ),
    withoutRuns(
      newContent,
      hunks.flatMap((hunk) => hunk.added),
    ),
  ];
}

function withoutRuns(content: string, runs: readonly LineRange[]): string {
  const lines = splitLines(content);
  const kept: string[] = [];
  let next = 1;
  for (const { start, end } of runs) {
    if (start < next || end < start || end > lines.length) throw new Error(`no lines ${start}-${end}`);
    kept.push(...lines.slice(next - 1, start - 1));
    next = end + 1;
  }
  return [...kept, ...lines.slice(next - 1)].join('');
}
