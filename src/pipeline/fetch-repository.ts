import { join } from 'node:path';
import type { Environment } from '../config.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { ConfigError } from '../errors.ts';
import { explainCacheFailure } from '../git/bare-repository.ts';
import type { LocalRepository } from '../git/local-repository.ts';
import { usualDepths } from '../git/remote/bring-commits.ts';
import { usualLimits } from '../git/remote/fetch-from-remote.ts';
import { openRemoteRepository, usualMostBytes } from '../git/remote/open-remote-repository.ts';
import { parseRemote } from '../git/remote/remote-address.ts';
import { makeFolder } from '../run/make-folder.ts';
import { tryLock } from '../run/run-lock.ts';
import { waitForLock } from '../run/wait-for-lock.ts';
import { makeCacheFolder } from './open-repository.ts';
import type { PipelineDependencies } from './options.ts';

export interface FetchRepositoryInput {
  /** Address of the forge for people and git. */
  server: string;
  /** null: what everybody may see. */
  token: string | null;
  repository: { owner: string; name: string };
  number: number;
  base: string;
  head: string;
  /** Branch that the pull request goes to; null when it is not known. */
  baseBranch: string | null;
}

export type FetchDependencies = Pick<PipelineDependencies, 'environment' | 'signal'> &
  Partial<Pick<PipelineDependencies, 'emit'>>;

/** Longest wait for other runs that fetch from the same repository: each of them is bounded, too. */
const lockPatienceMs = 30 * 60_000;

/** The commits of a pull request out of the repository that the cache has of it; the caller closes it. */
export async function fetchRepository(
  input: FetchRepositoryInput,
  dependencies: FetchDependencies,
): Promise<LocalRepository> {
  const { environment, signal, emit } = dependencies;
  const { server, token, repository, number, base, head, baseBranch } = input;
  const mostBytes = readFetchLimit(environment);
  const remote = parseRemote({ server, ...repository });
  const cacheDirectory = await makeCacheFolder(dependencies);
  const root = join(environment.cacheDirectory, 'git-remotes');
  await makeFolder(root).catch((cause: unknown) => {
    throw explainCacheFailure(root, cause);
  });
  return openRemoteRepository({
    remote,
    token,
    number,
    ends: { base, head },
    baseBranch,
    root,
    cacheDirectory,
    depths: usualDepths,
    limits: { ...usualLimits, mostBytes },
    mostBytes: usualMostBytes,
    searchPath: environment.variable('PATH') ?? undefined,
    signal,
    locks: {
      wait: (path) =>
        waitForLock(path, {
          patienceMs: lockPatienceMs,
          signal,
          onWait: ({ pid, host }) =>
            emit?.({
              type: 'notice',
              level: 'info',
              message: `waiting for process ${pid} on ${host}, which fetches from the same repository`,
            }),
        }),
      async attempt(path) {
        const lock = await tryLock(path);
        return 'release' in lock ? lock : null;
      },
    },
    onNotice: (level, message) => emit?.({ type: 'notice', level, message }),
  });
}

const fetchVariable = 'DEEP_REVIEW_MOST_FETCH_MIB';

/** Most bytes of one fetch, as the user's own environment says; `ConfigError` where it says no such number. */
function readFetchLimit({ variable }: Pick<Environment, 'variable'>): number {
  const text = variable(fetchVariable);
  if (text === null) return usualLimits.mostBytes;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text) * 2 ** 20;
  throw new ConfigError(`${fetchVariable} is ${JSON.stringify(makeVisibleLine(text.slice(0, 40)))}`, {
    hint: `write mebibytes as a whole number from 1 on, or unset it (${usualLimits.mostBytes / 2 ** 20})`,
  });
}
