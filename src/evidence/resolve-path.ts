import type { Change } from '../domain/change.ts';
import { decodePath } from '../domain/git-path.ts';
import type { Side } from '../domain/location.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { TreeEntry } from '../git/object-repository.ts';
import { unquotePath } from '../git/quoted-path.ts';
import type { CommitFiles } from './commit-files.ts';

export type PathResolution =
  | {
      outcome: 'found';
      entry: TreeEntry;
      /** Whether the claim named this file, give or take a prefix; false when it had to be guessed or followed. */
      asClaimed: boolean;
      /** What the reviewer should know about how the file was found; empty when there is nothing to say. */
      note: string;
    }
  | { outcome: 'refused'; reason: 'no-such-path' | 'ambiguous-path' | 'not-text'; message: string };

export interface PathQuestion {
  claimed: string;
  side: Side;
  /** The files of that side's commit. */
  files: CommitFiles;
  change: Change;
}

const longestPath = 4096;
const namedCandidates = 5;

/**
 * Finds the file a reviewer means: the path itself, then without what tools and diffs put before it, then the other
 * name of a renamed file, then the only file whose path ends so. Among several, a single changed one is meant.
 */
export function resolvePath(question: PathQuestion): PathResolution {
  const { claimed, files } = question;
  if (claimed.length > longestPath) return absent(question, []);
  const spellings = spellingsOf(claimed, question.change.repository.name);
  for (const path of [...spellings.plain, ...spellings.shortened]) {
    const entry = files.find(path);
    if (entry !== undefined) return { outcome: 'found', entry, asClaimed: true, note: '' };
  }
  const renamed = followRename(question, [...spellings.plain, ...spellings.shortened]);
  if (renamed !== undefined) return renamed;
  if (spellings.plain.some((path) => files.hasDirectory(path)))
    return { outcome: 'refused', reason: 'not-text', message: `${show(claimed)} is a directory` };
  for (const path of spellings.plain) {
    const matches = path === '' ? [] : files.endingIn(path);
    if (matches.length > 0) return chooseAmong(matches, question);
  }
  return absent(question, spellings.plain);
}

interface Spellings {
  plain: string[];
  /** Ends of an absolute path, the longest first. */
  shortened: string[];
}

function spellingsOf(claimed: string, repositoryName: string): Spellings {
  const quoted = unquotePath(claimed.trim());
  const bare =
    quoted === null
      ? claimed.trim().replace(/^(["'`])(.*)\1$/s, '$2')
      : decodePath(Buffer.from(quoted.path, 'latin1'));
  const slashed = bare.replace(/^file:\/\//, '').replaceAll('\\', '/');
  const withoutLines = slashed.replace(/(?::\d+(?:[-–:]\d+)*|#L\d+(?:-L?\d+)?)$/, '');
  const plain = new Set([claimed, bare]);
  const shortened = new Set<string>();
  for (const path of [slashed, withoutLines]) {
    const tidy = normalise(path);
    plain.add(tidy);
    plain.add(tidy.replace(/^[ab]\//, ''));
    if (tidy.startsWith(`${repositoryName}/`)) plain.add(tidy.slice(repositoryName.length + 1));
    if (/^(?:\/|[A-Za-z]:)/.test(path)) {
      const parts = tidy.split('/');
      for (let from = 1; from < parts.length; from += 1) shortened.add(parts.slice(from).join('/'));
    }
  }
  plain.delete('');
  return { plain: [...plain], shortened: [...shortened] };
}

/** Without empty and `.` components and with `..` resolved as far as it stays inside. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function followRename(question: PathQuestion, paths: readonly string[]): PathResolution | undefined {
  const { side, files, change } = question;
  for (const path of paths) {
    const file = change.files.find(
      (one) => one.status === 'renamed' && (side === 'head' ? one.oldPath : one.path) === path,
    );
    const other = side === 'head' ? file?.path : file?.oldPath;
    const entry = other === undefined || other === null ? undefined : files.find(other);
    if (entry === undefined) continue;
    const note =
      side === 'head'
        ? `the change renames ${show(path)} to ${show(entry.path)}`
        : `${show(path)} is called ${show(entry.path)} before the change`;
    return { outcome: 'found', entry, asClaimed: false, note };
  }
  return undefined;
}

function chooseAmong(matches: readonly TreeEntry[], question: PathQuestion): PathResolution {
  const changed = changedPaths(question);
  const candidates = [...matches].sort((a, b) => Number(changed.has(b.path)) - Number(changed.has(a.path)));
  const [first, second] = candidates;
  const meant =
    matches.length === 1 ||
    (first !== undefined && changed.has(first.path) && !changed.has(second?.path ?? ''))
      ? first
      : undefined;
  if (meant !== undefined) {
    const note = `${show(question.claimed)} was taken for ${show(meant.path)}`;
    return { outcome: 'found', entry: meant, asClaimed: false, note };
  }
  const named = candidates.slice(0, namedCandidates).map((entry) => show(entry.path));
  const more = candidates.length - named.length;
  const list = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return {
    outcome: 'refused',
    reason: 'ambiguous-path',
    message: `${show(question.claimed)} may be any of ${list}; give the whole path`,
  };
}

function absent(question: PathQuestion, spellings: readonly string[]): PathResolution {
  const { claimed, side, files, change } = question;
  const where = side === 'head' ? 'at the head' : 'at the merge base';
  let message = `No file ${show(claimed.slice(0, 200))} ${where}`;
  const file = change.files.find((one) =>
    spellings.includes(side === 'head' ? (one.oldPath ?? one.path) : one.path),
  );
  if (file?.status === 'removed') message += '; the change removes it: its lines stand on the side "base"';
  else if (file?.status === 'added') message += '; the change adds it: its lines stand on the side "head"';
  else if (claimed.length <= longestPath) {
    const similar = files.resembling(claimed, [...changedPaths(question)], 3);
    if (similar.length > 0) message += `; the nearest: ${similar.map(show).join(', ')}`;
  }
  return { outcome: 'refused', reason: 'no-such-path', message };
}

function changedPaths({ change, side }: PathQuestion): Set<string> {
  return new Set(change.files.map((file) => (side === 'head' ? file.path : (file.oldPath ?? file.path))));
}

function show(path: string): string {
  return makeVisibleLine(path);
}
