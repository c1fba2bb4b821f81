/** What GitHub sends of a pull request, in its own field names; what nobody reads is left out. */
export function pullRequestEvent(
  given: Partial<PullRequestEvent> & { action?: string },
): Record<string, unknown> {
  const pull = { ...defaults, ...given };
  const repository = { full_name: 'octo/workspaces', private: false };
  return {
    action: given.action ?? 'opened',
    number: 7,
    pull_request: {
      ...common(pull),
      user: { login: pull.login, id: 583231, type: pull.type },
      author_association: pull.association,
      head: {
        label: 'octocat:keep-alive',
        ref: 'keep-alive',
        sha: pull.head,
        repo: pull.fork ? { full_name: 'octocat/workspaces', fork: true } : repository,
      },
      base: { label: 'octo:main', ref: 'main', sha: pull.base, repo: repository },
    },
    repository,
    sender: { login: pull.login, type: pull.type },
  };
}

/** What GitHub sends of a comment; `association`, `login` and `type` are of who wrote it. */
export function commentEvent(
  given: Partial<PullRequestEvent> & { body: string; action?: string; onIssue?: boolean; comment?: number },
): Record<string, unknown> {
  const { body, action = 'created', onIssue = false, ...rest } = given;
  const issue = { ...defaults, ...rest };
  return {
    action,
    issue: {
      ...common(issue),
      user: { login: defaults.login, id: 583231, type: 'User' },
      author_association: defaults.association,
      ...(onIssue ? {} : { pull_request: { url: 'https://api.github.com/repos/octo/workspaces/pulls/7' } }),
    },
    comment: {
      id: given.comment ?? 1,
      body,
      user: { login: given.login ?? 'maintainer', type: given.type ?? 'User' },
      author_association: given.association ?? 'MEMBER',
    },
    repository: { full_name: 'octo/workspaces' },
  };
}

export interface PullRequestEvent {
  title: string;
  state: 'open' | 'closed';
  draft: boolean;
  labels: readonly string[];
  login: string;
  type: 'User' | 'Bot';
  association: string;
  fork: boolean;
  head: string;
  base: string;
}

const defaults: PullRequestEvent = {
  title: 'Keep workspaces alive',
  state: 'open',
  draft: false,
  labels: [],
  login: 'octocat',
  type: 'User',
  association: 'CONTRIBUTOR',
  fork: false,
  head: 'a'.repeat(40),
  base: 'b'.repeat(40),
};

function common({ title, state, draft, labels }: PullRequestEvent): Record<string, unknown> {
  return {
    number: 7,
    title,
    body: null,
    state,
    draft,
    locked: false,
    labels: labels.map((name, id) => ({ id, name, color: 'ededed' })),
  };
}
