import { makeVisibleLine } from '../domain/visible-text.ts';
import { DeepReviewError } from '../errors.ts';

export interface DiagnosisLine {
  subject: string;
  /** `unknown`: it could not be found out, which is not the same as missing. */
  state: 'ok' | 'missing' | 'unknown';
  detail: string;
  /** What to do; null when nothing needs doing. */
  advice: string | null;
}

export interface Check<T> {
  line: DiagnosisLine;
  /** What was looked for; null when it is not there or unknown. */
  value: T | null;
}

/** What a look comes to, as a line: one that fails is the line's, and no end of the others. */
export async function check<T>(
  subject: string,
  look: () => Promise<{ detail: string; value: T }>,
): Promise<Check<T>> {
  try {
    const { detail, value } = await look();
    return { line: { subject, state: 'ok', detail: makeVisibleLine(detail), advice: null }, value };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const known = cause instanceof DeepReviewError && cause.exitCode === 2;
    const advice = cause instanceof DeepReviewError ? (cause.hint ?? null) : null;
    const state = known ? 'missing' : 'unknown';
    return { line: { subject, state, detail: makeVisibleLine(message), advice }, value: null };
  }
}
