import type { ActionInputs } from './read-inputs.ts';

/** What a step came to, as the output `conclusion` says it. */
export type Conclusion = 'success' | 'findings' | 'incomplete' | 'failed' | 'error' | 'cancelled' | 'skipped';

export interface Ending {
  conclusion: Conclusion;
  /** Whether the step fails. */
  fails: boolean;
}

export interface ConcludeInput extends Pick<ActionInputs, 'failOnIncomplete'> {
  hasReport: boolean;
  /** Something that was to be posted failed, or may have. */
  isUnposted: boolean;
}

/**
 * How a step ends, by the exit code of what it did: the table in the README. Findings fail it only where `fail-on` asks,
 * an incomplete or failed review only where `fail-on-incomplete` asks: an outage of others blocks no merge unless
 * somebody wanted that. Without a report there is nothing to show, and what was to be posted and was not is no success:
 * the step fails.
 */
export function conclude(
  exitCode: number,
  { hasReport, isUnposted, failOnIncomplete }: ConcludeInput,
): Ending {
  if (exitCode === 0) return { conclusion: 'success', fails: false };
  if (exitCode === 130) return { conclusion: 'cancelled', fails: true };
  if (!hasReport || isUnposted || exitCode === 2) return { conclusion: 'error', fails: true };
  if (exitCode === 1) return { conclusion: 'findings', fails: true };
  return { conclusion: exitCode === 3 ? 'incomplete' : 'failed', fails: failOnIncomplete };
}
