import * as z from 'zod';
import { Cause } from './cause.ts';
import { HeldSession } from './held-session.ts';
import { RefusedProse, ReportProse } from './prose.ts';
import { ReviewerId } from './reviewer.ts';

/** `reconcile/consolidation.json`: what a model wrote for the report, and what of it was not taken. */
export const Consolidation = z.object({
  schemaVersion: z.literal(1),
  /** Who was asked, after those in `tried`. */
  writer: ReviewerId,
  /** Its cost is that of all who were asked, over all sittings of the run. */
  session: HeldSession,
  /** Asked before, in vain: their key, quota or model would have failed again. */
  tried: z.array(z.object({ writer: ReviewerId, cause: Cause })),
  /** Labels of findings whose texts an egress rule kept from the writer. */
  withheld: z.array(z.string()),
  /** What passed every check; what is empty is computed. */
  prose: ReportProse,
  refused: z.array(RefusedProse),
  /** Over everything that shaped it; only for a session that is not to be held again. */
  inputDigest: z.string().optional(),
});
export type Consolidation = z.infer<typeof Consolidation>;
