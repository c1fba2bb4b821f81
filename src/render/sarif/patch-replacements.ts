import { type PlainHunk, readPlainPatch } from './plain-patch.ts';

/** Whole lines, from 1, both included, and what stands in their place afterwards; neither ends in a line feed. */
export interface LineReplacement {
  startLine: number;
  endLine: number;
  text: string;
}

export interface FileReplacements {
  path: string;
  replacements: LineReplacement[];
}

/** The lines of a file that a patch is for; null when they are not at hand. */
export type ReadLines = (path: string) => Promise<readonly string[] | null>;

const longestPatch = 256 * 1024;
const mostFiles = 50;

/**
 * A unified diff as replacements of lines. null where it isn't plain: a patch that is no exact one, that makes, moves
 * or deletes files, or whose old lines don't stand in the file to the letter, or in more than one place.
 */
export async function toReplacements(diff: string, read: ReadLines): Promise<FileReplacements[] | null> {
  const patches = diff.length > longestPatch ? null : readPlainPatch(diff);
  if (patches === null || patches.length > mostFiles) return null;
  const files: FileReplacements[] = [];
  for (const { path, hunks } of patches) {
    if (files.some((file) => file.path === path)) return null;
    const lines = await read(path);
    const replacements = lines === null ? null : placeHunks(hunks, lines);
    if (replacements === null) return null;
    files.push({ path, replacements });
  }
  return files;
}

function placeHunks(hunks: readonly PlainHunk[], lines: readonly string[]): LineReplacement[] | null {
  const placed: LineReplacement[] = [];
  for (const hunk of hunks) {
    const one = placeHunk(hunk, lines);
    if (one === null) return null;
    placed.push(one);
  }
  placed.sort((a, b) => a.startLine - b.startLine);
  const overlaps = placed.some((one, at) => one.startLine <= (placed[at - 1]?.endLine ?? 0));
  return placed.length === 0 || overlaps ? null : placed;
}

/** From the first to the last change, and one line beside it where nothing would be left or was there before. */
function placeHunk(hunk: PlainHunk, lines: readonly string[]): LineReplacement | null {
  const old = hunk.lines.filter((line) => line[0] !== '+').map((line) => line.slice(1));
  const at = findLines(old, lines, hunk.start);
  const first = hunk.lines.findIndex((line) => line[0] !== ' ');
  if (at === null || first === -1) return null;
  const last = hunk.lines.findLastIndex((line) => line[0] !== ' ');
  const core = hunk.lines.slice(first, last + 1);
  const start = at + first;
  const end = start + core.filter((line) => line[0] !== '+').length;
  const text = core.filter((line) => line[0] !== '-').map((line) => line.slice(1));
  if (end > start && text.length > 0) return replacement(start, end, text);
  const [before, after] = [lines[start - 1], lines[end]];
  if (before !== undefined) return replacement(start - 1, end, [before, ...text]);
  return after === undefined ? null : replacement(start, end + 1, [...text, after]);
}

/** Indexes of lines, the end excluded. */
function replacement(start: number, end: number, text: readonly string[]): LineReplacement {
  return { startLine: start + 1, endLine: end, text: text.join('\n') };
}

/** Where these lines stand: where they are said to, else in the one place that has them. A hunk without any is nowhere. */
function findLines(old: readonly string[], lines: readonly string[], said: number | null): number | null {
  if (old.length === 0) return null;
  const stands = (at: number) => old.every((line, index) => lines[at + index] === line);
  if (said !== null && stands(said - 1)) return said - 1;
  const places: number[] = [];
  for (let at = 0; at + old.length <= lines.length && places.length < 2; at += 1)
    if (stands(at)) places.push(at);
  return places.length === 1 ? (places[0] ?? null) : null;
}
