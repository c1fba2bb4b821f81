import { demand, mayManage, type Needs, roleOf } from '../access.ts';
import { page } from '../paginate.ts';
import { invalidRequest, notFound, Refusal, validationFailed } from '../refusal.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { commentShape } from '../shapes.ts';
import type { Comment, Issue } from '../world.ts';
import { addComment, editComment } from '../write.ts';

const kinds = ['issues', 'pull_requests'] as const;
const read: Needs = { level: 'read', kinds };
const write: Needs = { level: 'write', kinds };

export const maxBodyCharacters = 65_536;

export const issueCommentRoutes: readonly Route[] = [
  repositoryRoute('GET /issues/:number/comments', 'issues/list-comments', read, (call) => {
    const since = call.query.get('since');
    const comments = findIssue(call).comments.filter(
      (comment) => since === null || comment.updatedAt >= since,
    );
    return page(call, comments, (comment) => commentShape(call, comment));
  }),
  repositoryRoute('POST /issues/:number/comments', 'issues/create-comment', write, (call) => {
    const issue = findIssue(call);
    const author = writerOf(call);
    refuseLocked(call, issue);
    const body = bodyIn(call);
    const comment = addComment(call.world, issue, { author: author.account, app: author.app, body });
    call.wrote();
    const shown = commentShape(call, comment);
    return { status: 201, body: shown, headers: { location: shown.url } };
  }),
  repositoryRoute('GET /issues/comments/:id', 'issues/get-comment', read, (call) =>
    ok(commentShape(call, findComment(call))),
  ),
  repositoryRoute('PATCH /issues/comments/:id', 'issues/update-comment', write, (call) => {
    const comment = findComment(call);
    const writer = writerOf(call);
    if (comment.author !== writer.account && !mayManage(call.repository, writer))
      throw new Refusal(403, 'Must have admin rights to Repository.');
    if (editComment(call.world, comment, writer.account, bodyIn(call))) call.wrote();
    return ok(commentShape(call, comment));
  }),
];

export function findIssue(call: RepositoryCall): Issue {
  const issue = call.repository.issues.get(numberIn(call, 'number'));
  if (issue === undefined) throw notFound();
  if (issue.deleted) throw new Refusal(410, 'This issue was deleted');
  // What is no pull request needs the permission for issues.
  if (issue.pull === null)
    demand(call.repository, call.token, {
      level: call.entry.method === 'GET' ? 'read' : 'write',
      kinds: ['issues'],
    });
  return issue;
}

function findComment(call: RepositoryCall): Comment {
  const id = numberIn(call, 'id');
  for (const issue of call.repository.issues.values()) {
    const found = issue.deleted ? undefined : issue.comments.find((comment) => comment.id === id);
    if (found !== undefined) return found;
  }
  throw notFound();
}

export function writerOf(call: RepositoryCall) {
  if (call.token === null) throw new Refusal(401, 'Requires authentication');
  return call.token;
}

/** A locked conversation takes comments only from people who may push; from no app. */
export function refuseLocked(call: RepositoryCall, issue: Issue): void {
  const writer = writerOf(call);
  if (!issue.locked) return;
  if (writer.app === null && ['admin', 'write'].includes(roleOf(call.repository, writer.account))) return;
  throw new Refusal(403, 'Unable to create comment because issue is locked.');
}

function bodyIn(call: RepositoryCall): string {
  const { body } = call.body;
  if (body === undefined) throw invalidRequest('"body" wasn\'t supplied.');
  if (typeof body !== 'string')
    throw invalidRequest(`For 'properties/body', ${JSON.stringify(body)} is not a string.`);
  if (body.trim() === '')
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: 'Body cannot be blank',
    });
  refuseLongBody(body, 'IssueComment');
  return body;
}

export function refuseLongBody(body: string, resource: string): void {
  if ([...body].length > maxBodyCharacters)
    throw validationFailed({
      resource,
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${maxBodyCharacters} characters)`,
    });
}
