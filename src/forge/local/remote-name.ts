import type { RepositoryName } from '../pull-request-source.ts';

/**
 * The forge's name of a repository out of a remote's address (https, ssh and `git@host:owner/name` forms).
 * Credentials never come through. null for an address that is no forge's, such as a path or a subgroup. The url is
 * null where a host has no name that others know, such as an alias of the user's ssh configuration.
 */
export function parseRemoteAddress(address: string): RepositoryName | null {
  const url = parseAddress(address);
  if (url === null) return null;
  const [owner, name, ...rest] = url.pathname.split('/').filter((segment) => segment !== '');
  const project = name?.replace(/\.git$/, '');
  if (owner === undefined || project === undefined || rest.length > 0) return null;
  if (![owner, project].every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.*$/.test(part))) return null;
  const site = siteOf(url);
  return { owner, name: project, url: site === null ? null : `${site}/${owner}/${project}` };
}

function parseAddress(address: string): URL | null {
  const short = /^(?:[^@/\s]+@)?([A-Za-z0-9._-]+):(?!\/)([^\s]+)$/.exec(address);
  const text = short === null || address.includes('://') ? address : `ssh://${short[1]}/${short[2]}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return ['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) && url.hostname !== '' ? url : null;
}

/** Where people find the forge. A port of ssh says nothing about that. */
function siteOf(url: URL): string | null {
  if (url.protocol === 'https:' || url.protocol === 'http:') return `${url.protocol}//${url.host}`;
  if (url.hostname === 'ssh.github.com') return 'https://github.com';
  return url.hostname.includes('.') ? `https://${url.hostname}` : null;
}
