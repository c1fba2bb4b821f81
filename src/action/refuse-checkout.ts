import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DeepReviewError, UsageError } from '../errors.ts';
import type { Checkout } from '../pipeline.ts';
import type { Occasion } from './read-event.ts';

/** More folders than any workspace of checkouts has. */
const mostFolders = 200;

/**
 * Refuses to go on where code of strangers lies in the workspace of a run that has secrets: an event such as
 * `pull_request_target` gives a fork's pull request the keys, and whatever an earlier step checked out and ran had them
 * too. In the workspace itself nothing but the event's own commit or the base may be checked out; in a folder in it,
 * anything but the pull request. `UsageError` says what to do.
 */
export async function refuseForeignCheckout(
  { occasion, workspace }: { occasion: Occasion; workspace: string },
  readCheckout: (folder: string) => Promise<Checkout>,
): Promise<void> {
  const commits = occasion.facts?.commits ?? null;
  if (!occasion.isPrivileged || commits?.isFork === false) return;
  const known = [occasion.commit, commits?.base ?? null];
  const root = await look(workspace, readCheckout);
  if (root.outcome === 'found' && !known.includes(root.commit))
    throw refusal(occasion, workspace, root.commit);
  for (const folder of await listFolders(workspace)) {
    const inside = await look(folder, readCheckout);
    const head = commits?.head ?? occasion.forkHead;
    if (inside.outcome === 'absent' || head === null) continue;
    if ([inside.commit, ...inside.parents].includes(head)) throw refusal(occasion, folder, inside.commit);
  }
}

async function look(folder: string, readCheckout: (folder: string) => Promise<Checkout>): Promise<Checkout> {
  try {
    return await readCheckout(folder);
  } catch (cause) {
    if (!(cause instanceof DeepReviewError) || cause.exitCode === 130) throw cause;
    throw new UsageError(`nobody can tell what is checked out in ${folder}: ${cause.message}`, {
      hint,
      cause,
    });
  }
}

async function listFolders(workspace: string): Promise<string[]> {
  const entries = await readdir(workspace, { withFileTypes: true }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== '.git')
    .slice(0, mostFolders)
    .map(({ name }) => join(workspace, name));
}

const hint = 'remove the checkout: deep-review fetches what it reviews by itself and never runs it';

function refusal({ event, facts }: Occasion, folder: string, commit: string): UsageError {
  const whose =
    facts === null ? 'code of a pull request' : `code of pull request #${facts.number}, which is of others,`;
  return new UsageError(
    `${whose} may be checked out in ${folder} (${commit.slice(0, 12)}): on ${event} this job has secrets, and earlier steps may have run that code with them`,
    { hint },
  );
}
