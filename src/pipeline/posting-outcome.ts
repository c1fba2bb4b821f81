import type { Cause } from '../domain/cause.ts';
import type { ObjectId } from '../domain/change.ts';
import type { PostTarget, PublishedPart, PublishReceipt } from '../domain/publication.ts';
import { DeepReviewError } from '../errors.ts';
import { makeLogLine } from '../log/log-line.ts';

/**
 * The exit code of a review that was to be posted. What a closed pull request or a read-only token does not allow changes
 * nothing: it is said, and the report stands. What failed, or may have failed, is 4.
 */
export function postingExitCode<Code extends number>(exitCode: Code, receipt: PublishReceipt): Code | 4 {
  return exitCode !== 130 && !isPosted(receipt) ? 4 : exitCode;
}

/** Whether nothing is left that the same call could still post. */
export function isPosted({ parts }: PublishReceipt): boolean {
  return parts.every(({ outcome }) => outcome !== 'failed' && outcome !== 'unknown');
}

/** A line for each part that was to be posted: where it stands, or why it does not. Safe to print on a terminal. */
export function describePosting({ parts }: PublishReceipt): string[] {
  return parts.map((part) => makeLogLine(describePart(part)));
}

function describePart(part: PublishedPart): string {
  const { outcome, url, cause } = part;
  const stands = outcome === 'created' || outcome === 'updated' || outcome === 'unchanged';
  const what = [...(stands ? countsOf(part) : []), ...(cause === null ? [] : [cause.message])].join('; ');
  return [
    `${stands ? 'posted' : 'not posted'}: ${part.part} (${outcome})`,
    ...(what === '' ? [] : [`: ${what}`]),
    ...(url === null ? [] : [`, ${url}`]),
  ].join('');
}

function countsOf({ part, posted, unplaced, minimized }: PublishedPart): string[] {
  const folded = minimized === 0 ? [] : [`${minimized} doubled before, folded away`];
  if (part !== 'inline') return folded;
  const placed = `${posted.length} beside the code`;
  return [
    ...(unplaced.length === 0 ? [placed] : [placed, `${unplaced.length} in the summary only`]),
    ...folded,
  ];
}

/** What a stage's record says of a posting that is not whole. */
export function unpostedCause({ parts }: PublishReceipt): Cause {
  const open = parts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const message = open.map(({ part, cause }) => `${part}: ${cause?.message ?? 'failed'}`).join('; ');
  return { code: 'not-posted', message, retryable: true };
}

/** Of a posting that came to nothing at all. */
export function failedReceipt(
  target: { repository: string; number: number; head: ObjectId; parts: readonly PostTarget[] },
  cause: unknown,
): PublishReceipt {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof DeepReviewError ? cause.code : 'internal';
  return {
    schemaVersion: 1,
    repository: target.repository,
    pullRequest: target.number,
    head: target.head,
    parts: target.parts.map((part) => ({
      part,
      outcome: 'failed',
      url: null,
      cause: { code, message, retryable: true },
      posted: [],
      unplaced: [],
      minimized: 0,
    })),
  };
}
