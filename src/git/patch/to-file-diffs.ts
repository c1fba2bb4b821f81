import type { FileDiff, Hunk } from '../../domain/change.ts';
import { decodePath } from '../../domain/git-path.ts';
import type { LineRange } from '../../domain/location.ts';
import type { FilePatch, Patch, PatchHunk } from './patch.ts';

/**
 * What a patch changes, file by file in its order; the two sections of a change of type become one. git prints no
 * ids where both are equal (a pure rename, a mode alone) and no modes for a pure rename: they are null then, on both
 * sides. `generated` and `vendored` are false: a patch does not know.
 */
export function toFileDiffs(patch: Patch): FileDiff[] {
  const files: FileDiff[] = [];
  for (let at = 0; at < patch.files.length; at += 1) {
    const file = patch.files[at];
    if (file === undefined) continue;
    const next = patch.files[at + 1];
    if (next !== undefined && changesType(file, next)) {
      files.push(joinTypeChange(toFileDiff(file), toFileDiff(next)));
      at += 1;
    } else files.push(toFileDiff(file));
  }
  return files;
}

function changesType(first: FilePatch, second: FilePatch): boolean {
  return (
    first.change === 'removed' &&
    second.change === 'added' &&
    first.oldPath === second.newPath &&
    first.oldMode?.slice(0, 3) !== second.newMode?.slice(0, 3)
  );
}

function joinTypeChange(removed: FileDiff, added: FileDiff): FileDiff {
  const binary = removed.binary || added.binary;
  return {
    ...added,
    status: 'type-changed',
    oldMode: removed.oldMode,
    oldOid: removed.oldOid,
    binary,
    additions: binary ? null : added.additions,
    deletions: binary ? null : removed.deletions,
    hunks: [...removed.hunks, ...added.hunks],
  };
}

function toFileDiff(file: FilePatch): FileDiff {
  const { change, content, index, oldPath, newPath, oldMode, newMode } = file;
  const binary = content.kind === 'binary' || content.kind === 'binary-patch';
  const hunks = content.kind === 'text' ? content.hunks.map(toHunk) : [];
  return {
    path: decodeBytes(newPath),
    oldPath: oldPath === newPath ? null : decodeBytes(oldPath),
    status: change,
    oldMode,
    newMode,
    oldOid: change === 'added' ? null : detach(index?.oldOid),
    newOid: change === 'removed' ? null : detach(index?.newOid),
    binary,
    additions: binary ? null : countLines(hunks, 'added'),
    deletions: binary ? null : countLines(hunks, 'removed'),
    hunks,
    generated: false,
    vendored: false,
  };
}

function toHunk({ oldStart, oldLines, newStart, newLines, section, lines }: PatchHunk): Hunk {
  const added: LineRange[] = [];
  const removed: LineRange[] = [];
  let oldLine = oldStart;
  let newLine = newStart;
  for (const { kind } of lines) {
    if (kind === 'added') extendRuns(added, newLine);
    if (kind === 'removed') extendRuns(removed, oldLine);
    if (kind !== 'added') oldLine += 1;
    if (kind !== 'removed') newLine += 1;
  }
  return { oldStart, oldLines, newStart, newLines, section: decodeText(section.slice(1)), added, removed };
}

function extendRuns(runs: LineRange[], line: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last.end + 1 === line) last.end = line;
  else runs.push({ start: line, end: line });
}

function countLines(hunks: readonly Hunk[], side: 'added' | 'removed'): number {
  let count = 0;
  for (const hunk of hunks) for (const { start, end } of hunk[side]) count += end - start + 1;
  return count;
}

function decodeBytes(path: string): string {
  return decodePath(Buffer.from(path, 'latin1'));
}

/** A copy: a part of the patch's text would keep all of it in memory. */
function detach(oid: string | undefined): string | null {
  return oid === undefined ? null : Buffer.from(oid, 'latin1').toString('latin1');
}

/** git cuts a section after 80 bytes, which may be within a character. */
function decodeText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
