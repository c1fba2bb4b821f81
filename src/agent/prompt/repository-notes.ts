import type { Change } from '../../domain/change.ts';
import { makeVisible } from '../../domain/visible-text.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import { compileGlob } from '../tools/glob.ts';
import { count } from '../tools/line-text.ts';

/** What the repository, or whoever runs the review, says about work on the files of a change. */
export interface RepositoryNote {
  /** The file it stands in. */
  path: string;
  /** Folder or glob for which it is meant; empty for everything. */
  scope: string;
  /** Hidden characters are visible; cut and marked when overlong. */
  text: string;
}

/** Instructions for some paths, from a configuration. */
export interface PathInstructions {
  /** Glob over paths of the repository. */
  match: string;
  instructions: string;
  /** Name of the file they stand in. */
  source: string;
}

export interface RepositoryNotesInput {
  repository: ObjectRepository;
  change: Pick<Change, 'base' | 'files'>;
  pathInstructions: readonly PathInstructions[];
}

/** Read at the base only: the head belongs to whoever wants the change merged. */
const noteNames: readonly string[] = ['deep-review-context.md', 'REVIEW.md', 'AGENTS.md', 'CLAUDE.md'];
/** Lengths in UTF-16 units; folders beyond the number, deepest first, are not looked into. */
const limits = { note: 40_000, all: 120_000, folders: 2_000 };

/**
 * The notes at the base for what the change touches: those of the root, then those of the folders on the way to a
 * touched path, outer ones first, then the configuration's for paths that match. Each content once for the same
 * place. Links, binary and very large files are none.
 */
export async function readRepositoryNotes(input: RepositoryNotesInput): Promise<RepositoryNote[]> {
  const { repository, change } = input;
  const paths = change.files.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath]));
  const notes: RepositoryNote[] = [];
  const seen: { oid: string; folder: string }[] = [];
  let length = 0;
  for (const folder of foldersAround(paths)) {
    for (const name of noteNames) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = await repository.findEntry(change.base.sha, path);
      if (entry === null || !entry.mode.startsWith('100')) continue;
      if (seen.some((other) => other.oid === entry.oid && isWithin(folder, other.folder))) continue;
      const text = await readNote(repository, change.base.sha, path);
      if (text === '') continue;
      seen.push({ oid: entry.oid, folder });
      length += text.length;
      notes.push({
        path,
        scope: folder,
        text: length > limits.all ? '[left out here: read_file at base]' : text,
      });
    }
  }
  return [...notes, ...matching(input.pathInstructions, paths)];
}

/** The root, and every folder that a path lies in, outer ones first. */
function foldersAround(paths: readonly string[]): string[] {
  const folders = new Set<string>(['']);
  for (const path of paths)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
      folders.add(path.slice(0, at));
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length);
  return [...folders].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, limits.folders);
}

function isWithin(folder: string, outer: string): boolean {
  return outer === '' || folder === outer || folder.startsWith(`${outer}/`);
}

/** Empty for what is no note. */
async function readNote(repository: ObjectRepository, commit: string, path: string): Promise<string> {
  const file = await repository.readFile(commit, path, { maxBytes: 2 ** 20 });
  if (file.outcome !== 'found' || file.bytes.subarray(0, 8000).includes(0)) return '';
  const text = makeVisible(file.bytes.toString('utf8')).trim();
  const rest = text.length - limits.note;
  return rest > 0
    ? `${text.slice(0, limits.note)}\n[${count(rest, 'more character')}: read_file at base]`
    : text;
}

function matching(all: readonly PathInstructions[], paths: readonly string[]): RepositoryNote[] {
  return all.flatMap(({ match, instructions, source }) => {
    const matches = compileGlob(match);
    if (!paths.some((path) => matches(path))) return [];
    return [{ path: source, scope: match, text: makeVisible(instructions).trim() }];
  });
}
