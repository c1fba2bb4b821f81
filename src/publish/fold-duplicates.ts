import type { Cause } from '../domain/cause.ts';
import type { PostedComment } from '../forge/report-publisher.ts';
import { asForgeError, type PublishWork } from './publish-work.ts';

/** Folded away at most in one run; the next goes on. */
const mostFolded = 10;

/**
 * Folds comments away that say what an older one of ours says. They are never deleted; what cannot be folded is said,
 * and holds up nothing.
 */
export async function foldDuplicates(
  { session }: PublishWork,
  duplicates: readonly PostedComment[],
): Promise<{ minimized: number; cause: Cause | null }> {
  let minimized = 0;
  for (const { nodeId } of duplicates.slice(0, mostFolded)) {
    try {
      await session.write((publisher, signal) => publisher.minimizeComment(nodeId, 'DUPLICATE', signal));
      minimized++;
    } catch (error) {
      const { message } = asForgeError(error);
      const left = duplicates.length - minimized;
      return {
        minimized,
        cause: {
          code: 'duplicates-stand',
          message: `${left} ${left === 1 ? 'comment that says' : 'comments that say'} the same could not be folded away: ${message}`,
          retryable: true,
        },
      };
    }
  }
  return { minimized, cause: null };
}
