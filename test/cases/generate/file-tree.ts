import type { Side } from '../../../src/domain/location.ts';
import { applyBlocks, type MarkedText, readMarked } from './marked-text.ts';
import type { CommitArchive } from './parse-archive.ts';

/** All files of one commit, by path. */
export type FileTree = ReadonlyMap<string, MarkedText>;

/** Where a defect stands: both ends included, lines from 1. */
export interface Place {
  path: string;
  startLine: number;
  endLine: number;
  side: Side;
  /** The marked lines and those between them. */
  lines: string[];
}

/** The tree after a commit. */
export function applyArchive(tree: FileTree, archive: CommitArchive, name: string): FileTree {
  const next = new Map(tree);
  for (const entry of archive.entries) {
    const { path } = entry;
    const before = next.get(path);
    if (entry.action === 'write') {
      next.set(path, readMarked(entry.text));
      continue;
    }
    if (before === undefined) throw new SyntaxError(`${name}: ${path} does not exist`);
    if (entry.action === 'edit') next.set(path, applyBlocks(before, entry.blocks, `${name}: ${path}`));
    else next.delete(path);
    if (entry.action === 'rename') next.set(entry.to, before);
  }
  return next;
}

/** Where the lines with this marker stand: from the first to the last. Throws when there is none, or in two files. */
export function findPlace(tree: FileTree, mark: string, side: Side): Place {
  const places = [...tree].flatMap(([path, lines]) => {
    const numbers = lines.flatMap(({ marks }, index) => (marks.includes(mark) ? [index + 1] : []));
    const [startLine, endLine] = [numbers[0], numbers.at(-1)];
    if (startLine === undefined || endLine === undefined) return [];
    const text = lines.slice(startLine - 1, endLine).map((line) => line.text);
    return [{ path, startLine, endLine, side, lines: text }];
  });
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new SyntaxError(`the marker ⟦${mark}⟧ stands in ${places.length} files of the ${side}`);
  return place;
}
