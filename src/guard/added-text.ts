import { decodePath } from '../domain/git-path.ts';
import type { LineRange, Side } from '../domain/location.ts';
import type { FilePatch } from '../git/patch/patch.ts';

export interface AddedLine {
  /** At the head, from 1. */
  number: number;
  /** Bytes that are no UTF-8 are U+FFFD; without a line end. */
  text: string;
  /** As git has it, one character a byte. */
  bytes: string;
}

/** Lines of one file that the change added one after the other. */
export interface AddedRun {
  lines: AddedLine[];
}

/** What a patch adds to one file. */
export interface AddedText {
  /** See domain/git-path.ts. */
  path: string;
  runs: AddedRun[];
}

/** The lines a file's patch adds, in runs. */
export function addedText(file: FilePatch): AddedText {
  const runs: AddedRun[] = [];
  if (file.content.kind === 'text')
    for (const hunk of file.content.hunks) {
      let number = hunk.newStart;
      let open: AddedRun | null = null;
      for (const line of hunk.lines) {
        if (line.kind === 'added') {
          if (open === null) {
            open = { lines: [] };
            runs.push(open);
          }
          const bytes = line.text.replace(/\r$/, '');
          open.lines.push({ number, text: decode(bytes), bytes });
        } else open = null;
        if (line.kind !== 'removed') number += 1;
      }
    }
  return { path: pathOf(file.newPath), runs };
}

/** Where a file's patch first changes a line, for what is said of the file as a whole; null when no line changes. */
export function firstChange(file: FilePatch): { range: LineRange; side: Side; text: string } | null {
  if (file.content.kind !== 'text') return null;
  for (const wanted of ['added', 'removed'] as const)
    for (const hunk of file.content.hunks) {
      let [old, now] = [hunk.oldStart, hunk.newStart];
      for (const line of hunk.lines) {
        const number = wanted === 'added' ? now : old;
        if (line.kind === wanted && line.text.trim() !== '')
          return {
            range: { start: number, end: number },
            side: wanted === 'added' ? 'head' : 'base',
            text: decode(line.text.replace(/\r$/, '')),
          };
        if (line.kind !== 'added') old += 1;
        if (line.kind !== 'removed') now += 1;
      }
    }
  return null;
}

export function pathOf(bytes: string): string {
  return decodePath(Buffer.from(bytes, 'latin1'));
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
