import type { Report } from '../../domain/report.ts';
import { isDone } from '../../domain/run-outcome.ts';

/** What stands where nothing was found: where nobody came to an end, that says nothing about the change. */
export function wordNone({ run, reviewers }: Report): string {
  return run.status === 'failed' && !reviewers.some(isDone)
    ? 'Nothing can be said: no reviewer came to its end.'
    : 'None.';
}
