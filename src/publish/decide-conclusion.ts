import type { CheckConclusion } from '../domain/publication.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import { compareSeverity, type RunStatus, type Severity } from '../domain/vocabulary.ts';

export interface ConclusionInput {
  runStatus: RunStatus;
  /** Whether fewer model reviewers completed than the quorum asks, or the run's own budget or deadline stopped one. */
  incomplete: boolean;
  /** Of the published findings. */
  severities: readonly Severity[];
  failOn: FailOn;
  /** Whether a review that did not come to its end blocks a merge that waits for the check. */
  blockOnOutage: boolean;
}

/** The conclusion of the check run. check-conclusion.md has the rule and its cases. */
export function decideConclusion(input: ConclusionInput): CheckConclusion {
  const { runStatus, incomplete, severities, failOn } = input;
  const withoutEnd = input.blockOnOutage ? 'failure' : 'neutral';
  if (runStatus === 'failed' || runStatus === 'cancelled') return withoutEnd;
  if (failOn !== 'never' && severities.some((severity) => compareSeverity(severity, failOn) <= 0))
    return 'failure';
  if (incomplete) return withoutEnd;
  return failOn === 'never' && severities.length > 0 ? 'neutral' : 'success';
}
