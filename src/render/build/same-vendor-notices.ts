import { findAiAuthors } from '../../domain/ai-authors.ts';
import type { Change } from '../../domain/change.ts';
import type { Review } from '../../domain/review.ts';
import { reviewerName } from '../../domain/reviewer.ts';

/** A sentence for each reviewer that is of the vendor of a program which helped to write the change. */
export function sameVendorNotices(change: Change, reviews: readonly Review[]): string[] {
  const authors = findAiAuthors(change);
  return reviews.flatMap(({ reviewer, status }) => {
    if (reviewer.type !== 'model' || status === 'skipped') return [];
    return authors
      .filter(({ vendor }) => vendor === reviewer.provider)
      .map(({ name, commits }) => {
        const all = change.commits.length;
        const where =
          commits === 0 ? 'the description' : `${commits} of ${all} ${all === 1 ? 'commit' : 'commits'}`;
        return `The reviewer ${reviewerName(reviewer.id)} is of the same vendor as the change’s co-author ${name}, named in ${where}.`;
      });
  });
}
