import type { Cause } from '../domain/cause.ts';
import type { PostedComment } from '../forge/report-publisher.ts';
import { asForgeError, type PublishWork } from './publish-work.ts';

/** Folded away at most in one run. */
const mostFolded = 10;

/**
 * Folds comments away that say what an older one of ours says. They are never deleted; what is not folded is said, left
 * to the next run, and holds up nothing. `callsKept`: calls to be left for what comes after.
 */
export async function foldDuplicates(
  { session }: PublishWork,
  duplicates: readonly PostedComment[],
  callsKept: number,
): Promise<{ minimized: number; cause: Cause | null }> {
  const most = Math.min(mostFolded, Math.max(0, session.callsLeft - callsKept));
  let minimized = 0;
  let why = `one run folds ${most} away`;
  try {
    for (const { nodeId } of duplicates.slice(0, most)) {
      await session.write((publisher, signal) => publisher.minimizeComment(nodeId, 'DUPLICATE', signal));
      minimized++;
    }
  } catch (error) {
    why = asForgeError(error).message;
  }
  const left = duplicates.length - minimized;
  if (left === 0) return { minimized, cause: null };
  const those = left === 1 ? '1 comment says' : `${left} comments say`;
  const message = `${those} again what an older one says, and could not be folded away: ${why}`;
  return { minimized, cause: { code: 'duplicates-stand', message, retryable: true } };
}
