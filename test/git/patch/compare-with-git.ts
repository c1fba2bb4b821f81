import type { FileDiff } from '../../../src/domain/change.ts';
import { encodePath } from '../../../src/domain/git-path.ts';
import type { CountEntry, RawEntry } from './read-summary.ts';

const statuses: Readonly<Record<string, FileDiff['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'removed',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};

const emptyFiles: readonly string[] = [
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
];

/** What `toFileDiffs` must say of one file, by git's summaries; without the hunks, which these do not have. */
export type FileSummary = Omit<FileDiff, 'hunks' | 'generated' | 'vendored'>;

/** Of equal contents git's patch states no ids, no kind, and no modes unless they differ: nor does the summary. Throws where the two of git's do not fit. */
export function expectedSummaries(raw: readonly RawEntry[], counts: readonly CountEntry[]): FileSummary[] {
  if (raw.length !== counts.length) throw new Error(`${raw.length} raw entries, ${counts.length} counts`);
  return raw.map((entry, index) => {
    const count = counts[index];
    if (count?.newPath !== entry.newPath) throw new Error(`no counts for ${entry.newPath}`);
    const idsStated = entry.oldOid !== entry.newOid || entry.status === 'T';
    const modesStated = idsStated || entry.oldMode !== entry.newMode;
    const kindStated = idsStated && !(count.additions === null && isEmptyFile(entry));
    const oldThere = entry.status !== 'A';
    const newThere = entry.status !== 'D';
    return {
      path: entry.newPath,
      oldPath: entry.oldPath === entry.newPath ? null : entry.oldPath,
      status: statuses[entry.status] ?? 'modified',
      oldMode: oldThere && modesStated ? entry.oldMode : null,
      newMode: newThere && modesStated ? entry.newMode : null,
      oldOid: oldThere && idsStated ? entry.oldOid : null,
      newOid: newThere && idsStated ? entry.newOid : null,
      binary: kindStated && count.additions === null,
      additions: kindStated ? count.additions : 0,
      deletions: kindStated ? count.deletions : 0,
    };
  });
}

/** A file without its hunks, its paths as bytes. */
export function summarise({ hunks: _, generated: __, vendored: ___, ...file }: FileDiff): FileSummary {
  return { ...file, path: toBytes(file.path), oldPath: file.oldPath === null ? null : toBytes(file.oldPath) };
}

/** Nothing came or went: by its attributes git counts such a file as binary, and prints no word of it. */
function isEmptyFile({ status, oldOid, newOid }: RawEntry): boolean {
  const there = [oldOid, newOid].filter((oid) => !/^0+$/.test(oid));
  return status !== 'T' && there.every((oid) => emptyFiles.includes(oid));
}

function toBytes(path: string): string {
  return encodePath(path).toString('latin1');
}
