import type {
  CheckRun,
  EarlierRound,
  HumanComment,
  LinkedIssue,
  ObjectId,
  PullRequest,
  Revision,
} from '../domain/change.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import type { HiddenBlock } from '../domain/hidden-block.ts';

/** Where the code under review came from, in the forge's words. */
export interface RepositoryName {
  owner: string;
  name: string;
  /** Address for people, without credentials; null where no forge is known. */
  url: string | null;
}

/** What is to be reviewed, resolved to commits that exist. */
export interface ReviewTarget {
  repository: RepositoryName;
  headKind: 'commit' | 'index' | 'work-tree';
  base: Revision;
  head: Revision;
  /** Where the diff starts; null: the common ancestor of base and head has to be found. */
  mergeBase: ObjectId | null;
  branch: string | null;
  /** Short name for folders: `pr-12`, a branch, a range. */
  slug: string;
  /** What a forge says of the pull request; its head is a commit that the forge still has, branch or not. */
  pullRequest: PullRequest | null;
  /** null: nobody was asked. */
  comments: readonly HumanComment[] | null;
  /** Checks on the head. null or absent: nobody was asked. */
  checkRuns?: readonly CheckRun[] | null;
  /** Issues that the change closes or speaks of. null or absent: nobody was asked, or it is not known. */
  linked?: readonly LinkedIssue[] | null;
  /** What people who may write to the repository decided in comments, oldest first. Absent: nothing, or not known. */
  decided?: readonly CommentDecision[];
  /** What the forge was asked for in vain, and why. */
  notices?: readonly string[];
  /** Blocks of summary comments that the account in use wrote, by whatever program. Absent: none, or nobody looked. */
  remembered?: readonly HiddenBlock[];
  /** Earlier reviews, oldest first. null or absent: nobody looked. */
  earlierRounds?: readonly EarlierRound[] | null;
}

/**
 * Finds out what a target means: for a local repository by its revisions, for a forge by its API. Rejects with
 * `RepositoryError` when the target does not exist or its history is not here.
 */
export interface PullRequestSource {
  /** `onEnds` is called once by a forge's source, before it goes on to ask what is said of the change. */
  resolve(signal: AbortSignal, onEnds?: (ends: TargetEnds) => void): Promise<ReviewTarget>;
}

/** What of a target has to be fetched. */
export interface TargetEnds {
  repository: { owner: string; name: string };
  base: ObjectId;
  head: ObjectId;
  /** Branch that the change goes to; null when it is not known. */
  baseBranch: string | null;
}
