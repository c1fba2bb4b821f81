import type { Needs } from '../access.ts';
import { page } from '../paginate.ts';
import { notFound, validationFailed } from '../refusal.ts';
import { numberIn, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { accountShape, isReaction } from '../shapes.ts';
import { type Comment, nodeId, timeNow } from '../world.ts';
import { writerOf } from './issue-comments.ts';
import { commentsOf } from './reviews.ts';

const kinds = ['issues', 'pull_requests'] as const;
const read: Needs = { level: 'read', kinds };
const write: Needs = { level: 'write', kinds };
const pullsOnly = ['pull_requests'] as const;

export const reactionRoutes: readonly Route[] = [
  repositoryRoute('GET /issues/comments/:id/reactions', 'reactions/list-for-issue-comment', read, (call) =>
    list(call, issueComments),
  ),
  repositoryRoute(
    'POST /issues/comments/:id/reactions',
    'reactions/create-for-issue-comment',
    write,
    (call) => create(call, issueComments),
  ),
  repositoryRoute(
    'GET /pulls/comments/:id/reactions',
    'reactions/list-for-pull-request-review-comment',
    { level: 'read', kinds: pullsOnly },
    (call) => list(call, reviewComments),
  ),
  repositoryRoute(
    'POST /pulls/comments/:id/reactions',
    'reactions/create-for-pull-request-review-comment',
    { level: 'write', kinds: pullsOnly },
    (call) => create(call, reviewComments),
  ),
];

type Comments = (call: RepositoryCall) => readonly Comment[];

const issueComments: Comments = (call) =>
  [...call.repository.issues.values()].flatMap((issue) => (issue.deleted ? [] : issue.comments));

const reviewComments: Comments = (call) =>
  [...call.repository.issues.values()].flatMap((issue) =>
    issue.deleted || issue.pull === null ? [] : commentsOf({ issue, pull: issue.pull }),
  );

function find(call: RepositoryCall, among: Comments): Comment {
  const id = numberIn(call, 'id');
  const found = among(call).find((comment) => comment.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function list(call: RepositoryCall, among: Comments) {
  const content = call.query.get('content');
  const reactions = find(call, among).reactions.filter((one) => content === null || one.content === content);
  return page(call, reactions, (reaction) => reactionShape(call, reaction));
}

/** One account can react once in each way: the second time changes nothing and answers 200. */
function create(call: RepositoryCall, among: Comments) {
  const comment = find(call, among);
  const { account } = writerOf(call);
  const { content } = call.body;
  if (!isReaction(content))
    throw validationFailed({ resource: 'Reaction', code: 'invalid', field: 'content' });
  const known = comment.reactions.find((one) => one.author === account && one.content === content);
  if (known !== undefined) return { status: 200, body: reactionShape(call, known) };
  const reaction = { id: call.world.nextId(), author: account, content, createdAt: timeNow(call.world) };
  comment.reactions.push(reaction);
  call.wrote();
  return { status: 201, body: reactionShape(call, reaction) };
}

function reactionShape(call: RepositoryCall, reaction: Comment['reactions'][number]) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountShape(call, reaction.author),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
