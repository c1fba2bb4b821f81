import type { Octokit } from 'octokit';
import { mayManage, roleOf } from './access.ts';
import type { Call } from './route.ts';
import type { Account, App, Comment, Issue, Repository } from './world.ts';
import { nodeId } from './world.ts';

/** What a method of octokit answers, so that the types of its API description hold for this server too. */
export type DataOf<Method extends (...input: never[]) => Promise<{ data: unknown }>> = Awaited<
  ReturnType<Method>
>['data'];
type Rest = Octokit['rest'];

export type IssueCommentShape = DataOf<Rest['issues']['getComment']>;
export type AccountShape = NonNullable<IssueCommentShape['user']>;
export type AppShape = NonNullable<IssueCommentShape['performed_via_github_app']>;
export type RepositoryShape = DataOf<Rest['repos']['get']>;

export function accountShape(call: Call, account: Account): AccountShape {
  const url = `${call.addresses.api}/users/${encodeURIComponent(account.login)}`;
  const path = account.type === 'Bot' ? `apps/${account.login.replace(/\[bot\]$/, '')}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${call.addresses.html}/${path}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function appShape(call: Call, app: App): AppShape {
  return {
    id: app.id,
    client_id: `Iv1.${app.id.toString(16).padStart(16, '0')}`,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountShape(call, { id: 9919, login: 'github', type: 'Organization' }),
    name: app.slug === 'github-actions' ? 'GitHub Actions' : app.slug,
    description: 'An app',
    external_url: 'https://example.com',
    html_url: `${call.addresses.html}/apps/${app.slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2025-03-07T16:35:00Z',
    permissions: { metadata: 'read' },
    events: [],
  };
}

export function commentShape(call: Call, comment: Comment): IssueCommentShape {
  const { issue } = comment;
  const repository = `${call.addresses.api}/repos/${issue.repository.fullName}`;
  const page = `${call.addresses.html}/${issue.repository.fullName}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
  return {
    url: `${repository}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repository}/issues/${issue.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: accountShape(call, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(issue.repository, comment.author),
    reactions: reactionsShape(`${repository}/issues/comments/${comment.id}/reactions`, comment),
    performed_via_github_app: comment.app === null ? null : appShape(call, comment.app),
  };
}

export function associationOf(repository: Repository, account: Account) {
  const role = roleOf(repository, account);
  if (role === 'admin') return 'OWNER';
  return repository.collaborators.has(account.login.toLowerCase()) ? 'COLLABORATOR' : 'NONE';
}

const contents = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;
export const isReaction = (text: unknown): text is (typeof contents)[number] =>
  contents.some((one) => one === text);

export function reactionsShape(url: string, { reactions }: Comment) {
  const count = (content: (typeof contents)[number]) =>
    reactions.filter((one) => one.content === content).length;
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  };
}

export function repositoryShape(call: Call, repository: Repository) {
  const url = `${call.addresses.api}/repos/${repository.fullName}`;
  const html = `${call.addresses.html}/${repository.fullName}`;
  const { token } = call;
  const push = token !== null && token.app === null && mayManage(repository, token);
  const admin = push && roleOf(repository, token.account) === 'admin';
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: accountShape(call, repository.owner),
    html_url: html,
    description: null,
    fork: repository.fork,
    url,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    statuses_url: `${url}/statuses/{sha}`,
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^\w+/, 'git')}.git`,
    ssh_url: `git@${new URL(html).hostname}:${repository.fullName}.git`,
    homepage: null,
    language: null,
    archived: repository.archived,
    disabled: false,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? 'private' : 'public',
    topics: [],
    has_issues: true,
    is_template: false,
    ...(token === null ? {} : { permissions: { admin, maintain: admin, push, triage: push, pull: true } }),
  } satisfies Partial<RepositoryShape>;
}

export function labelShapes(call: Call, issue: Issue) {
  return issue.labels.map((name, index) => ({
    id: issue.id * 100 + index,
    node_id: nodeId('LA', issue.id * 100 + index),
    url: `${call.addresses.api}/repos/${issue.repository.fullName}/labels/${encodeURIComponent(name)}`,
    name,
    color: 'ededed',
    default: false,
    description: null,
  }));
}
