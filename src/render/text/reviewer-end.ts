import { countHandedIn, wordHandedIn } from '../../domain/handed-in.ts';
import type { ReviewerOutcome } from '../../domain/report.ts';
import { isStoppedByLimit } from '../../domain/run-outcome.ts';
import { shorten, wordStatus } from './words.ts';

type End = Pick<ReviewerOutcome, 'status' | 'cause' | 'findings'>;

const longestCause = 300;

/** How a reviewer ended, why, and what it had handed in by then: `timed out: no answer …; 2 findings by then`. */
export function wordEnd({ status, cause, findings }: End): string {
  if (status === 'completed') return wordStatus(status);
  const message = cause?.message.trim() ?? '';
  const why = message === '' ? '' : `: ${shorten(message, longestCause)}`;
  const handedIn = status === 'skipped' ? '' : `; ${wordHandedIn(countHandedIn(findings))} by then`;
  return `${wordStatus(status)}${why}${handedIn}`;
}

/** The same in two or three words, for a title: `out of time`, `no key`, `failed`. */
export function nameEnd({ status, cause }: Pick<End, 'status' | 'cause'>): string {
  if (cause?.code === 'budget') return 'out of budget';
  if (isStoppedByLimit({ cause })) return 'out of time';
  return cause?.code === 'no-key' ? 'no key' : wordStatus(status);
}
