import * as z from 'zod';

/** What somebody who may write to the repository decided in a comment, by the text the comment has today. */
export const CommentDecision = z.object({
  /** `I2`, in capitals: the finding's name in one report. null: not said. */
  label: z.string().nullable(),
  /** `77c0`: its stable name. null: not said. One of the two is there. */
  id: z.string().nullable(),
  action: z.enum(['accept', 'decline']),
  /** Why; never empty for a decline. */
  reason: z.string(),
  /** Login. */
  by: z.string(),
  /** UTC, ISO 8601: when the comment was written. */
  at: z.iso.datetime(),
  url: z.string(),
});
export type CommentDecision = z.infer<typeof CommentDecision>;
