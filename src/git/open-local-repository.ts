import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ObjectId } from '../domain/change.ts';
import { RepositoryError } from '../errors.ts';
import type { LocalRepository } from './local-repository.ts';
import {
  type BorrowedRepository,
  BorrowingRepository,
  borrowFrom,
  borrowRepository,
  type OpenOptions,
} from './open-object-repository.ts';
import { parseParents } from './parse-commit.ts';
import { createEmptyCommit, snapshotIndex, snapshotWorkTree } from './snapshots.ts';
import { createSourceQuestions, type SourceQuestions } from './source-questions.ts';

/** Opens a repository on this machine with everything its folder knows; as `openObjectRepository` otherwise. */
export async function openLocalRepository(options: OpenOptions): Promise<LocalRepository> {
  const homeDirectory = options.homeDirectory ?? homedir();
  return new OpenedLocalRepository({ ...(await borrowRepository(options)), homeDirectory });
}

/** As `openLocalRepository`, for a bare repository that this program made: nothing has to be found out about it. */
export async function openOwnRepository(
  directory: string,
  objectFormat: 'sha1' | 'sha256',
  options: Omit<OpenOptions, 'source'>,
): Promise<LocalRepository> {
  const source = {
    directory,
    gitDirectory: directory,
    commonDirectory: directory,
    objectDirectory: join(directory, 'objects'),
    shallowFile: join(directory, 'shallow'),
    indexFile: join(directory, 'index'),
    workTree: null,
    objectFormat,
  };
  const homeDirectory = options.homeDirectory ?? homedir();
  return new OpenedLocalRepository({ ...(await borrowFrom(source, options)), homeDirectory });
}

class OpenedLocalRepository extends BorrowingRepository implements LocalRepository {
  readonly topDirectory: string;
  private readonly homeDirectory: string;
  private readonly questions: SourceQuestions;

  constructor(options: BorrowedRepository & { homeDirectory: string }) {
    super(options);
    this.homeDirectory = options.homeDirectory;
    const { workTree, commonDirectory } = options.source;
    this.topDirectory =
      workTree ?? (commonDirectory.endsWith('/.git') ? dirname(commonDirectory) : commonDirectory);
    this.questions = createSourceQuestions(options);
  }

  currentBranch(): Promise<string | null> {
    return this.questions.currentBranch();
  }

  hasRevision(name: string): Promise<boolean> {
    return this.questions.hasRevision(name);
  }

  remoteHead(): Promise<string | null> {
    return this.questions.remoteHead();
  }

  upstream(branch: string): Promise<string | null> {
    return this.questions.upstream(branch);
  }

  remoteAddress(remote: string): Promise<string | null> {
    return this.questions.remoteAddress(remote);
  }

  async firstParent(commit: ObjectId): Promise<ObjectId | null> {
    const [parent] = parseParents(await this.reader.read(commit, 'commit'));
    if (parent === undefined) return null;
    if ((await this.reader.header(parent, 'commit')) !== null) return parent;
    throw new RepositoryError(`this clone is shallow and ends at ${commit}: its parent is not here`, {
      hint: 'fetch more of it: git fetch --deepen=1',
    });
  }

  emptyCommit(): Promise<ObjectId> {
    return createEmptyCommit(this.snapshotInput());
  }

  snapshotIndex(): Promise<ObjectId> {
    return snapshotIndex(this.snapshotInput());
  }

  snapshotWorkTree(): Promise<ObjectId> {
    return snapshotWorkTree(this.snapshotInput());
  }

  private snapshotInput() {
    const { gitDirectory, source, homeDirectory } = this;
    return { gitDirectory, source, homeDirectory, ...this.options };
  }
}
