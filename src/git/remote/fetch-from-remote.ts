import { setTimeout as wait } from 'node:timers/promises';
import { tidyCachedRepository } from './cached-repositories.ts';
import { explainFetch, type FetchFailure, failure } from './explain-fetch.ts';
import { addressOf, describeRemote, type RemoteAddress, siteOf } from './remote-address.ts';
import { runFetch } from './run-fetch.ts';

export interface FetchLimits {
  /** Milliseconds without any progress after which a fetch counts as stalled. */
  idleMs: number;
  /** Milliseconds for one fetch. */
  totalMs: number;
  /** Most bytes that one fetch may bring, packed as they come. */
  mostBytes: number;
  /** Milliseconds before each further try of a fetch that failed in passing. */
  pausesMs: readonly number[];
}

export const usualLimits: FetchLimits = {
  idleMs: 120_000,
  totalMs: 1_800_000,
  mostBytes: 2 * 2 ** 30,
  pausesMs: [1_000, 5_000],
};

export interface FetchFromRemoteInput {
  /** Our own bare repository; nobody else writes to it meanwhile. */
  gitDirectory: string;
  remote: RemoteAddress;
  /** null: as somebody without an account. */
  token: string | null;
  /** `+<id or ref>:<ref of ours>`. */
  refspecs: readonly string[];
  /** Commits of history below each of them. */
  depth: number;
  limits: FetchLimits;
  searchPath?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told what is done, and of each try that failed and is made again. */
  onProgress: (message: string) => void | Promise<void>;
}

/**
 * Fetches into a repository of ours; null when all has come, else why not. What passes is tried again. Rejects with the
 * signal's reason when aborted.
 */
export async function fetchFromRemote(input: FetchFromRemoteInput): Promise<FetchFailure | null> {
  const { pausesMs } = input.limits;
  for (let attempt = 0; ; attempt += 1) {
    const failed = await fetchOnce(input);
    if (failed?.kind !== 'passing') return failed;
    const pause = pausesMs[attempt];
    if (pause === undefined) return failed;
    await input.onProgress(`${failed.error.message}; trying again`);
    await wait(pause, undefined, { signal: input.signal }).catch((cause: unknown) => {
      input.signal?.throwIfAborted();
      throw cause;
    });
  }
}

async function fetchOnce(input: FetchFromRemoteInput): Promise<FetchFailure | null> {
  const { gitDirectory, remote, token, searchPath, signal, limits } = input;
  const place = { remote: describeRemote(remote), token, mostBytes: limits.mostBytes };
  const end = await runFetch({
    gitDirectory,
    searchPath,
    signal,
    settings: fetchSettings,
    variables: networkVariables(remote, token),
    argv: [
      '--no-tags',
      '--no-recurse-submodules',
      '--no-auto-maintenance',
      '--no-write-fetch-head',
      '--refmap=',
      `--depth=${input.depth}`,
      addressOf(remote),
      ...input.refspecs,
    ],
    idleMs: limits.idleMs,
    totalMs: limits.totalMs,
    mostFileBytes: limits.mostBytes,
  });
  if (end.outcome === 'fetched') return null;
  // git leaves half a pack behind.
  await tidyCachedRepository(gitDirectory);
  if (end.outcome === 'failed') return explainFetch(end.said, place);
  const [what, limit] =
    end.outcome === 'stalled'
      ? ['made no progress for', limits.idleMs]
      : ['did not come to its end within', limits.totalMs];
  const message = `fetching from ${place.remote} ${what} ${limit / 1000} seconds`;
  return { kind: 'passing', error: failure('unreachable', null, message) };
}

/**
 * Objects are not checked by `fsck` on arrival: old repositories hold many that it refuses, they are only ever read by
 * id by our own readers, nothing is checked out, and git compares each with its id anyhow. One pack for each fetch, so
 * that it is there whole or not at all.
 */
const fetchSettings: readonly string[] = [
  '-c',
  'http.followRedirects=false',
  '-c',
  'fetch.fsckObjects=false',
  '-c',
  'fetch.unpackLimit=1',
  '-c',
  'fetch.writeCommitGraph=false',
  '-c',
  'fetch.recurseSubmodules=false',
  '-c',
  'fetch.prune=false',
  '-c',
  'credential.helper=',
];

/** The one call with a network: the remote's own protocol alone, and its token in the environment, for its host alone. */
function networkVariables({ server }: RemoteAddress, token: string | null): Record<string, string> {
  const allowed = { GIT_ALLOW_PROTOCOL: server.protocol.slice(0, -1) };
  if (token === null) return allowed;
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    ...allowed,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${siteOf(server)}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
  };
}
