import type { FileDiff } from '../../domain/change.ts';
import { type FileKind, fileKinds, kindOf } from './file-kind.ts';

export interface RankedFile {
  file: FileDiff;
  kind: FileKind;
}

/**
 * The order in which to read the files: by kind, what people wrote first; within a kind what is gone last; else by
 * path. It does not depend on the order given.
 */
export function readingOrder(files: readonly FileDiff[]): RankedFile[] {
  return files
    .map((file) => ({ file, kind: kindOf(file) }))
    .sort(
      (a, b) =>
        fileKinds.indexOf(a.kind) - fileKinds.indexOf(b.kind) ||
        Number(a.file.status === 'removed') - Number(b.file.status === 'removed') ||
        compare(a.file.path, b.file.path),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
