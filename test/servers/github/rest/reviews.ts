import type { Needs } from '../access.ts';
import { addReview } from '../add-review.ts';
import { git } from '../code/git.ts';
import { findLine } from '../code/hunks.ts';
import { moveThreads } from '../move-threads.ts';
import { page } from '../paginate.ts';
import { invalidRequest, notFound, Refusal, unprocessable, validationFailed } from '../refusal.ts';
import { anchorIn, readAskedComments } from '../review-anchors.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import type { Comment, CommentPlace, Review } from '../world.ts';
import { directoryOf } from './commits.ts';
import { refuseLocked, refuseLongBody, writerOf } from './issue-comments.ts';
import { differenceOf, findPull, type PullRequest, readPulls } from './pulls.ts';
import { reviewCommentShape, reviewShape } from './review-shapes.ts';

const writePulls: Needs = { level: 'write', kinds: ['pull_requests'] };

export const reviewRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls/:number/reviews', 'pulls/list-reviews', readPulls, (call) =>
    page(call, findPull(call).pull.reviews, (review) => reviewShape(call, review)),
  ),
  repositoryRoute('GET /pulls/:number/reviews/:id', 'pulls/get-review', readPulls, (call) =>
    ok(reviewShape(call, findReview(call))),
  ),
  repositoryRoute('POST /pulls/:number/reviews', 'pulls/create-review', writePulls, createReview),
  repositoryRoute('GET /pulls/:number/comments', 'pulls/list-review-comments', readPulls, async (call) => {
    const found = findPull(call);
    const since = call.query.get('since');
    const comments = commentsOf(found).filter((one) => since === null || one.updatedAt >= since);
    const descending = call.query.get('direction') === 'desc';
    const shown = await showAll(call, found, descending ? comments.reverse() : comments);
    return page(call, shown, (one) => one);
  }),
  repositoryRoute('GET /pulls/comments/:id', 'pulls/get-review-comment', readPulls, async (call) => {
    const id = numberIn(call, 'id');
    for (const issue of call.repository.issues.values()) {
      const { pull } = issue;
      const comment =
        pull === null || issue.deleted ? undefined : commentsOf({ issue, pull }).find((one) => one.id === id);
      if (pull !== null && comment !== undefined)
        return ok((await showAll(call, { issue, pull }, [comment]))[0]);
    }
    throw notFound();
  }),
];

type ReviewComment = Comment & { place: CommentPlace };

/** All comments on lines, in the order in which they were made. */
export function commentsOf({ pull }: PullRequest): ReviewComment[] {
  return pull.threads
    .flatMap((thread) => thread.comments)
    .filter((comment): comment is ReviewComment => comment.place !== null)
    .sort((one, other) => one.id - other.id);
}

async function showAll(call: RepositoryCall, found: PullRequest, comments: readonly ReviewComment[]) {
  const { files } = await differenceOf(call, found);
  return comments.map((comment) => {
    const { thread } = comment.place;
    const hunks = files.find((file) => file.path === thread.path)?.hunks ?? [];
    const line = thread.line === null ? null : findLine(hunks, thread.side, thread.line);
    const now = line === null ? null : (line.hunk.lines[line.index]?.position ?? null);
    return reviewCommentShape(call, comment, { now, original: thread.originalPosition });
  });
}

function findReview(call: RepositoryCall): Review {
  const id = numberIn(call, 'id');
  const review = findPull(call).pull.reviews.find((one) => one.id === id);
  if (review === undefined) throw notFound();
  return review;
}

const events = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'];

async function createReview(call: RepositoryCall) {
  const found = findPull(call);
  const { issue, pull } = found;
  const writer = writerOf(call);
  const { event, body, commit_id: commitId } = call.body;
  if (event !== undefined && !events.includes(String(event)))
    throw invalidRequest(
      `For 'properties/event', ${JSON.stringify(event)} is not a member of ${JSON.stringify(events)}.`,
    );
  if (body !== undefined && body !== null && typeof body !== 'string')
    throw invalidRequest("For 'properties/body', the value is not a string.");
  const text = body ?? '';
  const asked = readAskedComments(call.body.comments);
  refuseLocked(call, issue);
  if (event !== 'COMMENT') {
    const what = event === 'APPROVE' ? 'approve' : 'request changes on';
    if (event !== undefined && writer.account === issue.author)
      throw unprocessable(`Can not ${what} your own pull request`);
    if (event === 'APPROVE' && writer.kind === 'actions')
      throw unprocessable('GitHub Actions is not permitted to approve pull requests.');
    throw unprocessable(`This server takes no review with event ${JSON.stringify(event ?? null)}.`);
  }
  if (text.trim() === '' && asked.length === 0) throw unprocessable("Review body can't be blank");
  refuseLongBody(text, 'PullRequestReview');
  for (const comment of asked) {
    if (comment.body.trim() === '') throw unprocessable("Pull request review comment body can't be blank");
    refuseLongBody(comment.body, 'PullRequestReviewComment');
  }
  const commit = typeof commitId === 'string' ? commitId : pull.head.commit;
  if (!(await isOfPull(call, found, commit)))
    throw validationFailed({
      resource: 'PullRequestReview',
      code: 'custom',
      field: 'commit_id',
      message: 'commit_id is not part of the pull request',
    });
  const difference = await differenceOf(call, found, commit);
  const placed = asked.map((one) => ({ ...one, ...anchorIn(difference, one) }));
  const errors = placed.flatMap((one) => ('errors' in one ? [listed(one.errors)] : []));
  if (errors.length > 0) throw unprocessable(...errors);
  // The head may have moved while git was asked.
  if (pull.head.commit !== commit && !(await isOfPull(call, found, commit)))
    throw new Refusal(409, 'The pull request has changed.');
  const review = addReview(call.world, found, {
    author: writer.account,
    app: writer.app,
    body: text,
    commit,
    comments: placed.flatMap((one) => ('errors' in one ? [] : [one])),
  });
  call.wrote();
  if (commit !== pull.head.commit) await moveThreads(call.world, directoryOf(call.repository), pull);
  return ok(reviewShape(call, review));
}

/** GitHub says all that is wrong with one comment in one sentence. */
function listed(errors: readonly string[]): string {
  const last = errors.at(-1) ?? '';
  if (errors.length < 3) return errors.join(' and ');
  return `${errors.slice(0, -1).join(', ')}, and ${last}`;
}

async function isOfPull(call: RepositoryCall, { pull }: PullRequest, commit: string): Promise<boolean> {
  if (!/^[0-9a-f]{40}$/.test(commit)) return false;
  if (commit === pull.head.commit) return true;
  const directory = directoryOf(call.repository);
  const commits = await git(directory, 'rev-list', `${pull.base.commit}..${pull.head.commit}`);
  return commits.split('\n').includes(commit);
}
