import type { ObjectId } from '../../domain/change.ts';
import { encodePath } from '../../domain/git-path.ts';
import type { LineRange, Location } from '../../domain/location.ts';
import type { Report } from '../../domain/report.ts';

/** Builds addresses on the forge for one report. Every method answers null where no address is known to be right. */
export interface Permalinks {
  repository: string | null;
  location(location: Location): string | null;
  commit(sha: ObjectId): string | null;
  person(login: string): string | null;
  branch(name: string): string | null;
}

/** Addresses for a repository with a known http(s) address; a head that is no commit has none. */
export function createPermalinks(change: Report['change']): Permalinks {
  const repository = repositoryAddress(change.repository.url);
  if (repository === null)
    return {
      repository,
      location: () => null,
      commit: () => null,
      person: () => null,
      branch: () => null,
    };
  const { origin } = new URL(repository);
  return {
    repository,
    location: ({ path, startLine, endLine, side }) => {
      if (side === 'head' && change.headKind !== 'commit') return null;
      const sha = side === 'head' ? change.head.sha : change.mergeBase;
      return `${repository}/blob/${sha}/${encodePathSegments(path)}#${lineAnchor({ start: startLine, end: endLine })}`;
    },
    commit: (sha) => `${repository}/commit/${sha}`,
    person: (login) => (/^[A-Za-z0-9-]{1,39}$/.test(login) ? `${origin}/${login}` : null),
    branch: (name) => `${repository}/tree/${encodePathSegments(name)}`,
  };
}

/** An http(s) address without credentials, or null for anything else. */
export function webAddress(address: string | null): URL | null {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  url.username = '';
  url.password = '';
  return url;
}

/** The address of a repository's page: no query, no fragment, no `.git`. */
function repositoryAddress(address: string | null): string | null {
  const url = webAddress(address);
  if (url === null) return null;
  return `${url.origin}${url.pathname}`.replace(/(?:\.git)?\/*$/, '');
}

export function lineAnchor({ start, end }: LineRange): string {
  return start === end ? `L${start}` : `L${start}-L${end}`;
}

/** Percent-encodes every byte that is not plain, slashes kept: paths are bytes. */
export function encodePathSegments(path: string): string {
  return [...encodePath(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[A-Za-z0-9._~/-]/.test(character)) return character;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
