import type { ObjectId } from '../domain/change.ts';
import { RepositoryError } from '../errors.ts';
import { createBareRepository } from './bare-repository.ts';
import { requireGitVersion } from './git-version.ts';
import type { ObjectRepository } from './object-repository.ts';
import { ObjectStore, type ObjectStoreOptions } from './object-store.ts';
import { resolveRevision } from './resolve-revision.ts';
import { locateSourceRepository, type SourceRepository } from './source-repository.ts';

export interface OpenOptions {
  /** A folder of the user's repository. */
  source: string;
  /** Where our own bare repositories live. */
  cacheDirectory: string;
  /** Ends every child process and rejects every open question. */
  signal?: AbortSignal | undefined;
  /** The user's PATH, where git is looked for; absent: the usual places. */
  searchPath?: string | undefined;
  /** Where `~` is, for the user's own git settings about work trees; default this user's. */
  homeDirectory?: string | undefined;
  /** Milliseconds without a sign of life after which a reading process counts as hung; default one minute. */
  patience?: number | undefined;
}

/**
 * Opens a repository for reading; the caller closes it. `RepositoryError` when the folder is in no repository,
 * or git is absent or too old.
 */
export async function openObjectRepository(options: OpenOptions): Promise<ObjectRepository> {
  return new BorrowingRepository(await borrowRepository(options));
}

/** A bare repository of ours on top of the user's, and what is known of the user's. */
export async function borrowRepository(options: OpenOptions): Promise<BorrowedRepository> {
  const { searchPath, signal } = options;
  await requireGitVersion({ searchPath, signal });
  return borrowFrom(await locateSourceRepository({ source: options.source, searchPath, signal }), options);
}

/** As `borrowRepository`, for a repository whose parts are known to lie there, with a git that is new enough. */
export async function borrowFrom(
  source: SourceRepository,
  options: Omit<OpenOptions, 'source'>,
): Promise<BorrowedRepository> {
  const { searchPath, signal } = options;
  const gitDirectory = await createBareRepository({
    cacheDirectory: options.cacheDirectory,
    objectFormat: source.objectFormat,
    borrowFrom: source.objectDirectory,
    shallowFile: source.shallowFile,
    searchPath,
    signal,
  });
  return { gitDirectory, source, searchPath, signal, patience: options.patience };
}

export interface BorrowedRepository extends ObjectStoreOptions {
  source: SourceRepository;
}

export class BorrowingRepository extends ObjectStore implements ObjectRepository {
  readonly sourceDirectory: string;
  protected readonly source: SourceRepository;
  protected readonly options: Pick<ObjectStoreOptions, 'searchPath' | 'signal'>;

  constructor(options: BorrowedRepository) {
    super(options);
    this.source = options.source;
    this.sourceDirectory = options.source.directory;
    this.options = { searchPath: options.searchPath, signal: options.signal };
  }

  async resolveCommit(revision: string): Promise<ObjectId> {
    const id = await resolveRevision({ ...this.options, revision, source: this.source });
    const header = await this.reader.header(id, 'commit');
    if (header !== null) return header.oid;
    const found = await this.reader.header(id);
    throw new RepositoryError(
      found === null
        ? `${revision} is ${id}, which this clone does not have`
        : `${revision} is a ${found.type}, not a commit`,
      { hint: found === null ? 'fetch it first (git fetch)' : 'name a branch, a tag or a commit' },
    );
  }
}
