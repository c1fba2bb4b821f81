import {
  type Account,
  type App,
  type Comment,
  type CommentPlace,
  type Issue,
  nodeId,
  timeNow,
  type World,
} from './world.ts';

export function addComment(
  world: World,
  issue: Issue,
  comment: { author: Account; app: App | null; body: string; place?: CommentPlace },
): Comment {
  const id = world.nextId();
  const now = timeNow(world);
  const made: Comment = {
    kind: 'comment',
    id,
    nodeId: nodeId(comment.place === undefined ? 'IC' : 'PRRC', id),
    issue,
    author: comment.author,
    app: comment.app,
    body: comment.body,
    createdAt: now,
    updatedAt: now,
    minimized: null,
    edits: [],
    reactions: [],
    place: comment.place ?? null,
  };
  (comment.place?.thread.comments ?? issue.comments).push(made);
  world.nodes.set(made.nodeId, made);
  issue.updatedAt = now;
  return made;
}

/** True when that changed something; the texts before are kept. */
export function editComment(world: World, comment: Comment, editor: Account, body: string): boolean {
  if (body === comment.body) return false;
  if (comment.edits.length === 0)
    comment.edits.push({ body: comment.body, editor: comment.author, at: comment.createdAt });
  const now = timeNow(world);
  comment.edits.unshift({ body, editor, at: now });
  comment.body = body;
  comment.updatedAt = now;
  return true;
}
