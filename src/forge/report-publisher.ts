import type { ObjectId } from '../domain/change.ts';
import type { CheckRunOutput, InlineComment } from '../domain/publication.ts';

/** Who writes with the token in use. */
export interface ForgeIdentity {
  /** Login as comments show it: `octocat`, `github-actions[bot]`. */
  login: string;
  /** The account's number, which no rename changes; null when the forge did not say. */
  id: number | null;
}

export interface OwnIdentity extends ForgeIdentity {
  /** Number of the app the token belongs to; null or absent where that is not known. */
  appId?: number | null;
}

/** A text that a comment has, or had before it was edited. */
export interface CommentRevision {
  /** null: somebody removed this text from the history. */
  body: string | null;
  /** Login of who wrote it; null where the forge does not say. */
  editor: string | null;
}

/** A comment on the pull request as a whole. */
export interface PostedComment {
  id: number;
  /** Name in the GraphQL API, by which a comment is minimised. */
  nodeId: string;
  body: string;
  author: ForgeIdentity;
  /** Number of the app that posted it; null for none, or where the forge does not say. */
  appId: number | null;
  /** UTC, ISO 8601. */
  createdAt: string;
  url: string;
}

/** A comment on a line of the diff. */
export interface PostedReviewComment extends PostedComment {
  path: string;
  /** The commit it was written for. */
  commit: ObjectId;
  /** Line in the diff of today's head; null when the line is no longer there. */
  line: number | null;
  /** Number of the comment it answers; null for one that begins a thread. */
  inReplyTo: number | null;
}

/** What may have changed since the change was collected. */
export interface PullRequestState {
  head: ObjectId;
  base: ObjectId;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  locked: boolean;
}

export interface NewReview {
  commit: ObjectId;
  /** Never empty. */
  body: string;
  comments: readonly InlineComment[];
}

export interface PostedCheckRun {
  id: number;
  name: string;
  head: ObjectId;
  /** What we gave it last; empty for one of others. */
  externalId: string;
  status: 'queued' | 'in_progress' | 'completed';
  /** null while it is not completed. */
  conclusion: string | null;
  /** Number of the app that made it; null where the forge does not say. */
  appId: number | null;
  /** How many annotations it has. */
  annotations: number;
  url: string | null;
}

export type MinimizeReason = 'DUPLICATE' | 'OUTDATED' | 'RESOLVED';

/**
 * What publishing asks of a forge, about one pull request. Every method rejects with `ForgeError`: its `reason` says why,
 * and `mayHaveWritten` whether a write could have come through all the same; then nothing may be written again before
 * it was looked for. Lists are whole (every page read) or an error. No method retries a write, deletes or approves.
 */
export interface ReportPublisher {
  /** null: the forge does not tell this token who it is. */
  whoAmI(signal: AbortSignal): Promise<OwnIdentity | null>;
  readState(signal: AbortSignal): Promise<PullRequestState>;
  listComments(signal: AbortSignal): Promise<PostedComment[]>;
  createComment(body: string, signal: AbortSignal): Promise<PostedComment>;
  updateComment(id: number, body: string, signal: AbortSignal): Promise<PostedComment>;
  /**
   * Every text the comment ever had, newest first, the present one too; empty where it was never edited. It shows what
   * another run wrote between our look and our edit: the forge knows no conditional edit. (GitHub: `userContentEdits`
   * of the node, whose `diff` is the whole text; the newest 20 do.)
   */
  listRevisions(nodeId: string, signal: AbortSignal): Promise<CommentRevision[]>;
  /** Folds a comment away; it stays readable. */
  minimizeComment(nodeId: string, why: MinimizeReason, signal: AbortSignal): Promise<void>;
  /** Answers the thread that a comment begins. */
  replyInThread(comment: number, body: string, signal: AbortSignal): Promise<void>;
  /** Marks the thread that a comment begins as resolved; of one that is, it stays so. */
  resolveThread(comment: number, signal: AbortSignal): Promise<void>;
  listReviewComments(signal: AbortSignal): Promise<PostedReviewComment[]>;
  /** Event `COMMENT`. The forge takes all its comments or, with `reason: 'invalid'`, none. */
  createReview(review: NewReview, signal: AbortSignal): Promise<{ id: number; url: string }>;
  /** Those of one name on a commit, of every app. */
  listCheckRuns(head: ObjectId, name: string, signal: AbortSignal): Promise<PostedCheckRun[]>;
  /** At most 50 annotations. */
  createCheckRun(
    run: { head: ObjectId; externalId: string; output: CheckRunOutput },
    signal: AbortSignal,
  ): Promise<PostedCheckRun>;
  /** At most 50 annotations, which are added to those it has. */
  updateCheckRun(
    id: number,
    run: { externalId: string; output: CheckRunOutput },
    signal: AbortSignal,
  ): Promise<PostedCheckRun>;
}
