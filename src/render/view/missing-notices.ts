import type { Report, ReviewerOutcome } from '../../domain/report.ts';
import { isDone } from '../../domain/run-outcome.ts';
import { wordEnd } from '../text/reviewer-end.ts';
import { joinWords, plural } from '../text/words.ts';

/** Said first of all: a reviewer that did not complete has not found nothing. Empty when all completed. */
export function missingNotices({ run, reviewers, guard }: Report): string[] {
  const missing = reviewers.filter((outcome) => !isDone(outcome));
  const models = missing.filter(({ reviewer }) => reviewer.type === 'model');
  const programs = [
    ...missing.filter(({ reviewer }) => reviewer.type === 'program'),
    ...(guard == null || isDone(guard) ? [] : [guard]),
  ];
  const { asked, completed, required } = run.quorum;
  const notices = programs.map((outcome) => `Not completed: ${name(outcome)}.`);
  if (completed >= asked) return notices;
  const names = models.length === 0 ? '' : `; missing: ${joinWords(models.map(name))}`;
  const lost = `What ${models.length === 1 ? 'it' : 'they'} would still have found is not in this report.`;
  const quorum =
    completed < required
      ? ` At least ${plural(required, 'reviewer')} must complete, so no recommendation is made.`
      : '';
  return [
    `Only ${completed} of ${plural(asked, 'reviewer')} completed${names}. ${lost}${quorum}`,
    ...notices,
  ];
}

function name(outcome: ReviewerOutcome): string {
  return `${outcome.name} (${wordEnd(outcome)})`;
}
