import { DeepReviewError, InternalError } from '../errors.ts';
import { makeLogLines } from './log-line.ts';

export const reportIt = 'please report it; the same command again continues the run';

/** One line what, one line what to do. Safe to print on a terminal and in a log of CI. */
export function formatError(error: unknown): string {
  if (!(error instanceof DeepReviewError))
    return formatError(new InternalError(describeBroken(error), { hint: reportIt }));
  const hint = error.hint === undefined ? '' : `  → ${makeLogLines(error.hint)}\n`;
  return `${makeLogLines(`deep-review: ${error.message}`)}\n${hint}`;
}

/** What nobody foresaw, and where: the line people report. */
export function describeBroken(cause: unknown): string {
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const frame = cause instanceof Error ? /\n\s+(at .*)/.exec(cause.stack ?? '')?.[1] : undefined;
  return `internal error: ${message.split('\n')[0]}${frame === undefined ? '' : ` (${frame})`}`;
}
