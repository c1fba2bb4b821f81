import * as z from 'zod';

/** Why something did not come to its end, as data that survives being written to disk. */
export const Cause = z.object({
  /** Stable, kebab-case: `no-key`, `nothing-to-review`, `quota`, `timed-out`, … */
  code: z.string(),
  message: z.string(),
  /** Whether the same call may succeed later without anything being changed. */
  retryable: z.boolean(),
});
export type Cause = z.infer<typeof Cause>;
