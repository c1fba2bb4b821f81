import type { Octokit } from 'octokit';
import type { Needs } from '../access.ts';
import { notFound } from '../refusal.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { accountShape, associationOf, type DataOf, repositoryShape } from '../shapes.ts';
import type { Issue, Pull, Repository } from '../world.ts';
import { nodeId } from '../world.ts';

export const readPulls: Needs = { level: 'read', kinds: ['pull_requests'] };
type PullShape = DataOf<Octokit['rest']['pulls']['get']>;

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls/:number', 'pulls/get', readPulls, async (call) => {
    const found = findPull(call);
    return ok(await pullShape(call, found));
  }),
];

export interface PullRequest {
  issue: Issue;
  pull: Pull;
}

export function findPull(call: RepositoryCall): PullRequest {
  const issue = call.repository.issues.get(numberIn(call, 'number'));
  if (issue === undefined || issue.deleted || issue.pull === null) throw notFound();
  return { issue, pull: issue.pull };
}

async function pullShape(call: RepositoryCall, { issue, pull }: PullRequest) {
  const { repository } = call;
  const url = `${call.addresses.api}/repos/${repository.fullName}/pulls/${issue.number}`;
  const html = `${call.addresses.html}/${repository.fullName}/pull/${issue.number}`;
  const side = (
    one: { branch: string; commit: string },
    owner: Repository['owner'],
    of: Repository | null,
  ) => ({
    label: `${owner.login}:${one.branch}`,
    ref: one.branch,
    sha: one.commit,
    user: accountShape(call, owner),
    repo: of === null || of.deleted ? null : repositoryShape(call, of),
  });
  return {
    url,
    id: issue.id,
    node_id: issue.nodeId,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${call.addresses.api}/repos/${repository.fullName}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${call.addresses.api}/repos/${repository.fullName}/pulls/comments{/number}`,
    comments_url: `${call.addresses.api}/repos/${repository.fullName}/issues/${issue.number}/comments`,
    statuses_url: `${call.addresses.api}/repos/${repository.fullName}/statuses/${pull.head.commit}`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    user: accountShape(call, issue.author),
    body: issue.body,
    labels: issue.labels.map((name, index) => ({
      id: issue.id * 100 + index,
      node_id: nodeId('LA', issue.id * 100 + index),
      url: `${call.addresses.api}/repos/${repository.fullName}/labels/${encodeURIComponent(name)}`,
      name,
      color: 'ededed',
      default: false,
      description: null,
    })),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.head.owner, pull.head.repository),
    base: side(pull.base, repository.owner, repository),
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    draft: pull.draft,
    merged: pull.mergedAt !== null,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: null,
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((sum, thread) => sum + thread.comments.length, 0),
    maintainer_can_modify: false,
  } satisfies Record<string, unknown> & { [Key in keyof PullShape]?: unknown };
}
