import { isGuard } from '../domain/guard.ts';
import { locationsOverlap } from '../domain/location.ts';
import type { PublishedFinding } from '../domain/report.ts';
import type { ReviewerId } from '../domain/reviewer.ts';
import type { Category } from '../domain/vocabulary.ts';

type Placed = Pick<PublishedFinding, 'category' | 'locations' | 'reviewers'>;

/**
 * Findings of a like category that stand on lines of this one and are not by the same reviewers. They may say the
 * same in other words, so neither is one that nobody else found. The guard, which is no reviewer, is left out.
 */
export function findSameLines<T extends Placed>(finding: Placed, all: readonly T[]): T[] {
  if (finding.reviewers.some(isGuard)) return [];
  return all.filter(
    (other) =>
      areAlike(other.category, finding.category) &&
      !other.reviewers.some(isGuard) &&
      !isEqual(other.reviewers, finding.reviewers) &&
      other.locations.some((place) => finding.locations.some((own) => locationsOverlap(own, place))),
  );
}

/** Published findings of one reviewer alone that stand on no line of another reviewer's finding of a like category. */
export function findUnique<T extends Placed>(reviewer: ReviewerId, all: readonly T[]): T[] {
  return all.filter(({ reviewers }) => isEqual(reviewers, [reviewer])).filter((one) => isUnique(one, all));
}

/** An error that is thrown away is called by what it is, or by the data that is lost through it. */
function areAlike(a: Category, b: Category): boolean {
  const pair: Category[] = ['error-handling', 'data-loss'];
  return a === b || (pair.includes(a) && pair.includes(b));
}

function isUnique(finding: Placed, all: readonly Placed[]): boolean {
  return findSameLines(finding, all).length === 0;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}
