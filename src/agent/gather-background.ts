import type { Change } from '../domain/change.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { type FileHistories, readFileHistories } from './prompt/file-history.ts';
import {
  type PathInstructions,
  type RepositoryNote,
  readRepositoryNotes,
} from './prompt/repository-notes.ts';

export interface GatherBackgroundInput {
  repository: ObjectRepository;
  change: Change;
  /** Of the configuration. */
  pathInstructions: readonly PathInstructions[];
  signal: AbortSignal;
}

/** What the repository says about a change and the change itself does not: the same for all reviewers of a run. */
export interface Background {
  notes: readonly RepositoryNote[];
  histories: FileHistories;
}

/** Reads it from git objects alone. Rejects with `GitError` when the notes cannot be read. */
export async function gatherBackground(input: GatherBackgroundInput): Promise<Background> {
  input.signal.throwIfAborted();
  const [notes, histories] = await Promise.all([readRepositoryNotes(input), readFileHistories(input)]);
  return { notes, histories };
}
