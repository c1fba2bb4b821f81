import type { Change, ObjectId } from '../../domain/change.ts';
import type { Side } from '../../domain/location.ts';
import { CommitFiles, type CommitListings } from '../../evidence/commit-files.ts';
import { viewOf } from '../../evidence/repository-view.ts';
import { resolvePath } from '../../evidence/resolve-path.ts';
import type { ObjectRepository, TreeEntry } from '../../git/object-repository.ts';
import { CommitNames, type NamedCommit } from './commit-names.ts';
import { show, withoutDotSlash } from './path-text.ts';
import { type SourceTexts, textsOf } from './source-texts.ts';

const keptListings = 3;

/** What every reading tool of one reviewer looks at. */
export class CodeBase {
  readonly repository: ObjectRepository;
  readonly change: Change;
  readonly commits: CommitNames;
  readonly texts: SourceTexts;
  private readonly listings: CommitListings;
  private readonly olderListings = new Map<ObjectId, Promise<CommitFiles>>();

  constructor(input: { repository: ObjectRepository; change: Change }) {
    this.repository = input.repository;
    this.change = input.change;
    this.commits = new CommitNames(input);
    this.texts = textsOf(input.repository);
    this.listings = viewOf(input.repository).listings;
  }

  /** All files of a commit. Those of the change's two ends are kept, of others only the last few: a listing is large. */
  files(commit: ObjectId): Promise<CommitFiles> {
    const { head, mergeBase } = this.change;
    if (commit === head.sha || commit === mergeBase) return this.listings.of(commit);
    const known = this.olderListings.get(commit);
    if (known !== undefined) return known;
    const listing = this.repository.listFiles(commit).then((entries) => new CommitFiles(entries));
    this.olderListings.set(commit, listing);
    listing.catch(() => this.olderListings.delete(commit));
    const [oldest] = this.olderListings.keys();
    if (oldest !== undefined && this.olderListings.size > keptListings) this.olderListings.delete(oldest);
    return listing;
  }

  /** The file of exactly that path, written as it is or as it was shown; else what to tell the model. */
  findFile(
    files: CommitFiles,
    path: string,
    commit: NamedCommit,
  ): { entry: TreeEntry } | { entry: null; message: string } {
    const exact = withoutDotSlash(path);
    const entry = files.find(exact);
    if (entry !== undefined) return { entry };
    if (exact === '' || exact === '.' || files.hasDirectory(exact))
      return { entry: null, message: `${show(path)} is a folder; list_files shows what is in it.` };
    return { entry: null, message: `${this.explainAbsence(files, exact, commit)}.` };
  }

  /** The changed file that a path of that side's commit belongs to; null when the change does not touch it. */
  changedFile(side: Side | null, path: string): string | null {
    if (side === null) return null;
    const file = this.change.files.find((one) =>
      side === 'head' ? one.path === path && one.status !== 'removed' : (one.oldPath ?? one.path) === path,
    );
    return file?.path ?? null;
  }

  private explainAbsence(files: CommitFiles, path: string, commit: NamedCommit): string {
    if (commit.side === null) return `there is no file ${show(path)} at ${commit.label}`;
    const resolved = resolvePath({ claimed: path, side: commit.side, files, change: this.change });
    if (resolved.outcome === 'refused') return resolved.message;
    return `there is no file ${show(path)} at ${commit.label}; perhaps ${show(resolved.entry.path)} is meant`;
  }
}
