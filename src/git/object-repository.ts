import type { Commit, ObjectId } from '../domain/change.ts';
import type { EgressEntry } from '../domain/egress.ts';
import type { LineRange } from '../domain/location.ts';

/**
 * Looking a path up in a commit. `absent` is proved: the tree was read and has no such entry. When git could not
 * answer, a `GitError` is thrown; that is no answer about the file.
 */
export type FileLookup =
  | { outcome: 'found'; oid: ObjectId; mode: string; bytes: Buffer }
  | { outcome: 'absent' }
  /** The path is a directory (`tree`) or a submodule (`commit`). */
  | { outcome: 'not-a-file'; kind: 'tree' | 'commit' }
  /** The file exists and was not read: `size` bytes are over the limit asked for. */
  | { outcome: 'too-large'; oid: ObjectId; mode: string; size: number }
  /** The file exists, and an egress rule keeps its content from whoever asks. */
  | { outcome: 'withheld'; oid: ObjectId; mode: string };

export interface TreeEntry {
  /** See domain/git-path.ts. */
  path: string;
  /** Six octal digits; 120000 is a symbolic link, 160000 a submodule. */
  mode: string;
  oid: ObjectId;
}

export interface BlameLine {
  /** Line in the file at the blamed commit, from 1. */
  line: number;
  sha: ObjectId;
  subject: string;
  author: string;
  /** UTC, ISO 8601. */
  authoredAt: string;
  /** History ends at this commit (a shallow one): an earlier one may have written the line. Absent: no. */
  orEarlier?: true;
}

/** Where two commits' histories meet. `shallow`: history ends before the answer is known. */
export type MergeBaseLookup =
  | { outcome: 'found'; sha: ObjectId }
  | { outcome: 'absent' }
  | { outcome: 'shallow' };

/**
 * Read-only access to the objects of a repository, through a bare repository of our own with a configuration of
 * our own, so that nothing in the user's or the pull request's configuration, attributes or hooks ever runs.
 * Symbolic links are their text. Every method rejects with `GitError` when git itself failed, and with the
 * signal's reason when it was aborted.
 */
export interface ObjectRepository {
  /** Our own bare repository. */
  readonly gitDirectory: string;
  /** The user's PATH, where git is looked for; absent: the usual places. */
  readonly searchPath?: string | undefined;
  /** The user's repository whose objects are borrowed. */
  readonly sourceDirectory: string;
  /** A commit-ish of the user's repository → its id. Throws `RepositoryError` for an unknown revision. */
  resolveCommit(revision: string): Promise<ObjectId>;
  mergeBase(a: ObjectId, b: ObjectId): Promise<MergeBaseLookup>;
  /** Commits reachable from `head` and not from `base`, oldest first. */
  listCommits(base: ObjectId, head: ObjectId): Promise<Commit[]>;
  readCommit(sha: ObjectId): Promise<Commit>;
  /** The file at an exact path of a commit (or tree). Default limit 64 MiB. */
  readFile(commit: ObjectId, path: string, options?: { maxBytes?: number }): Promise<FileLookup>;
  /** What a commit (or tree) has at a path: a file, a link, a folder (040000) or a submodule. null: nothing, proved. */
  findEntry(commit: ObjectId, path: string): Promise<TreeEntry | null>;
  /** All files of a commit, recursively, in git's order; submodules and links included. */
  listFiles(commit: ObjectId): Promise<TreeEntry[]>;
  /**
   * The patch between two commits as `git diff` prints it: full ids, renames found, no textconv, no external diff. It is
   * told piece by piece as well, while it is made; what `onPiece` throws rejects.
   */
  diff(base: ObjectId, head: ObjectId, onPiece?: (piece: Buffer) => void): Promise<Buffer>;
  /** Who last wrote each line of the range. Rejects with `GitError` for lines beyond the file. */
  blame(commit: ObjectId, path: string, range: LineRange): Promise<BlameLine[]>;
  /** Whether an egress rule keeps the content of a file from whoever has this repository; absent: it keeps nothing. */
  withholds?(entry: EgressEntry): boolean;
  /** Ends the child processes and removes the bare repository. */
  close(): Promise<void>;
}
