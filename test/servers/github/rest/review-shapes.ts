import type { Octokit } from 'octokit';
import type { RepositoryCall } from '../route.ts';
import { accountShape, associationOf, type DataOf, reactionsShape } from '../shapes.ts';
import type { Comment, CommentPlace, Issue, Review } from '../world.ts';

type ReviewShape = DataOf<Octokit['rest']['pulls']['getReview']>;
type ReviewCommentShape = DataOf<Octokit['rest']['pulls']['getReviewComment']>;

export function reviewShape(call: RepositoryCall, review: Review): ReviewShape {
  const { api, html } = addressesOf(call, review.issue);
  const page = `${html}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: accountShape(call, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: api,
    author_association: associationOf(call.repository, review.author),
    _links: { html: { href: page }, pull_request: { href: api } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  };
}

/** `position` is the old way to say where: lines below the file's first hunk header. */
export function reviewCommentShape(
  call: RepositoryCall,
  comment: Comment & { place: CommentPlace },
  positions: { now: number | null; original: number },
): ReviewCommentShape {
  const { thread, review, inReplyTo } = comment.place;
  const { api, html } = addressesOf(call, comment.issue);
  const url = `${call.addresses.api}/repos/${call.repository.fullName}/pulls/comments/${comment.id}`;
  const page = `${html}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: review.id,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: thread.diffHunk,
    path: thread.path,
    commit_id: thread.commit,
    original_commit_id: thread.originalCommit,
    user: accountShape(call, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: page,
    pull_request_url: api,
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: api } },
    reactions: reactionsShape(`${url}/reactions`, comment),
    author_association: associationOf(call.repository, comment.author),
    start_line: thread.startLine,
    original_start_line: thread.originalStartLine,
    start_side: thread.startSide,
    // GitHub leaves null where the description has no null: lines that are gone.
    ...({ line: thread.line, position: positions.now } as { line?: number; position?: number }),
    original_line: thread.originalLine,
    original_position: positions.original,
    side: thread.side,
    subject_type: 'line',
    ...(inReplyTo === null ? {} : { in_reply_to_id: inReplyTo }),
  };
}

function addressesOf(call: RepositoryCall, issue: Issue) {
  const { fullName } = call.repository;
  return {
    api: `${call.addresses.api}/repos/${fullName}/pulls/${issue.number}`,
    html: `${call.addresses.html}/${fullName}/pull/${issue.number}`,
  };
}
