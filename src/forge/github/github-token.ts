import { ConfigError } from '../../errors.ts';

/** What a token is, by its first letters: no request is needed to know it. */
export type GithubTokenKind = 'classic' | 'fine-grained' | 'installation' | 'oauth' | 'app-user' | 'unknown';

export interface GithubToken {
  /** Never printed. */
  value: string;
  kind: GithubTokenKind;
  /** Where it comes from: `GITHUB_TOKEN`, `GH_TOKEN`, `gh auth token`. */
  source: string;
}

/** `ConfigError` for a text that cannot be a token; what it is, is not repeated. */
export function readGithubToken(value: string, source: string): GithubToken {
  if (!/^[\x21-\x7e]{1,4000}$/.test(value))
    throw new ConfigError(`${source} holds no token: there are characters in it that no token has`, {
      hint: 'set it again, to the token alone, on one line',
    });
  return { value, source, kind: kindOf(value) };
}

/** For messages: `the fine-grained token in GITHUB_TOKEN`. */
export function describeToken(token: GithubToken | null): string {
  if (token === null) return 'a caller without a token';
  const kind = token.kind === 'unknown' ? 'the token' : `the ${kindWords[token.kind]} token`;
  return token.source.startsWith('gh ') ? `${kind} of "${token.source}"` : `${kind} in ${token.source}`;
}

const kindWords: Record<Exclude<GithubTokenKind, 'unknown'>, string> = {
  classic: 'classic personal',
  'fine-grained': 'fine-grained personal',
  installation: 'installation',
  oauth: 'OAuth',
  'app-user': 'app’s user',
};

function kindOf(value: string): GithubTokenKind {
  if (value.startsWith('github_pat_')) return 'fine-grained';
  if (value.startsWith('ghp_')) return 'classic';
  if (value.startsWith('ghs_')) return 'installation';
  if (value.startsWith('gho_')) return 'oauth';
  return value.startsWith('ghu_') ? 'app-user' : 'unknown';
}
