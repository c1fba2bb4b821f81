import * as z from 'zod';
import { Category, Severity } from './vocabulary.ts';

/** One time that a finding met what people said of it. Texts are what others wrote. */
export const DeclineRecord = z.object({
  /** `declined`, `accepted`: a person said so. `raised-again`: a reviewer raised what was declined before. */
  how: z.enum(['declined', 'accepted', 'raised-again']),
  /** Pull request or branch, as people call it. */
  target: z.string(),
  /** null: an earlier round that is not at hand. */
  round: z.int().min(1).nullable(),
  /** Stable name of the finding that was decided on; null where it is not known. */
  id: z.string().nullable(),
  severity: Severity,
  category: Category,
  title: z.string(),
  explanation: z.string(),
  /** First place; null for none. */
  path: z.string().nullable(),
  /** Function or type around it; empty when not known. */
  symbol: z.string(),
  /** Empty for `raised-again`. */
  reason: z.string(),
  /** null: not said. */
  by: z.string().nullable(),
  /** UTC, ISO 8601: of the decision, or of the review that raised it; null when not known. */
  at: z.string().nullable(),
  url: z.string().nullable(),
});
export type DeclineRecord = z.infer<typeof DeclineRecord>;

/** `collect/declines.json`: what people said of findings in the reviews of this repository at hand when the run began. */
export const DeclineRecords = z.object({ schemaVersion: z.literal(1), records: z.array(DeclineRecord) });
export type DeclineRecords = z.infer<typeof DeclineRecords>;

/** What people decline again, or say that it is meant to be so: the next reviewer should know. Silences nothing. */
export const DeclinedPattern = z.object({
  /** Stable names of the findings that were declined, the last one first. */
  names: z.array(z.string().regex(/^[0-9a-z-]{1,80}$/)).min(1),
  /** Rounds in which it was raised and declined. */
  times: z.int().min(1),
  targets: z.array(z.object({ name: z.string(), rounds: z.array(z.int().min(1).nullable()) })).min(1),
  /** Highest at which it was raised. */
  severity: Severity,
  category: Category,
  /** Of the last decline, as are those below. */
  title: z.string(),
  path: z.string().nullable(),
  symbol: z.string(),
  reason: z.string(),
  by: z.string().nullable(),
  at: z.string().nullable(),
  url: z.string().nullable(),
});
export type DeclinedPattern = z.infer<typeof DeclinedPattern>;

/** A line that is proposed for the repository's own `deep-review-context.md`. */
export const ContextNote = z.object({
  rule: z.string(),
  why: z.string(),
  /** Ids of those that wrote it; empty with `declined`. */
  reviewers: z.array(z.string()),
  /** What people declined that it is computed from. Absent: reviewers wrote it. */
  declined: DeclinedPattern.optional(),
});
export type ContextNote = z.infer<typeof ContextNote>;

/** How a pattern is named where it was taken over: whoever finds this in a note need not be told again. */
export function nameOfPattern(name: string): string {
  return `[declined ${name}]`;
}
