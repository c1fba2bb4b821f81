import type { ObjectId } from '../domain/change.ts';
import { GitError, RepositoryError } from '../errors.ts';
import { copyIndex, type IndexCopy } from './copy-index.ts';
import { listUntracked } from './list-untracked.ts';
import { splitRecords } from './parse-listing.ts';
import { type GitCall, runGit } from './run-git.ts';
import type { SourceRepository } from './source-repository.ts';
import { readWorkTreeSettings } from './work-tree-settings.ts';

export interface SnapshotInput {
  /**
   * Our own bare repository: everything new is written there, and nothing to the user's (git renews the time stamp
   * of an object that the user's has already).
   */
  gitDirectory: string;
  source: SourceRepository;
  /** Where `~` is, for the files that the user ignores everywhere. */
  homeDirectory: string;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A commit of ours without any file, the same on every machine. */
export async function createEmptyCommit(input: SnapshotInput): Promise<ObjectId> {
  const tree = await ask(input, { argv: ['hash-object', '-t', 'tree', '-w', '--stdin'] });
  return commitTree(input, { tree, parent: null, message: 'Nothing' });
}

/** What is staged, as a commit of ours on top of HEAD; equal content gives equal ids. */
export async function snapshotIndex(input: SnapshotInput): Promise<ObjectId> {
  requireWorkTree(input);
  return withIndexCopy(input, async (index) =>
    commitTree(input, {
      tree: await writeTree(input, index),
      parent: await headOf(input),
      message: 'The index',
    }),
  );
}

/**
 * The work tree as a commit of ours on top of HEAD: changed and deleted files, and untracked ones that are not
 * ignored. git reads them under our configuration, which knows no filter, hook or monitor; only line ends and
 * encodings are undone as `.gitattributes` asks. Links are their text, submodules stay at the commit the index
 * records, other repositories below the work tree are left out. `RepositoryError` for a file that can't be read.
 */
export async function snapshotWorkTree(input: SnapshotInput): Promise<ObjectId> {
  const workTree = requireWorkTree(input);
  return withIndexCopy(input, async (index) => {
    const { flags, ignoreFile } = await readWorkTreeSettings(input);
    const call: Partial<GitCall> = {
      directory: workTree,
      settings: flags,
      variables: { GIT_INDEX_FILE: index.path, GIT_WORK_TREE: workTree },
    };
    const changes = await listChanges(input, call);
    const untracked = await listUntracked({ ...input, call, ignoreFile });
    await updateIndex(input, {
      ...call,
      argv: ['update-index', '-z', '--index-info'],
      input: join(changes.removed.map((path) => Buffer.concat([absentEntry(input), path]))),
    });
    await updateIndex(input, {
      ...call,
      argv: ['update-index', '-z', '--add', '--remove', '--replace', '--stdin'],
      input: join([...changes.present, ...untracked]),
    });
    return commitTree(input, {
      tree: await writeTree(input, index),
      parent: await headOf(input),
      message: 'The work tree',
    });
  });
}

function requireWorkTree(input: SnapshotInput): string {
  const { workTree, directory } = input.source;
  if (workTree !== null) return workTree;
  throw new RepositoryError(`${directory} is a bare repository: it has no work tree and no index`, {
    hint: 'name commits instead, with --range A..B',
  });
}

async function withIndexCopy<T>(input: SnapshotInput, work: (index: IndexCopy) => Promise<T>): Promise<T> {
  const index = await copyIndex(input.source, input.gitDirectory);
  try {
    return await work(index);
  } finally {
    await index.remove();
  }
}

/** Tracked files that the work tree has otherwise, or no more. Those whose time stamps changed count, whatever they hold. */
async function listChanges(
  input: SnapshotInput,
  call: Partial<GitCall>,
): Promise<{ present: Buffer[]; removed: Buffer[] }> {
  const { gitDirectory, searchPath, signal } = input;
  const { stdout, complaint } = await runGit({
    gitDirectory,
    searchPath,
    signal,
    ...call,
    argv: ['diff-files', '--raw', '-z', '--no-renames', '--ignore-submodules=all'],
  });
  if (complaint !== '') throw unreadable(complaint);
  const present: Buffer[] = [];
  const removed: Buffer[] = [];
  const records = splitRecords(stdout);
  for (let at = 0; at + 1 < records.length; at += 2) {
    const mode = /^:\d{6} (\d{6}) /.exec(records[at]?.toString('latin1') ?? '')?.[1];
    const path = records[at + 1];
    if (mode === undefined || path === undefined)
      throw new GitError('git diff-files printed a line that is none');
    (mode === '000000' ? removed : present).push(path);
  }
  return { present, removed };
}

/** What `--index-info` takes for a path that is to go. */
function absentEntry({ source }: SnapshotInput): Buffer {
  return Buffer.from(`0 ${'0'.repeat(source.objectFormat === 'sha256' ? 64 : 40)}\t`);
}

async function updateIndex(
  input: SnapshotInput,
  call: Partial<GitCall> & Pick<GitCall, 'argv'>,
): Promise<void> {
  if (call.input?.length === 0) return;
  await ask(input, call).catch((cause: unknown) => {
    if (!(cause instanceof GitError)) throw cause;
    throw unreadable(cause.message, cause);
  });
}

function unreadable(complaint: string, cause?: unknown): RepositoryError {
  return new RepositoryError(`a file of the work tree cannot be read: ${complaint}`, {
    hint: 'mend its rights, ignore it, or review commits instead (--range A..B)',
    cause,
  });
}

/** Objects that a partial clone does not have may be named in the index all the same. */
async function writeTree(input: SnapshotInput, index: IndexCopy): Promise<ObjectId> {
  try {
    return await ask(input, {
      argv: ['write-tree', '--missing-ok'],
      variables: { GIT_INDEX_FILE: index.path },
    });
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    throw new RepositoryError(`the index is no tree, perhaps in the midst of a merge: ${cause.message}`, {
      hint: 'finish the merge (git status tells), or review commits instead',
      cause,
    });
  }
}

/** HEAD, or a commit without files where nothing is committed yet. */
async function headOf(input: SnapshotInput): Promise<ObjectId> {
  const head = await ask(input, {
    argv: ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'],
    gitDirectory: input.source.gitDirectory,
    answers: [1, 128],
  });
  return head === '' ? createEmptyCommit(input) : head;
}

async function commitTree(
  input: SnapshotInput,
  commit: { tree: ObjectId; parent: ObjectId | null; message: string },
): Promise<ObjectId> {
  const parent = commit.parent === null ? [] : ['-p', commit.parent];
  return ask(input, {
    argv: ['commit-tree', ...parent, commit.tree],
    input: `${commit.message}\n`,
    variables: {
      GIT_AUTHOR_NAME: 'deep-review',
      GIT_AUTHOR_EMAIL: 'deep-review@localhost',
      GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
      GIT_COMMITTER_NAME: 'deep-review',
      GIT_COMMITTER_EMAIL: 'deep-review@localhost',
      GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
    },
  });
}

/** NUL-ended records. */
function join(records: readonly Buffer[]): Buffer {
  return Buffer.concat(records.flatMap((record) => [record, Buffer.from([0])]));
}

/** Standard output of a command that prints one word. */
async function ask(input: SnapshotInput, call: Partial<GitCall> & Pick<GitCall, 'argv'>): Promise<string> {
  const { gitDirectory, searchPath, signal } = input;
  const { stdout } = await runGit({ gitDirectory, searchPath, signal, ...call });
  return stdout.toString('latin1').replace(/\n$/, '');
}
