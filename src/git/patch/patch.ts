import type { ObjectId } from '../../domain/change.ts';

/**
 * A patch as `git diff` prints it, taken apart without loss: `printPatch` gives the same bytes back. All texts and
 * paths are byte strings, one character per byte (latin1), since neither has a known encoding.
 */
export interface Patch {
  /** git's `core.quotePath` as the patch was printed: bytes from 0x80 escaped in paths. True where no path tells. */
  quotePath: boolean;
  files: FilePatch[];
}

/** One `diff --git` section. A change of type, such as from file to link, is two sections: `removed`, then `added`. */
export interface FilePatch {
  /** Where the section starts in the patch; lines count from 1. */
  line: number;
  change: 'added' | 'modified' | 'removed' | 'renamed' | 'copied';
  /** Path on the old side; equal to `newPath` unless renamed or copied. */
  oldPath: string;
  newPath: string;
  /** Six octal digits; null where there is no file, and on both sides where git does not print an unchanged mode. */
  oldMode: string | null;
  newMode: string | null;
  /** Always there for a rename and a copy. `dissimilarity` is git's mark of a rewritten file (`git diff -B`). */
  similarity: { kind: 'similarity' | 'dissimilarity'; percent: number } | null;
  /** Zeros for the side without a file. null where git prints none: the contents are equal. */
  index: { oldOid: ObjectId; newOid: ObjectId } | null;
  content: PatchContent;
}

export type PatchContent =
  /** Nothing but the header changed, or an empty file came or went. */
  | { kind: 'none' }
  /** Never empty. */
  | { kind: 'text'; hunks: PatchHunk[] }
  /** `Binary files … differ`. */
  | { kind: 'binary' }
  /** `GIT binary patch`: how to make the new side, then how to make the old one. */
  | { kind: 'binary-patch'; forward: BinaryData; reverse: BinaryData };

export interface BinaryData {
  method: 'literal' | 'delta';
  /** Bytes after inflating. */
  size: number;
  /** git's base-85 lines, each led by its length letter. */
  lines: string[];
}

/** Line numbers as git prints them: a side without lines names the line before, 0 at the top of the file. */
export interface PatchHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** What follows the second `@@`, with the space before it; empty for nothing. */
  section: string;
  lines: PatchLine[];
}

export interface PatchLine {
  kind: 'context' | 'added' | 'removed';
  /** Without its line feed; a carriage return stays. */
  text: string;
  /** False for the last line of a file that does not end in a line feed. */
  lineFeed: boolean;
}
