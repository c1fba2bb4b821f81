import { git } from './git.ts';
import { type Hunk, parseHunks } from './hunks.ts';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface ChangedFile {
  path: string;
  previousPath: string | null;
  status: FileStatus;
  /** The blob at the head; of a removed file, at the base. */
  blob: string;
  additions: number;
  deletions: number;
  /** From the first `@@` on, without the last line feed; null for a binary or an unchanged text. */
  patch: string | null;
  /** Lines of the patch. */
  lines: number;
  hunks: readonly Hunk[];
}

export interface Difference {
  mergeBase: string;
  head: string;
  files: readonly ChangedFile[];
  /** As `git diff` prints it. */
  text: string;
}

/** What GitHub shows of a change: from the merge base to the head. null: no common ancestor. */
export type ReadDifference = (directory: string, base: string, head: string) => Promise<Difference | null>;

/** Reads every pair of commits once. */
export function createDifferenceReader(): ReadDifference {
  const known = new Map<string, Promise<Difference | null>>();
  return (directory, base, head) => {
    const key = `${directory} ${base} ${head}`;
    let found = known.get(key);
    if (found === undefined) {
      found = readDifference(directory, base, head);
      known.set(key, found);
    }
    return found;
  };
}

async function readDifference(directory: string, base: string, head: string): Promise<Difference | null> {
  const mergeBase = (await git(directory, 'merge-base', base, head).catch(() => '')).trim();
  if (mergeBase === '') return null;
  const options = ['--no-color', '--no-ext-diff', '--no-textconv', '-M', '--full-index', '--abbrev=40'];
  const [raw, counts, text] = await Promise.all([
    git(directory, 'diff', ...options, '--raw', '-z', mergeBase, head),
    git(directory, 'diff', ...options, '--numstat', '-z', mergeBase, head),
    git(directory, 'diff', ...options, mergeBase, head),
  ]);
  const sections = text === '' ? [] : text.split(/^(?=diff --git )/m);
  const numbers = parseCounts(counts);
  const rows = parseRaw(raw);
  if (rows.length !== sections.length || rows.length !== numbers.length)
    throw new Error(`git diff tells of ${rows.length}, ${sections.length} and ${numbers.length} files`);
  const files = rows.map((row, index): ChangedFile => {
    const section = sections[index] ?? '';
    const start = section.search(/^@@ /m);
    const patch = start < 0 ? null : section.slice(start).replace(/\n$/, '');
    return {
      ...row,
      ...(numbers[index] ?? { additions: 0, deletions: 0 }),
      patch,
      lines: patch === null ? 0 : patch.split('\n').length,
      hunks: patch === null ? [] : parseHunks(patch),
    };
  });
  return { mergeBase, head, files, text };
}

type Row = Pick<ChangedFile, 'path' | 'previousPath' | 'status' | 'blob'>;

function parseRaw(raw: string): Row[] {
  const pieces = raw.split('\0');
  const rows: Row[] = [];
  for (let at = 0; at < pieces.length - 1; ) {
    const [, , before = '', after = '', kind = ''] = (pieces[at] ?? '').split(' ');
    const first = pieces[at + 1] ?? '';
    const renamed = kind.startsWith('R') || kind.startsWith('C');
    const status = statuses[kind[0] ?? ''];
    if (status === undefined) throw new Error(`git diff --raw: ${pieces[at]}`);
    rows.push({
      path: renamed ? (pieces[at + 2] ?? '') : first,
      previousPath: renamed ? first : null,
      status: status === 'modified' && before === after ? 'changed' : status,
      blob: status === 'removed' ? before : after,
    });
    at += renamed ? 3 : 2;
  }
  return rows;
}

const statuses: Record<string, FileStatus> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  T: 'modified',
  R: 'renamed',
  C: 'copied',
};

function parseCounts(counts: string): { additions: number; deletions: number }[] {
  const pieces = counts.split('\0');
  const found: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < pieces.length - 1; ) {
    const [added = '', removed = '', path = ''] = (pieces[at] ?? '').split('\t');
    found.push({ additions: Number(added) || 0, deletions: Number(removed) || 0 });
    at += path === '' ? 3 : 1;
  }
  return found;
}
