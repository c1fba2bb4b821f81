import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isLoopback } from '../../domain/is-loopback.ts';
import { DeepReviewError, type ForgeError, reasonOf, StorageError } from '../../errors.ts';
import type { RepositoryId } from '../pull-request-target.ts';
import { rootOf } from './bounded-fetch.ts';
import { failure } from './explain-answer.ts';
import type { FoundArtifact } from './find-artifacts.ts';
import type { GithubClient } from './github-client.ts';
import type { RequestContext } from './request-context.ts';
import { retryReads, systemClock } from './retry-reads.ts';

export interface DownloadArtifactInput {
  client: GithubClient;
  repository: RepositoryId;
  artifact: Pick<FoundArtifact, 'id' | 'bytes' | 'sha256'>;
  /** File that is made; one that is there is written over when a try is repeated. */
  to: string;
  /** Most bytes of the archive. */
  maxBytes: number;
}

/** Tries in all. The address that GitHub gives is good for a minute, so that each asks for it anew. */
const attempts = 3;
/** For the storage's whole answer, in milliseconds. */
const totalMs = 120_000;

/**
 * Fetches an artifact's archive. GitHub names a storage on another host, by an address that is its own key: the token is
 * not sent there, and no redirect is followed from there. Rejects with `ForgeError` also where the archive is larger than
 * allowed or is not the one that GitHub names by its digest, and with the signal's reason once that is aborted.
 */
export function downloadArtifact(input: DownloadArtifactInput, signal: AbortSignal): Promise<void> {
  const { client, repository, artifact, maxBytes } = input;
  const { site, token } = client;
  const context = { site, token, purpose: `download artifact ${artifact.id}`, writes: false };
  if (artifact.bytes > maxBytes) return Promise.reject(tooLarge(context, maxBytes));
  const download = async () => {
    const address = await client.locate(
      {
        purpose: context.purpose,
        route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
        parameters: {
          owner: repository.owner,
          repo: repository.name,
          artifact_id: artifact.id,
          archive_format: 'zip',
        },
      },
      signal,
    );
    requireSafe(address, context);
    const sha256 = await fetchInto(input, { address, context, signal });
    if (artifact.sha256 !== null && artifact.sha256 !== sha256)
      throw failure(context, {
        reason: 'invalid',
        what: 'the archive is not the one that was uploaded: its digest is another',
      });
  };
  return retryReads(download, { attempts, signal, clock: systemClock, onNotice: () => undefined });
}

function requireSafe({ protocol, hostname, username, password }: URL, context: RequestContext): void {
  const isLocal = protocol === 'http:' && isLoopback(hostname);
  if ((protocol === 'https:' || isLocal) && username === '' && password === '') return;
  throw failure(context, { reason: 'protocol', status: 302, what: 'its storage does not speak https' });
}

/** Resolves to the SHA-256 of what the file holds now. */
async function fetchInto(
  { to, maxBytes }: DownloadArtifactInput,
  place: { address: URL; context: RequestContext; signal: AbortSignal },
): Promise<string> {
  const { address, context, signal } = place;
  const late = AbortSignal.timeout(totalMs);
  const stop = new AbortController();
  const file = await open(to, 'w').catch(unwritten(to));
  try {
    const answer = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, late, stop.signal]),
    });
    if (answer.status !== 200) throw refused(context, answer.status);
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(context, maxBytes);
      hash.update(chunk);
      await file.appendFile(chunk).catch(unwritten(to));
    }
    return hash.digest('hex');
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DeepReviewError) throw cause;
    if (late.aborted)
      throw failure(context, {
        reason: 'unreachable',
        what: `its storage did not answer whole within ${totalMs / 1000} s`,
      });
    throw failure(context, { reason: 'unreachable', what: `its storage broke off: ${rootOf(cause)}`, cause });
  } finally {
    // Ends a body that nobody reads on.
    stop.abort();
    await file.close();
  }
}

function unwritten(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new StorageError(`cannot write ${path}: ${reasonOf(cause)}`, { hint: 'free some space', cause });
  };
}

function refused(context: RequestContext, status: number): ForgeError {
  const reason = status >= 500 || status === 408 ? 'unreachable' : 'invalid';
  return failure(context, { reason, status, what: `its storage answered ${status}` });
}

function tooLarge(context: RequestContext, maxBytes: number): ForgeError {
  return failure(context, {
    reason: 'too-large',
    what: `the archive is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB`,
  });
}
