import * as z from 'zod';

/** A cluster that earlier rounds of the same target raised already, or a part of what they raised. */
export const RoundMatch = z.object({
  cluster: z.string(),
  /** `same`: it inherits the earlier finding's name, which one cluster at most does. `split`: a likelier one did. */
  relation: z.enum(['same', 'split']),
  /** Stable name and fingerprint of the earlier finding. */
  id: z.string(),
  fingerprint: z.string(),
  /** The first round that is known to have raised it. */
  since: z.int().min(1),
  /** 0 to 1. */
  score: z.number().min(0).max(1),
  /** Whether both stand in one function or type. */
  sameSymbol: z.boolean(),
  reason: z.string(),
});
export type RoundMatch = z.infer<typeof RoundMatch>;

/** `reconcile/rounds.json`; only in a run that knows of earlier rounds. */
export const RoundMatches = z.object({ schemaVersion: z.literal(1), matches: z.array(RoundMatch) });
export type RoundMatches = z.infer<typeof RoundMatches>;
