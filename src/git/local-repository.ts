import type { ObjectId } from '../domain/change.ts';
import type { ObjectRepository } from './object-repository.ts';

/**
 * A repository on this machine: its objects, and what only its own folder knows (branches, remotes, the index, the
 * work tree). The questions run nothing that its configuration names.
 */
export interface LocalRepository extends ObjectRepository {
  /** Top of the work tree, or the bare repository's folder. */
  readonly topDirectory: string;
  /** null when HEAD is detached. */
  currentBranch(): Promise<string | null>;
  /** Whether the name means a commit here. */
  hasRevision(name: string): Promise<boolean>;
  /** The remote's main branch as of the last fetch, such as `origin/main`; null when it is not known. */
  remoteHead(): Promise<string | null>;
  /** The branch that a local branch follows, such as `origin/topic`; null for none. */
  upstream(branch: string): Promise<string | null>;
  /** Address of a remote as configured; null when there is no such remote. */
  remoteAddress(remote: string): Promise<string | null>;
  /** null for a root commit. `RepositoryError` when a shallow clone ends there. */
  firstParent(commit: ObjectId): Promise<ObjectId | null>;
  /** A commit of ours that holds no file: the base of a root commit. */
  emptyCommit(): Promise<ObjectId>;
  /** The index as a commit of ours on top of HEAD. The user's repository is not written to. */
  snapshotIndex(): Promise<ObjectId>;
  /** The work tree, untracked files that are not ignored included, as a commit of ours on top of HEAD. */
  snapshotWorkTree(): Promise<ObjectId>;
}
