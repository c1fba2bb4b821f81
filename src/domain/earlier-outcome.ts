import * as z from 'zod';
import { Location } from './location.ts';
import { Severity } from './vocabulary.ts';

/** What became of a finding of an earlier round. Only what is proved is `fixed`; whatever is not known is `unknown`. */
export const EarlierOutcome = z.enum(['still-present', 'moved', 'unknown', 'declined', 'fixed']);
export type EarlierOutcome = z.infer<typeof EarlierOutcome>;

export const earlierOutcomes: readonly EarlierOutcome[] = EarlierOutcome.options;

/** Why an outcome is what it is, as one word for programs; `reason` says it to people. */
export const EarlierReason = z.enum([
  'raised-again',
  'raised-elsewhere',
  'observed-again',
  'declined',
  'not-raised-and-changed',
  'refuted-now',
  'dropped-now',
  'round-in-comment',
  'no-place',
  'code-stands',
  'code-unknown',
  'run-incomplete',
  'reviewer-unknown',
  'reviewer-missing',
  'not-covered',
]);
export type EarlierReason = z.infer<typeof EarlierReason>;

/** One finding that an earlier round published, and what this run says of it. */
export const SettledFinding = z.object({
  /** Its stable name, such as `a3f9`. */
  id: z.string(),
  /** As in the report of `round`, the newest that published it. */
  label: z.string(),
  severity: Severity,
  title: z.string(),
  round: z.int().min(1),
  /** The first round that is known to have raised it. */
  since: z.int().min(1),
  /** Where its code would be in this change's commits, else where it was; null for a text that is in no file. */
  location: Location.nullable(),
  outcome: EarlierOutcome,
  why: EarlierReason,
  /** One sentence without a full stop: who, where, since when. */
  reason: z.string(),
  /** Cluster that raises it now; null for none. */
  cluster: z.string().nullable(),
});
export type SettledFinding = z.infer<typeof SettledFinding>;
