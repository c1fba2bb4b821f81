import type { Anchor, AskedComment } from './review-anchors.ts';
import {
  type Account,
  type App,
  type Issue,
  nodeId,
  type Pull,
  type Review,
  type Thread,
  timeNow,
  type World,
} from './world.ts';
import { addComment } from './write.ts';

/** Adds a review with all its comments, each the first of a thread. */
export function addReview(
  world: World,
  { issue, pull }: { issue: Issue; pull: Pull },
  input: {
    author: Account;
    app: App | null;
    body: string;
    commit: string;
    state?: Review['state'];
    comments: readonly (AskedComment & Anchor)[];
  },
): Review {
  const id = world.nextId();
  const { author, app } = input;
  const review: Review = {
    kind: 'review',
    id,
    nodeId: nodeId('PRR', id),
    issue,
    author,
    app,
    body: input.body,
    state: input.state ?? 'COMMENTED',
    commit: input.commit,
    submittedAt: timeNow(world),
    minimized: null,
  };
  pull.reviews.push(review);
  world.nodes.set(review.nodeId, review);
  for (const asked of input.comments) {
    const thread: Thread = {
      kind: 'thread',
      nodeId: nodeId('PRRT', world.nextId()),
      issue,
      path: asked.path,
      side: asked.side,
      startSide: asked.startSide,
      line: asked.line,
      startLine: asked.startLine,
      originalLine: asked.line,
      originalStartLine: asked.startLine,
      originalPosition: asked.position,
      originalCommit: input.commit,
      commit: input.commit,
      diffHunk: asked.diffHunk,
      resolvedBy: null,
      comments: [],
    };
    pull.threads.push(thread);
    world.nodes.set(thread.nodeId, thread);
    addComment(world, issue, { author, app, body: asked.body, place: { thread, review, inReplyTo: null } });
  }
  issue.updatedAt = timeNow(world);
  return review;
}
