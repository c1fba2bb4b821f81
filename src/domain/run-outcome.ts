import * as z from 'zod';
import type { Review } from './review.ts';
import {
  compareSeverity,
  type Recommendation,
  type RunStatus,
  Severity,
  type VerdictValue,
} from './vocabulary.ts';

/** Model reviewers that must complete: what was configured, else min(2, models asked for), 0 with none asked. */
export function requiredQuorum(modelsAsked: number, configured: number | null): number {
  if (modelsAsked === 0) return 0;
  return Math.min(configured ?? 2, modelsAsked);
}

/** A reviewer that was skipped because there was nothing to review counts as done. */
export function isDone(review: Pick<Review, 'status' | 'cause'>): boolean {
  return (
    review.status === 'completed' ||
    (review.status === 'skipped' && review.cause?.code === 'nothing-to-review')
  );
}

const limitCodes: ReadonlySet<string> = new Set(['budget', 'reviewer-deadline', 'run-deadline']);

/** Whether a limit of the run itself (money, tokens, turns, time) ended it: it was stopped, and did not fail. */
export function isStoppedByLimit({ cause }: Pick<Review, 'cause'>): boolean {
  return cause !== null && limitCodes.has(cause.code);
}

/** `complete` only when every reviewer asked for completed; `failed` when all failed. */
export function decideRunStatus(reviews: readonly Review[], cancelled: boolean): RunStatus {
  if (cancelled) return 'cancelled';
  if (reviews.every(isDone)) return 'complete';
  const gave = (review: Review) => isDone(review) || review.status === 'partial' || isStoppedByLimit(review);
  return reviews.some(gave) ? 'degraded' : 'failed';
}

export function completedModels(reviews: readonly Review[]): number {
  return reviews.filter((review) => review.reviewer.type === 'model' && isDone(review)).length;
}

export interface Judged {
  severity: Severity;
  verdict: VerdictValue;
}

/** The recommendation of a report, from its published findings alone; `incomplete` below the quorum. */
export function decideRecommendation(findings: readonly Judged[], belowQuorum: boolean): Recommendation {
  if (belowQuorum) return 'incomplete';
  const confirmed = findings.filter((finding) => finding.verdict === 'confirmed');
  const confirmedImportant = confirmed.filter((finding) => finding.severity === 'important').length;
  if (confirmed.some((finding) => finding.severity === 'critical') || confirmedImportant >= 5)
    return 'rework';
  if (findings.some((finding) => finding.severity !== 'suggestion')) return 'merge-with-fixes';
  return findings.length > 0 ? 'merge-with-optional-fixes' : 'merge-as-is';
}

export const FailOn = z.union([Severity, z.literal('never')]);
export type FailOn = z.infer<typeof FailOn>;

export interface ExitInput {
  runStatus: RunStatus;
  /** Whether fewer model reviewers completed than the quorum asks, or the run's own budget or deadline stopped one. */
  incomplete: boolean;
  severities: readonly Severity[];
  failOn: FailOn;
}

/** Exit code of a review: 130 cancelled, 4 all reviewers failed, 3 incomplete, 1 findings at or above, else 0. */
export function decideExitCode(input: ExitInput): 0 | 1 | 3 | 4 | 130 {
  if (input.runStatus === 'cancelled') return 130;
  if (input.runStatus === 'failed') return 4;
  if (input.incomplete) return 3;
  const { failOn } = input;
  if (failOn === 'never') return 0;
  return input.severities.some((severity) => compareSeverity(severity, failOn) <= 0) ? 1 : 0;
}
