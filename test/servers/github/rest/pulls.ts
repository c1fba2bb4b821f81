import type { Octokit } from 'octokit';
import type { Needs } from '../access.ts';
import type { Difference } from '../code/diff.ts';
import { git } from '../code/git.ts';
import { page } from '../paginate.ts';
import { notFound, Refusal } from '../refusal.ts';
import { numberIn, ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import { accountShape, associationOf, type DataOf, labelShapes, repositoryShape } from '../shapes.ts';
import type { Issue, Pull, Repository } from '../world.ts';
import { commitShape, directoryOf, readCommits } from './commits.ts';
import { fileShapes, maxFiles, maxPatchLines } from './files.ts';

export const readPulls: Needs = { level: 'read', kinds: ['pull_requests'] };
type PullShape = DataOf<Octokit['rest']['pulls']['get']>;

const maxDiffFiles = 300;
const maxCommits = 250;

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls', 'pulls/list', readPulls, async (call) => {
    const wanted = call.query.get('state') ?? 'open';
    const head = call.query.get('head');
    const base = call.query.get('base');
    const found = [...call.repository.issues.values()].flatMap((issue) => {
      const { pull } = issue;
      if (pull === null || issue.deleted || (wanted !== 'all' && issue.state !== wanted)) return [];
      if (head !== null && head !== `${pull.head.owner.login}:${pull.head.branch}`) return [];
      return base === null || base === pull.base.branch ? [{ issue, pull }] : [];
    });
    return page(call, found.reverse(), (one) => simplePullShape(call, one));
  }),
  repositoryRoute('GET /pulls/:number', 'pulls/get', readPulls, async (call) => {
    const found = findPull(call);
    const difference = await differenceOf(call, found);
    if (call.format === 'diff') return { status: 200, body: diffText(difference), type: diffType };
    if (call.format === 'patch') {
      diffText(difference);
      const { mergeBase, head } = difference;
      const text = await git(
        directoryOf(call.repository),
        'format-patch',
        '--stdout',
        `${mergeBase}..${head}`,
      );
      return { status: 200, body: text, type: diffType };
    }
    return ok(await pullShape(call, found, difference));
  }),
  repositoryRoute('GET /pulls/:number/files', 'pulls/list-files', readPulls, async (call) => {
    const { files, head } = await differenceOf(call, findPull(call));
    return page(call, fileShapes(call, files, head).slice(0, maxFiles), (file) => file);
  }),
  repositoryRoute('GET /pulls/:number/commits', 'pulls/list-commits', readPulls, async (call) => {
    const { mergeBase, head } = await differenceOf(call, findPull(call));
    const commits = await readCommits(call.repository, '--reverse', '--topo-order', `${mergeBase}..${head}`);
    return page(call, commits.slice(0, maxCommits), (commit) => commitShape(call, commit));
  }),
];

const diffType = 'application/vnd.github.diff; charset=utf-8';

/** Everything from the merge base to the head. */
export async function differenceOf(
  call: RepositoryCall,
  { pull }: PullRequest,
  head = pull.head.commit,
): Promise<Difference> {
  const found = await call.world.readDifference(directoryOf(call.repository), pull.base.commit, head);
  return found ?? { mergeBase: pull.base.commit, head, files: [], text: '' };
}

function diffText({ files, text }: Difference): string {
  const lines = text.split('\n').length - 1;
  const tooMany =
    files.length > maxDiffFiles
      ? ['files', maxDiffFiles]
      : lines > maxPatchLines
        ? ['lines', maxPatchLines]
        : null;
  if (tooMany === null) return text;
  throw new Refusal(
    406,
    `Sorry, the diff exceeded the maximum number of ${tooMany[0]} (${tooMany[1]}). Consider using 'List pull requests files' API or locally cloning the repository instead.`,
    { details: { errors: [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }] } },
  );
}

export interface PullRequest {
  issue: Issue;
  pull: Pull;
}

export function findPull(call: RepositoryCall): PullRequest {
  const issue = call.repository.issues.get(numberIn(call, 'number'));
  if (issue === undefined || issue.deleted || issue.pull === null) throw notFound();
  return { issue, pull: issue.pull };
}

async function pullShape(call: RepositoryCall, found: PullRequest, { files, mergeBase, head }: Difference) {
  const { issue, pull } = found;
  const count = await git(directoryOf(call.repository), 'rev-list', '--count', `${mergeBase}..${head}`);
  return {
    ...simplePullShape(call, found),
    merged: pull.mergedAt !== null,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: null,
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((sum, thread) => sum + thread.comments.length, 0),
    maintainer_can_modify: false,
    commits: Number(count),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  } satisfies { [Key in keyof PullShape]?: unknown };
}

function simplePullShape(call: RepositoryCall, { issue, pull }: PullRequest) {
  const { repository } = call;
  const api = `${call.addresses.api}/repos/${repository.fullName}`;
  const url = `${api}/pulls/${issue.number}`;
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
    issue_url: `${api}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    statuses_url: `${api}/statuses/${pull.head.commit}`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    user: accountShape(call, issue.author),
    body: issue.body,
    labels: labelShapes(call, issue),
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
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: `${api}/issues/${issue.number}` },
      comments: { href: `${api}/issues/${issue.number}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${api}/statuses/${pull.head.commit}` },
    },
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    draft: pull.draft,
  } satisfies { [Key in keyof PullShape]?: unknown };
}
