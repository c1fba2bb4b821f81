import type { Commit, ObjectId } from '../domain/change.ts';
import type { EgressEntry } from '../domain/egress.ts';
import type { LineRange } from '../domain/location.ts';
import { InternalError } from '../errors.ts';
import type {
  BlameLine,
  FileLookup,
  MergeBaseLookup,
  ObjectRepository,
  TreeEntry,
} from '../git/object-repository.ts';

/**
 * A repository as one vendor may see it: names of all files, and no content of those that are kept from it. It is the
 * only repository that a session of that vendor has, so that a tool which forgets the rule has nothing to leak.
 */
export class RestrictedRepository implements ObjectRepository {
  readonly gitDirectory: string;
  readonly searchPath: string | undefined;
  readonly sourceDirectory: string;
  private readonly whole: ObjectRepository;
  private readonly isKept: (entry: EgressEntry) => boolean;

  constructor(whole: ObjectRepository, isKept: (entry: EgressEntry) => boolean) {
    this.whole = whole;
    this.isKept = isKept;
    this.gitDirectory = whole.gitDirectory;
    this.searchPath = whole.searchPath;
    this.sourceDirectory = whole.sourceDirectory;
  }

  withholds(entry: EgressEntry): boolean {
    return this.isKept(entry);
  }

  async readFile(commit: ObjectId, path: string, options?: { maxBytes?: number }): Promise<FileLookup> {
    const entry = await this.whole.findEntry(commit, path);
    if (entry !== null && isFile(entry) && this.isKept(entry))
      return { outcome: 'withheld', oid: entry.oid, mode: entry.mode };
    return this.whole.readFile(commit, path, options);
  }

  /** Whole patches show every file. */
  async diff(): Promise<Buffer> {
    throw new InternalError('a restricted repository makes no whole patch');
  }

  resolveCommit(revision: string): Promise<ObjectId> {
    return this.whole.resolveCommit(revision);
  }

  mergeBase(a: ObjectId, b: ObjectId): Promise<MergeBaseLookup> {
    return this.whole.mergeBase(a, b);
  }

  listCommits(base: ObjectId, head: ObjectId): Promise<Commit[]> {
    return this.whole.listCommits(base, head);
  }

  readCommit(sha: ObjectId): Promise<Commit> {
    return this.whole.readCommit(sha);
  }

  findEntry(commit: ObjectId, path: string): Promise<TreeEntry | null> {
    return this.whole.findEntry(commit, path);
  }

  listFiles(commit: ObjectId): Promise<TreeEntry[]> {
    return this.whole.listFiles(commit);
  }

  blame(commit: ObjectId, path: string, range: LineRange): Promise<BlameLine[]> {
    return this.whole.blame(commit, path, range);
  }

  /** Whoever opened the whole closes it. */
  async close(): Promise<void> {}
}

function isFile({ mode }: TreeEntry): boolean {
  return mode !== '040000' && mode !== '160000';
}
