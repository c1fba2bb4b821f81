import type { Report } from '../../domain/report.ts';
import { plural } from '../text/words.ts';

/** Said first of all: a reviewer that did not complete has not found nothing. Empty when all completed. */
export function missingNotices({ run, reviewers }: Report): string[] {
  const { asked, completed, required } = run.quorum;
  if (completed >= asked) return [];
  const names = reviewers
    .filter(
      ({ reviewer, status, cause }) =>
        reviewer.type === 'model' && status !== 'completed' && cause?.code !== 'nothing-to-review',
    )
    .map(({ name }) => name);
  const missing = names.length === 0 ? '' : `; missing: ${names.join(', ')}`;
  const lost = `What ${names.length === 1 ? 'it' : 'they'} would have found is not in this report.`;
  const quorum =
    completed < required
      ? ` At least ${plural(required, 'reviewer')} must complete, so no recommendation is made.`
      : '';
  return [`Only ${completed} of ${plural(asked, 'reviewer')} completed${missing}. ${lost}${quorum}`];
}
