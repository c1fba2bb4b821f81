import type { IncomingHttpHeaders } from 'node:http';
import { notFound, Refusal } from './refusal.ts';
import type { PermissionKind, Role } from './scenario.ts';
import type { Account, Repository, Token, World } from './world.ts';

/** Any of these is enough. */
export type Needs = { readonly level: 'read' | 'write'; readonly kinds: readonly PermissionKind[] };

/** Who asks; null for nobody. */
export function authenticate(world: World, headers: IncomingHttpHeaders): Token | null {
  if (headers.authorization === undefined) return null;
  const token = findToken(world, headers);
  if (token === null || token.expired) throw new Refusal(401, 'Bad credentials');
  return token;
}

/** The token that was sent, valid or not; null: none that is known. */
export function findToken(world: World, headers: IncomingHttpHeaders): Token | null {
  const [, scheme = '', value = ''] = /^(\S+) +(.+)$/.exec(headers.authorization ?? '') ?? [];
  if (/^(token|bearer)$/i.test(scheme)) return world.tokens.get(value) ?? null;
  return /^basic$/i.test(scheme) ? (world.tokens.get(passwordIn(value)) ?? null) : null;
}

/** The password of a basic authorization, or its user where that is all there is. */
export function passwordIn(value: string): string {
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password === '' || password === 'x-oauth-basic' ? user : password;
}

export function roleOf(repository: Repository, account: Account): Role {
  if (account.login.toLowerCase() === repository.owner.login.toLowerCase()) return 'admin';
  return repository.collaborators.get(account.login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}

/** Whether the token may know that the repository exists. */
export function canSee(repository: Repository, token: Token | null): boolean {
  if (repository.deleted) return false;
  if (!repository.private) return true;
  if (token === null) return false;
  if (token.repositories !== null && !token.repositories.has(repository.fullName.toLowerCase())) return false;
  if (token.app !== null) return true;
  if (token.kind === 'classic' && !token.scopes.includes('repo')) return false;
  return roleOf(repository, token.account) !== 'none';
}

/** What the token may do with one kind of thing, whatever its account's role. */
export function permissionOf(
  repository: Repository,
  token: Token | null,
  kind: PermissionKind,
): 'none' | 'read' | 'write' {
  if (!canSee(repository, token)) return 'none';
  const least = repository.private ? 'none' : 'read';
  if (token === null) return least;
  if (token.kind === 'classic') {
    const scope =
      token.scopes.includes('repo') || (!repository.private && token.scopes.includes('public_repo'));
    return scope ? 'write' : least;
  }
  if (token.repositories?.has(repository.fullName.toLowerCase()) !== true) return least;
  if (kind === 'metadata') return 'read';
  const granted = token.permissions[kind] ?? 'none';
  return granted === 'none' ? least : granted;
}

export function allows(repository: Repository, token: Token | null, needs: Needs): boolean {
  return needs.kinds.some((kind) => {
    const level = permissionOf(repository, token, kind);
    return level === 'write' || level === needs.level;
  });
}

/** Refuses as GitHub does: what may not be known does not exist, what may not be done is forbidden. */
export function demand(repository: Repository, token: Token | null, needs: Needs): void {
  if (!canSee(repository, token)) throw notFound();
  if (!allows(repository, token, needs)) {
    if (token === null) throw new Refusal(401, 'Requires authentication');
    // A classic token without the scope is told nothing.
    if (token.kind === 'classic') throw notFound();
    throw new Refusal(403, notAccessibleBy(token));
  }
  if (needs.level === 'write' && repository.archived)
    throw new Refusal(403, 'Repository was archived so is read-only.');
}

export function notAccessibleBy(token: Token): string {
  return `Resource not accessible by ${token.app === null ? 'personal access token' : 'integration'}`;
}

/** Whether the account may change what is not its own; apps may where their permissions reach. */
export function mayManage(repository: Repository, token: Token): boolean {
  return token.app !== null || ['admin', 'write'].includes(roleOf(repository, token.account));
}

/** What every answer says about the permissions of this operation. */
export function accessHeaders(token: Token | null, needs: Needs | null): Record<string, string> {
  if (token === null) return {};
  if (token.kind === 'classic')
    return {
      'x-oauth-scopes': token.scopes.join(', '),
      'x-accepted-oauth-scopes': needs?.level === 'write' ? 'public_repo, repo' : 'repo',
    };
  const accepted =
    needs?.kinds.map((kind) => `${kind}=${needs.level}`).join('; ') ?? 'allows_permissionless_access=true';
  return { 'x-accepted-github-permissions': accepted };
}
