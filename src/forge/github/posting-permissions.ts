import type { GithubTokenKind } from './github-token.ts';

/** What GitHub says of a token and a repository without anything being written. */
export interface AccessFacts {
  kind: GithubTokenKind;
  /** Of a person's classic or OAuth token; null for a token that has none. */
  scopes: readonly string[] | null;
  isPrivate: boolean;
  isArchived: boolean;
  /** Whether the token's account may write to the repository, whatever the token may; null where GitHub does not say. */
  mayPush: boolean | null;
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

/**
 * Everything that reading and posting need, in the order in which it is needed; what resolving threads does only where
 * that is asked for.
 */
export function answerPermissions(
  facts: AccessFacts,
  { resolveThreads }: { resolveThreads: boolean },
): PermissionAnswer[] {
  const needs = [
    { ...comment, answer: answerComments },
    { ...check, answer: answerCheck },
    ...(resolveThreads ? [{ ...resolving, answer: answerResolving }] : []),
  ];
  return [
    answerRead(facts),
    ...needs.map(
      ({ permission, purpose, answer }): PermissionAnswer =>
        facts.isArchived ? { permission, purpose, ...archived } : answer(facts),
    ),
  ];
}

const read = { permission: 'pull_requests=read', purpose: 'to read pull requests' };
const comment = { permission: 'pull_requests=write', purpose: 'to post a summary and comments' };
const check = { permission: 'checks=write', purpose: 'to post a check' };

const resolving = {
  permission: 'contents=write',
  purpose: 'to resolve threads, as publish.resolveThreads asks',
};

const archived = {
  state: 'missing',
  detail: 'the repository is archived: nobody can write to it',
  advice: null,
} as const;

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
  if (scopes !== null) return { ...comment, ...answerScopes(scopes, isPrivate) };
  return { ...comment, state: 'unknown', detail: untold, advice: adviceOf(kind) };
}

const untold = 'GitHub tells it only of a write';

function answerScopes(
  scopes: readonly string[],
  isPrivate: boolean,
): Pick<PermissionAnswer, 'state' | 'detail' | 'advice'> {
  const fitting = scopes.find((scope) => scope === 'repo' || (!isPrivate && scope === 'public_repo'));
  if (fitting !== undefined) return { state: 'ok', detail: `by the scope ${fitting}`, advice: null };
  return {
    state: 'missing',
    detail: `its scopes: ${scopes.join(', ') || 'none'}`,
    advice: `make a token with the scope ${isPrivate ? 'repo' : 'public_repo'}`,
  };
}

/** Check runs belong to apps: no person's token can make one. */
function answerCheck({ kind, scopes }: AccessFacts): PermissionAnswer {
  if (scopes === null && kind !== 'fine-grained')
    return { ...check, state: 'unknown', detail: untold, advice: adviceOf(kind) };
  return {
    ...check,
    state: 'missing',
    detail: 'a person’s token cannot make a check',
    advice: 'leave out check, or post from a workflow with its GITHUB_TOKEN',
  };
}

/** Commenting takes an account that may read, resolving one that may write. */
function answerResolving({ kind, scopes, isPrivate, mayPush }: AccessFacts): PermissionAnswer {
  if (kind !== 'installation' && mayPush === false)
    return {
      ...resolving,
      state: 'missing',
      detail: 'the token’s account may not write to the repository',
      advice: 'post as somebody who may, or leave out publish.resolveThreads',
    };
  const advice = resolvingAdvice[kind] ?? 'see what the token may do, or leave out publish.resolveThreads';
  if (scopes === null || (mayPush === null && kind !== 'installation'))
    return { ...resolving, state: 'unknown', detail: untold, advice };
  return { ...resolving, ...answerScopes(scopes, isPrivate) };
}

const resolvingAdvice: Partial<Record<AccessFacts['kind'], string>> = {
  installation:
    'in a workflow, write contents: write among its permissions, too, or leave out publish.resolveThreads',
  'fine-grained':
    'see that the token has “Contents: read and write” for this repository, or leave out publish.resolveThreads',
};

function adviceOf(kind: AccessFacts['kind']): string {
  if (kind === 'installation')
    return 'in a workflow, write permissions: {pull-requests: write, checks: write}; a fork’s pull request gets a token that only reads';
  if (kind === 'fine-grained')
    return 'see that the token has “Pull requests: read and write” for this repository';
  return 'see what the token may do';
}
