import * as z from 'zod';
import { ForgeError } from '../../errors.ts';
import type { PullRequestPlace } from './pull-request-place.ts';
import { readThreads } from './read-threads.ts';

const mutation = `mutation ($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

const Resolved = z.object({
  resolveReviewThread: z.object({ thread: z.object({ isResolved: z.literal(true) }) }),
});

/** Marks the thread that a comment begins as resolved. GitHub wants `contents: write` for it. */
export async function resolveThread(
  place: Pick<PullRequestPlace, 'client' | 'repository' | 'number' | 'signal'>,
  comment: number,
): Promise<void> {
  const { client, number, signal } = place;
  const thread = (await readThreads(place)).threads.get(comment);
  if (thread === undefined)
    throw new ForgeError(`pull request ${number} has no thread that comment ${comment} begins`, {
      reason: 'not-found',
    });
  if (thread.resolved) return;
  await client.mutate(
    {
      purpose: `resolve a thread of pull request ${number}`,
      query: mutation,
      variables: { id: thread.id },
      schema: Resolved,
    },
    signal,
  );
}
