import type { Octokit } from 'octokit';
import type { Needs } from '../access.ts';
import { ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { accountShape, associationOf, type DataOf, labelShapes } from '../shapes.ts';
import type { Issue } from '../world.ts';
import { findIssue } from './issue-comments.ts';

const read: Needs = { level: 'read', kinds: ['issues', 'pull_requests'] };
type IssueShape = DataOf<Octokit['rest']['issues']['get']>;

export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET /issues/:number', 'issues/get', read, (call) => ok(issueShape(call, findIssue(call)))),
];

function issueShape(call: RepositoryCall, issue: Issue) {
  const url = `${call.addresses.api}/repos/${call.repository.fullName}/issues/${issue.number}`;
  const pull = url.replace(/\/issues\/(\d+)$/, '/pulls/$1');
  const html = `${call.addresses.html}/${call.repository.fullName}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
  return {
    id: issue.id,
    node_id: issue.nodeId,
    url,
    repository_url: `${call.addresses.api}/repos/${call.repository.fullName}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.state === 'closed' ? 'completed' : null,
    title: issue.title,
    body: issue.body,
    user: accountShape(call, issue.author),
    labels: labelShapes(call, issue),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: associationOf(call.repository, issue.author),
    performed_via_github_app: null,
    ...(issue.pull === null
      ? {}
      : {
          pull_request: {
            url: pull,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.mergedAt,
          },
        }),
  } satisfies Partial<IssueShape>;
}
