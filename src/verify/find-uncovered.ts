import type { EarlierFinding, FileDiff } from '../domain/change.ts';
import { isGuard } from '../domain/guard.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';

/**
 * A file of an earlier finding that a reviewer did not open this time; null when it opened all of them. Nothing is left to
 * be opened in a file that is gone. What a reviewer only says that it looked at proves nothing.
 */
export function findUncovered(
  review: Review | undefined,
  finding: Pick<EarlierFinding, 'locations'>,
  /** Where its code would be now. */
  places: readonly Location[],
  files: readonly FileDiff[],
): string | null {
  if (review === undefined) return finding.locations[0]?.path ?? '';
  // The guard reads everything.
  if (isGuard(review.reviewer.id)) return null;
  const read = new Set(review.filesRead);
  const paths =
    places.length > 0 ? places.map(({ path }) => path) : finding.locations.map(({ path }) => path);
  return paths.find((path) => !read.has(path) && !isGone(path, places, files)) ?? null;
}

/** Without a place in this change's commits, a file is gone unless the change still has it. */
function isGone(path: string, places: readonly Location[], files: readonly FileDiff[]): boolean {
  if (places.length > 0) return false;
  const file = files.find((one) => one.path === path);
  return file === undefined || file.status === 'removed';
}
