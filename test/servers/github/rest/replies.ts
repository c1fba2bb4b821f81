import type { Needs } from '../access.ts';
import { invalidRequest, notFound, unprocessable } from '../refusal.ts';
import { numberIn, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { addComment } from '../write.ts';
import { refuseLocked, refuseLongBody, writerOf } from './issue-comments.ts';
import { findPull } from './pulls.ts';
import { reviewCommentShape } from './review-shapes.ts';
import { commentsOf } from './reviews.ts';

const writePulls: Needs = { level: 'write', kinds: ['pull_requests'] };

export const replyRoutes: readonly Route[] = [
  repositoryRoute(
    'POST /pulls/:number/comments/:id/replies',
    'pulls/create-reply-for-review-comment',
    writePulls,
    reply,
  ),
];

/** Only the first comment of a thread is answered: replies to replies are not supported. */
function reply(call: RepositoryCall) {
  const found = findPull(call);
  const { account, app } = writerOf(call);
  const first = commentsOf(found).find(({ id }) => id === numberIn(call, 'id'));
  if (first === undefined || first.place.inReplyTo !== null) throw notFound();
  refuseLocked(call, found.issue);
  const { body } = call.body;
  if (typeof body !== 'string') throw invalidRequest('"body" wasn\'t supplied.');
  if (body.trim() === '') throw unprocessable("Pull request review comment body can't be blank");
  refuseLongBody(body, 'PullRequestReviewComment');
  const place = { ...first.place, inReplyTo: first.id };
  const made = addComment(call.world, found.issue, { author: account, app, body, place });
  call.wrote();
  const shown = { ...made, place };
  const { originalPosition } = place.thread;
  return { status: 201, body: reviewCommentShape(call, shown, { now: null, original: originalPosition }) };
}
