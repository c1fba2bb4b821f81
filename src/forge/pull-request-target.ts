import type { LocalTarget } from './local/local-source.ts';

/** A pull request as a person names it: by number, by address, or as `owner/name#12`. */
export interface PullRequestTarget {
  kind: 'pull-request';
  number: number;
  /** null: that of the working folder's remote. */
  repository: RepositoryId | null;
  /** Scheme and host of the address that was given, such as `https://github.com`; null where there was none. */
  server: string | null;
}

/** Owner and name of a repository, as its forge spells them. */
export interface RepositoryId {
  owner: string;
  name: string;
}

/** Everything that a person may ask to have reviewed. */
export type ReviewTargetRequest = LocalTarget | PullRequestTarget;

/**
 * Reads `12`, `#12`, `owner/name#12` and the address of a pull request or of one of its pages. null for every other
 * text; what its host is, nobody has looked at yet.
 */
export function parsePullRequestTarget(text: string): PullRequestTarget | null {
  const number = readNumber(text.replace(/^#/, ''));
  if (number !== null) return { kind: 'pull-request', number, repository: null, server: null };
  const [, repositoryText = '', numberText = ''] = /^([^#]*)#(\d+)$/.exec(text) ?? [];
  const repository = parseRepositoryId(repositoryText);
  const named = readNumber(numberText);
  if (repository !== null && named !== null)
    return { kind: 'pull-request', number: named, repository, server: null };
  return parseAddress(text);
}

/** `owner/name`; null for every other text. */
export function parseRepositoryId(text: string): RepositoryId | null {
  const [owner = '', name = '', ...rest] = text.split('/');
  return rest.length === 0 && isName(owner) && isName(name) ? { owner, name } : null;
}

/** Whether two names are one repository: forges tell them apart by neither capitals nor small letters. */
export function isSameRepository(one: RepositoryId, other: RepositoryId): boolean {
  const key = ({ owner, name }: RepositoryId) => `${owner}/${name}`.toLowerCase();
  return key(one) === key(other);
}

function parseAddress(text: string): PullRequestTarget | null {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const [owner = '', name = '', page = '', digits = ''] = url.pathname.split('/').slice(1);
  const repository = parseRepositoryId(`${owner}/${name}`);
  const number = readNumber(digits);
  if (repository === null || number === null || page !== 'pull') return null;
  return { kind: 'pull-request', number, repository, server: url.origin };
}

/** Longer numbers than any forge counts would be rounded. */
function readNumber(digits: string): number | null {
  return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : null;
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(text) && !/^\.*$/.test(text);
}
