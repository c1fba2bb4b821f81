import type { Change } from '../domain/change.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { type RepositoryNote, readRepositoryNotes } from './prompt/repository-notes.ts';

export interface GatherBackgroundInput {
  repository: ObjectRepository;
  change: Change;
  signal: AbortSignal;
}

/** What the repository says about a change and the change itself does not: the same for all reviewers of a run. */
export interface Background {
  notes: readonly RepositoryNote[];
}

/** Reads it from git objects alone. Rejects with `GitError` when the notes cannot be read. */
export async function gatherBackground(input: GatherBackgroundInput): Promise<Background> {
  const { repository, change, signal } = input;
  signal.throwIfAborted();
  return { notes: await readRepositoryNotes(repository, change) };
}
