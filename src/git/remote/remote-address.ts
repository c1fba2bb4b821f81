import { join } from 'node:path';
import { isLoopback } from '../../domain/is-loopback.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import { RepositoryError } from '../../errors.ts';

/** A repository on a forge, as git reaches it. */
export interface RemoteAddress {
  /** `https`, or plain `http` on this machine; no credentials. */
  server: URL;
  owner: string;
  name: string;
}

/**
 * Checks where a repository is to be fetched from. Owner and name become folder names and parts of an address, so that
 * nothing but a forge's own names comes through. `RepositoryError` otherwise.
 */
export function parseRemote(input: { server: string; owner: string; name: string }): RemoteAddress {
  const { owner, name } = input;
  if (![owner, name].every((part) => /^[A-Za-z0-9._-]{1,100}$/.test(part) && !/^\.*$/.test(part)))
    throw new RepositoryError(`${makeVisibleLine(`${owner}/${name}`)} is no name of a repository`, {
      hint: 'write it as owner/name',
    });
  const server = URL.canParse(input.server) ? new URL(input.server) : null;
  const isAllowed =
    server?.protocol === 'https:' || (server?.protocol === 'http:' && isLoopback(server.hostname));
  if (server === null || !isAllowed || server.username !== '' || server.password !== '')
    throw new RepositoryError('code is fetched from https addresses without a name and password only', {
      hint: 'set GITHUB_SERVER_URL to one such as https://github.com',
    });
  server.search = '';
  server.hash = '';
  return { server, owner, name };
}

export function addressOf({ server, owner, name }: RemoteAddress): string {
  return `${siteOf(server)}/${owner}/${name}.git`;
}

/** For people: without the ending that git wants. */
export function describeRemote(remote: RemoteAddress): string {
  return addressOf(remote).replace(/\.git$/, '');
}

/** Where our own copy of it lies, below a folder for all of them. Forges do not tell capitals apart. */
export function placeOf(root: string, { server, owner, name }: RemoteAddress): string {
  const host = `${server.host}${server.pathname}`.replace(/[^A-Za-z0-9.-]+/g, '_').replace(/_+$/, '');
  return join(root, host.toLowerCase(), owner.toLowerCase(), `${name.toLowerCase()}.git`);
}

/** Without a slash at the end. */
export function siteOf(server: URL): string {
  return `${server.origin}${server.pathname.replace(/\/+$/, '')}`;
}
