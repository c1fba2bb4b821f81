import * as z from 'zod';
import { ObjectId } from './change.ts';

/** What a person did about a finding. */
export const DecisionAction = z.enum([
  'Fixed',
  'Skipped',
  'Commented',
  'Test written',
  'Documentation updated',
]);
export type DecisionAction = z.infer<typeof DecisionAction>;

export const Decision = z.object({
  /** In `decisions.json` the finding's stable name, `a3f9`; a file for `resolve --from` may also say `I1` or `I1·a3f9`. */
  finding: z.string().min(1).max(200),
  action: DecisionAction,
  /** Why. `Skipped` with a reason declines the finding: later rounds drop it while its code stands. */
  reason: z.string().max(20_000).default(''),
  /** The commit that did it: its id, whole in `decisions.json`. null: none. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, 'a commit is named by at least 7 digits of its id, in quotes')
    .nullable()
    .default(null),
  /** Who decided; null when that was not said. */
  by: z.string().max(200).nullable().default(null),
  /** UTC, ISO 8601. Absent in a file for `resolve --from`: when it is read. */
  decidedAt: z.iso.datetime().optional(),
  /** Its label and title in the report that was decided on. What a file for `resolve --from` says here is not used. */
  label: z.string().optional(),
  title: z.string().optional(),
});
export type Decision = z.infer<typeof Decision>;

/**
 * `resolve/decisions.json`, and what `resolve --from` reads. Oldest first, and only ever added to: the last decision on a
 * finding is the one that counts, and those before it are its history.
 */
export const Decisions = z.object({
  schemaVersion: z.literal(1).default(1),
  decisions: z.array(Decision),
});
export type Decisions = z.infer<typeof Decisions>;

/** The decision that counts of each finding, by its stable name, in the order in which they were first decided. */
export function latestDecisions(decisions: readonly Decision[]): Map<string, Decision> {
  return new Map(decisions.map((decision) => [decision.finding, decision]));
}

/** Whether a person said no to the finding, and why. */
export function isDeclining({ action, reason }: Pick<Decision, 'action' | 'reason'>): boolean {
  return action === 'Skipped' && reason.trim() !== '';
}

/** The whole id of a commit; null for none, and for one that is only abbreviated. */
export function commitOf({ commit }: Pick<Decision, 'commit'>): ObjectId | null {
  const whole = ObjectId.safeParse(commit);
  return whole.success ? whole.data : null;
}
