import type { ObjectRepository } from '../git/object-repository.ts';
import { BlamedFiles } from './blamed-files.ts';
import { CommitListings } from './commit-files.ts';
import { SourceFiles } from './source-files.ts';

export interface RepositoryView {
  listings: CommitListings;
  sources: SourceFiles;
  blames: BlamedFiles;
}

const views = new WeakMap<ObjectRepository, RepositoryView>();

/** The listings and files of a repository, kept as long as the repository: everything here looks at the same few. */
export function viewOf(repository: ObjectRepository): RepositoryView {
  const known = views.get(repository);
  if (known !== undefined) return known;
  const view = {
    listings: new CommitListings(repository),
    sources: new SourceFiles(repository),
    blames: new BlamedFiles(repository),
  };
  views.set(repository, view);
  return view;
}
