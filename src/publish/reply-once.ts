import { ForgeError } from '../errors.ts';
import type { CommentAnswerer } from '../forge/comment-answerer.ts';
import type { OwnIdentity } from '../forge/report-publisher.ts';
import type { SpokenComment } from '../forge/spoken-comment.ts';
import { isOwn } from './own-comments.ts';

export interface ReplyOnceInput {
  /** What is answered. */
  comment: SpokenComment;
  /** All that stand on the pull request. */
  comments: readonly SpokenComment[];
  /** First in the reply, and in no other. */
  marker: string;
  /** Markdown behind it. */
  text: string;
  own: OwnIdentity;
}

/**
 * Replies to a comment unless a reply of ours with the same marker stands there. One whose own answer was lost is looked for
 * before it is called failed. Resolves to whether something was written now.
 */
export async function replyOnce(
  forge: Pick<CommentAnswerer, 'reply' | 'listComments'>,
  { comment, comments, marker, text, own }: ReplyOnceInput,
): Promise<boolean> {
  const isReplied = (all: readonly SpokenComment[]) =>
    all.some((one) => isOwn(one, own) && one.body.startsWith(marker));
  if (isReplied(comments)) return false;
  try {
    await forge.reply(comment, `${marker}\n${text}`);
  } catch (cause) {
    if (!(cause instanceof ForgeError) || !cause.mayHaveWritten) throw cause;
    if (!isReplied(await forge.listComments())) throw cause;
  }
  return true;
}
