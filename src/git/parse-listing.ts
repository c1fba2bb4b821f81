import { decodePath } from '../domain/git-path.ts';
import { GitError } from '../errors.ts';
import type { TreeEntry } from './object-repository.ts';

/** Splits NUL-ended records; a last one without its NUL is a `GitError`, because it was cut off. */
export function splitRecords(output: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    records.push(output.subarray(start, end));
    start = end + 1;
  }
  if (start !== output.length) throw new GitError('the output of git was cut off');
  return records;
}

/** `<mode> <type> <id> TAB <path>` records of `git ls-tree -z`. */
export function parseTreeListing(output: Buffer): TreeEntry[] {
  return splitRecords(output).map((record) => {
    const tab = record.indexOf(9);
    const match = /^(\d{6}) [a-z]+ ([0-9a-f]{40,64})$/.exec(record.toString('latin1', 0, tab));
    if (match === null) throw new GitError('git ls-tree printed a line that is none');
    return { path: decodePath(record.subarray(tab + 1)), mode: match[1] ?? '', oid: match[2] ?? '' };
  });
}
