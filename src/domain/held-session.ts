import * as z from 'zod';
import { Cause } from './cause.ts';
import { LostRequests } from './cost.ts';
import { ReviewStatus } from './vocabulary.ts';

/** How one paid session of a model went, whatever it was asked; part of every record of such a session. */
export const HeldSession = z.object({
  status: ReviewStatus,
  /** null exactly when the status is `completed`. */
  cause: Cause.nullable(),
  toolCalls: z.int().min(0),
  /** Over all sittings of the run. null when unknown. */
  costUsd: z.number().min(0).nullable(),
  lostRequests: LostRequests,
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  durationMs: z.number().min(0),
});
export type HeldSession = z.infer<typeof HeldSession>;
