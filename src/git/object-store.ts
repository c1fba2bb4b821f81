import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Commit, ObjectId } from '../domain/change.ts';
import type { LineRange } from '../domain/location.ts';
import { GitError } from '../errors.ts';
import { removeBareRepository } from './bare-repository.ts';
import { blameLines } from './blame.ts';
import { defaultMaxBytes, ObjectReader } from './object-reader.ts';
import type { BlameLine, FileLookup, MergeBaseLookup, TreeEntry } from './object-repository.ts';
import { parseCommit } from './parse-commit.ts';
import { parseTreeListing } from './parse-listing.ts';
import { type GitCall, type GitOutput, runGit } from './run-git.ts';
import { readShallow } from './shallow.ts';
import { TreeCache } from './tree-cache.ts';

export interface ObjectStoreOptions {
  gitDirectory: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds without a sign of life after which a reading process counts as hung; default one minute. */
  patience?: number | undefined;
}

/** Everything that can be asked of a bare repository of ours by object id alone. Documented at `ObjectRepository`. */
export class ObjectStore {
  readonly gitDirectory: string;
  readonly searchPath: string | undefined;
  protected readonly reader: ObjectReader;
  private readonly call: Omit<GitCall, 'argv'>;
  /** Ends what is still under way when the repository is closed: a hung git would keep this process alive. */
  private readonly closing = new AbortController();
  private readonly trees: TreeCache;
  private readonly commits = new Map<ObjectId, Promise<Commit>>();
  private readonly roots = new Map<ObjectId, Promise<ObjectId>>();

  constructor(options: ObjectStoreOptions) {
    const { gitDirectory, searchPath, signal } = options;
    this.gitDirectory = gitDirectory;
    this.searchPath = searchPath;
    const ending = this.closing.signal;
    this.call = {
      gitDirectory,
      searchPath,
      signal: signal === undefined ? ending : AbortSignal.any([signal, ending]),
    };
    this.reader = new ObjectReader({
      gitDirectory,
      searchPath,
      signal,
      patience: options.patience ?? 60_000,
    });
    this.trees = new TreeCache(this.reader);
  }

  async mergeBase(a: ObjectId, b: ObjectId): Promise<MergeBaseLookup> {
    requireIds(a, b);
    const { code, stdout } = await this.run({ argv: ['merge-base', a, b], answers: [1] });
    if (code === 0) return { outcome: 'found', sha: stdout.toString('latin1').trim() };
    const ends = await readShallow(this.gitDirectory);
    if (ends.size === 0) return { outcome: 'absent' };
    const { stdout: reachable } = await this.run({ argv: ['rev-list', a, b, '--'] });
    const cutOff = lines(reachable).some((sha) => ends.has(sha));
    return { outcome: cutOff ? 'shallow' : 'absent' };
  }

  async listCommits(base: ObjectId, head: ObjectId): Promise<Commit[]> {
    requireIds(base, head);
    const { stdout } = await this.run({
      argv: ['rev-list', '--topo-order', '--reverse', head, `^${base}`, '--'],
    });
    return Promise.all(lines(stdout).map((sha) => this.readCommit(sha)));
  }

  readCommit(sha: ObjectId): Promise<Commit> {
    const known = this.commits.get(sha);
    if (known !== undefined) return known;
    const commit = this.reader.read(sha, 'commit').then((bytes) => parseCommit(sha, bytes));
    this.commits.set(sha, commit);
    commit.catch(() => this.commits.delete(sha));
    return commit;
  }

  async findEntry(commit: ObjectId, path: string): Promise<TreeEntry | null> {
    const node = await this.trees.find(await this.rootOf(commit), path);
    return node === null ? null : { path, ...node };
  }

  async readFile(commit: ObjectId, path: string, options: { maxBytes?: number } = {}): Promise<FileLookup> {
    const entry = await this.findEntry(commit, path);
    if (entry === null) return { outcome: 'absent' };
    const { mode, oid } = entry;
    if (mode === '040000') return { outcome: 'not-a-file', kind: 'tree' };
    if (mode === '160000') return { outcome: 'not-a-file', kind: 'commit' };
    const maxBytes = options.maxBytes ?? defaultMaxBytes;
    const header = await this.reader.header(oid);
    // Missing or of another type: reading it says so as an error.
    if (header?.type !== 'blob')
      return { outcome: 'found', oid, mode, bytes: await this.reader.read(oid, 'blob', maxBytes) };
    if (header.size > maxBytes) return { outcome: 'too-large', oid, mode, size: header.size };
    return { outcome: 'found', oid, mode, bytes: await this.reader.readChecked(header) };
  }

  async listFiles(commit: ObjectId): Promise<TreeEntry[]> {
    requireIds(commit);
    const { stdout } = await this.run({ argv: ['ls-tree', '-r', '-z', '--full-tree', commit] });
    return parseTreeListing(stdout);
  }

  async diff(base: ObjectId, head: ObjectId, onPiece?: (piece: Buffer) => void): Promise<Buffer> {
    requireIds(base, head);
    const throughFile = join(this.gitDirectory, `patch-${randomUUID()}`);
    const argv = ['diff', ...diffFlags, base, head, '--'];
    const call = { argv, throughFile, ...(onPiece === undefined ? {} : { onOutput: onPiece }) };
    return (await this.run(call)).stdout;
  }

  async blame(commit: ObjectId, path: string, range: LineRange): Promise<BlameLine[]> {
    requireIds(commit);
    const [blamed, ends] = await Promise.all([
      blameLines({ commit, path, range, call: this.call }),
      readShallow(this.gitDirectory),
    ]);
    return Promise.all(
      blamed.map(async ({ line, sha }) => {
        const { subject, author, authoredAt } = await this.readCommit(sha);
        const known = { line, sha, subject, author: author.name, authoredAt };
        return ends.has(sha) ? { ...known, orEarlier: true as const } : known;
      }),
    );
  }

  async close(): Promise<void> {
    this.closing.abort(new GitError('the repository was closed'));
    await this.reader.close();
    await removeBareRepository(this.gitDirectory);
  }

  /** git in our own bare repository, with this repository's signal. */
  protected run(call: GitCall): Promise<GitOutput> {
    return runGit({ ...this.call, ...call });
  }

  private rootOf(commit: ObjectId): Promise<ObjectId> {
    const known = this.roots.get(commit);
    if (known !== undefined) return known;
    const root = this.reader.header(commit, 'tree').then((header) => {
      if (header === null) throw new GitError(`${commit} is not a commit that is in the repository`);
      return header.oid;
    });
    this.roots.set(commit, root);
    root.catch(() => this.roots.delete(commit));
    return root;
  }
}

/** How every patch of ours is made: one format, whatever git's defaults become. */
const diffFlags: readonly string[] = [
  '--patch',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--full-index',
  '--find-renames=50%',
  '-l1000',
  '--unified=3',
  '--inter-hunk-context=0',
  '--diff-algorithm=myers',
  '--indent-heuristic',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '--ignore-submodules=none',
  '--no-relative',
  '-O/dev/null',
];

function requireIds(...ids: ObjectId[]): void {
  const wrong = ids.find((id) => !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id));
  if (wrong !== undefined) throw new GitError(`not an object id: ${JSON.stringify(wrong)}`);
}

function lines(output: Buffer): string[] {
  return output.toString('latin1').split('\n').slice(0, -1);
}
