import type { GithubTokenKind } from './github-token.ts';

/** What GitHub says of a token and a repository without anything being written. */
export interface AccessFacts {
  kind: GithubTokenKind;
  /** Of a person's classic or OAuth token; null for a token that has none. */
  scopes: readonly string[] | null;
  isPrivate: boolean;
  isArchived: boolean;
  /** What reading pull requests came to: null for an answer, else the permissions that would have done, in GitHub's words. */
  readRefused: string | null;
}

/** Whether a token may do what a part of posting needs. `unknown`: GitHub tells only those who try, and nobody tried. */
export interface PermissionAnswer {
  /** In GitHub's words: `pull_requests=write`. */
  permission: string;
  /** What it is for. */
  purpose: string;
  state: 'ok' | 'missing' | 'unknown';
  detail: string;
  /** What to do; null when nothing needs doing. */
  advice: string | null;
}

/** Everything that reading and posting need, in the order in which it is needed. */
export function answerPermissions(facts: AccessFacts): PermissionAnswer[] {
  return [answerRead(facts), ...(facts.isArchived ? archived : [answerComments(facts), answerCheck(facts)])];
}

const read = { permission: 'pull_requests=read', purpose: 'to read pull requests' };
const comment = { permission: 'pull_requests=write', purpose: 'to post a summary and comments' };
const check = { permission: 'checks=write', purpose: 'to post a check' };

const archived: readonly PermissionAnswer[] = [comment, check].map((need) => ({
  ...need,
  state: 'missing',
  detail: 'the repository is archived: nobody can write to it',
  advice: null,
}));

function answerRead({ readRefused }: AccessFacts): PermissionAnswer {
  if (readRefused === null) return { ...read, state: 'ok', detail: 'tried', advice: null };
  return {
    ...read,
    state: 'missing',
    detail: `refused; it takes ${readRefused}`,
    advice: 'give the token this permission',
  };
}

function answerComments({ kind, scopes, isPrivate }: AccessFacts): PermissionAnswer {
  if (scopes !== null) {
    const fitting = scopes.find((scope) => scope === 'repo' || (!isPrivate && scope === 'public_repo'));
    if (fitting !== undefined)
      return { ...comment, state: 'ok', detail: `by the scope ${fitting}`, advice: null };
    return {
      ...comment,
      state: 'missing',
      detail: `its scopes: ${scopes.join(', ') || 'none'}`,
      advice: `make a token with the scope ${isPrivate ? 'repo' : 'public_repo'}`,
    };
  }
  return { ...comment, state: 'unknown', detail: 'GitHub tells it only of a write', advice: adviceOf(kind) };
}

/** Check runs belong to apps: no person's token can make one. */
function answerCheck({ kind, scopes }: AccessFacts): PermissionAnswer {
  if (scopes === null && kind !== 'fine-grained')
    return { ...check, state: 'unknown', detail: 'GitHub tells it only of a write', advice: adviceOf(kind) };
  return {
    ...check,
    state: 'missing',
    detail: 'a person’s token cannot make a check',
    advice: 'leave out check, or post from a workflow with its GITHUB_TOKEN',
  };
}

function adviceOf(kind: AccessFacts['kind']): string {
  if (kind === 'installation')
    return 'in a workflow, write permissions: {pull-requests: write, checks: write}; a fork’s pull request gets a token that only reads';
  if (kind === 'fine-grained')
    return 'see that the token has “Pull requests: read and write” for this repository';
  return 'see what the token may do';
}
