import * as z from 'zod';
import type { SpokenComment } from '../spoken-comment.ts';
import { CommentAnswer } from './posted-answers.ts';

/** A comment of the conversation or beside the code, with what tells whether it may ask something. */
export const SpokenAnswer = z
  .object({
    user: z.looseObject({ type: z.string().nullish() }).nullish(),
    in_reply_to_id: z.int().nullish(),
  })
  .loose()
  .transform((answer, context): { spoken: Omit<SpokenComment, 'place'> } => {
    const posted = CommentAnswer.safeParse(answer);
    if (posted.success)
      return {
        spoken: {
          ...posted.data,
          inReplyTo: answer.in_reply_to_id ?? null,
          isBot: answer.user?.type === 'Bot',
        },
      };
    for (const { message, path } of posted.error.issues)
      context.addIssue({ code: 'custom', message, path: path.map(String) });
    return z.NEVER;
  });

/** What an account may do in the repository; `maintain` is told as `write`, `triage` as `read`. */
export const PermissionAnswer = z.object({ permission: z.enum(['admin', 'write', 'read', 'none']) });
