import type { CheckRun, Comment } from './world.ts';

/** Where something is done: a pull request or an issue. */
export interface ControlTarget {
  /** `owner/name`. */
  repository: string;
  number: number;
}

/** A comment as tests look at it. */
export interface CommentState {
  id: number;
  nodeId: string;
  author: string;
  /** Slug. */
  app: string | null;
  body: string;
  /** Why it is folded away; null when it is not. */
  minimized: string | null;
}

/** A review as tests look at it, with its comments on lines. */
export interface ReviewState {
  id: number;
  author: string;
  body: string;
  commit: string;
  minimized: string | null;
  comments: (CommentState & {
    /** Name in the GraphQL API. */
    thread: string;
    path: string;
    side: 'LEFT' | 'RIGHT';
    /** null: outdated. */
    line: number | null;
    startLine: number | null;
    resolvedBy: string | null;
  })[];
}

export type CheckRunState = Omit<CheckRun, 'app'> & { app: string };

export function commentState(comment: Comment): CommentState {
  return {
    id: comment.id,
    nodeId: comment.nodeId,
    author: comment.author.login,
    app: comment.app?.slug ?? null,
    body: comment.body,
    minimized: comment.minimized,
  };
}
