import { makeVisibleLine } from '../../domain/visible-text.ts';
import { type DeepReviewError, ForgeError, GitError, StorageError } from '../../errors.ts';
import { formatMebibytes } from '../run-git.ts';

export interface FetchPlace {
  /** For people, such as `https://github.com/o/r`. */
  remote: string;
  token: string | null;
  /** Most bytes that the fetch was allowed to bring. */
  mostBytes: number;
}

/** What a failed fetch means. */
export type FetchFailure =
  /** The server has not what was asked for: a commit or a branch. */
  | { kind: 'missing'; error: ForgeError }
  /** The network or the server failed; another try may help. */
  | { kind: 'passing'; error: ForgeError }
  /** The server said no, it would bring too much, or the disk is full. */
  | { kind: 'refused'; error: DeepReviewError }
  /** git failed at home, as with a damaged repository. */
  | { kind: 'local'; error: GitError };

/**
 * Reads what git says of a failed fetch. Lines that the server wrote (`remote: …`) decide nothing and are not repeated;
 * a token never comes through.
 */
export function explainFetch(said: string, place: FetchPlace): FetchFailure {
  const lines = said.split('\n').filter((line) => !line.startsWith('remote:'));
  const own = lines.join('\n');
  const status = Number(/The requested URL returned error: (\d{3})\b/.exec(own)?.[1] ?? 0);
  if (status > 0) return explainStatus(status, place);
  if (/^fatal: (?:Authentication failed for|could not read (?:Username|Password) for)/m.test(own))
    return explainStatus(401, place);
  if (/^fatal: repository '[^\n]*' not found$/m.test(own)) return explainStatus(404, place);
  const words = shorten(lines, place);
  if (
    /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|does not allow request for/.test(
      own,
    )
  )
    return {
      kind: 'missing',
      error: failure('not-found', null, `${place.remote} does not have it: ${words}`),
    };
  if (/^fatal: [^\n]*File too large$/m.test(own))
    return {
      kind: 'refused',
      error: failure(
        'too-large',
        null,
        `${place.remote} has more to fetch than ${formatMebibytes(place.mostBytes)}`,
        { hint: 'review a range in a clone of yours, or set DEEP_REVIEW_MOST_FETCH_MIB to more' },
      ),
    };
  if (/No space left on device|Disk quota exceeded/.test(own))
    return {
      kind: 'refused',
      error: new StorageError(`no room for the code of ${place.remote}: ${words}`, {
        hint: 'free some space, or choose another cache folder with XDG_CACHE_HOME',
      }),
    };
  if (/dumb http transport|Cannot obtain needed object|invalid server response/.test(own))
    return {
      kind: 'passing',
      error: failure('protocol', null, `${place.remote} does not answer as a git server`),
    };
  if (networkWords.test(own))
    return {
      kind: 'passing',
      error: failure('unreachable', null, `${place.remote} could not be fetched from: ${words}`),
    };
  return {
    kind: 'local',
    error: new GitError(`git could not fetch from ${place.remote}: ${words || 'it said nothing'}`),
  };
}

const networkWords =
  /unable to access|early EOF|RPC failed|hung up|unexpected disconnect|expected flush|Could not resolve|timed out|Connection|curl \d+|HTTP\/2|bad line length|protocol error|not valid: is this a git repository/i;

function explainStatus(status: number, { remote, token }: FetchPlace): FetchFailure {
  if (status === 401 && token !== null)
    return {
      kind: 'refused',
      error: failure(
        'unauthorized',
        status,
        `${remote} does not take the token: it is wrong or no longer valid`,
        {
          hint: 'set GITHUB_TOKEN to a token that is valid',
        },
      ),
    };
  if (status === 404 || status === 401)
    return {
      kind: 'refused',
      error: failure(
        'not-found',
        status,
        token === null
          ? `${remote} does not exist, or is not visible without a token`
          : `${remote} does not exist, or the token may not see it`,
        {
          hint:
            token === null
              ? 'check the name, or set GITHUB_TOKEN'
              : 'check the name, and that the token may read contents of this repository',
        },
      ),
    };
  if (status === 403)
    return {
      kind: 'refused',
      error: failure('forbidden', status, `${remote} refuses to hand out its code (403)`, {
        hint:
          token === null
            ? 'set GITHUB_TOKEN'
            : 'give the token the permission to read contents of this repository (contents: read)',
        neededPermissions: 'contents=read',
      }),
    };
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      error: failure('protocol', status, `${remote} points elsewhere (${status}), which is not followed`, {
        hint: 'name the repository as it is called today',
      }),
    };
  if (status === 429 || status >= 500)
    return {
      kind: 'passing',
      error: failure(
        status === 429 ? 'rate-limit' : 'unreachable',
        status,
        `${remote} could not be fetched from: the server answered ${status}`,
      ),
    };
  return {
    kind: 'refused',
    error: failure('protocol', status, `${remote} could not be fetched from: the server answered ${status}`),
  };
}

export function failure(
  reason: ForgeError['reason'],
  status: number | null,
  message: string,
  detail: { hint?: string; neededPermissions?: string } = {},
): ForgeError {
  return new ForgeError(message, {
    reason,
    status,
    hint: detail.hint ?? 'try again; what was fetched before is kept',
    ...(detail.neededPermissions === undefined ? {} : { neededPermissions: detail.neededPermissions }),
  });
}

function shorten(lines: readonly string[], { token }: FetchPlace): string {
  const text = lines
    .filter((line) => /^(?:fatal|error|warning):/.test(line))
    .map((line) => line.replace(/^(?:fatal|error|warning): /, ''))
    .join(' / ');
  return makeVisibleLine(token === null ? text : text.replaceAll(token, '…')).slice(0, 400);
}
