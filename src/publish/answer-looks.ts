import type { CommentAnswer } from '../domain/comment-answer.ts';
import { outcomeMarker } from '../domain/hidden-block.ts';
import { ForgeError } from '../errors.ts';
import type { CommentAnswerer } from '../forge/comment-answerer.ts';
import { replyOnce } from './reply-once.ts';

/** What is to be said to one comment that asked to look again. */
export interface LookAnswers {
  comment: number;
  answers: readonly CommentAnswer[];
}

/**
 * Says to comments what came of what they asked for, each once: a reply of ours stands there with a marker. Gives why
 * something could not be said; the same call tries again. A comment that is gone is answered no more.
 */
export async function answerLooks(
  looks: readonly LookAnswers[],
  { forge, writeText }: { forge: CommentAnswerer; writeText(answers: readonly CommentAnswer[]): string },
): Promise<string[]> {
  try {
    const [own, state, comments] = [
      await forge.whoAmI(),
      await forge.readState(),
      await forge.listComments(),
    ];
    if (own === null) return ['it is not known who writes, so that no reply could be known again'];
    if (state.locked) return ['the conversation of the pull request is locked'];
    for (const { comment: id, answers } of looks) {
      const comment = comments.find((one) => one.id === id && one.place === 'conversation');
      if (comment === undefined) continue;
      const marker = outcomeMarker(id);
      await replyOnce(forge, { comment, comments, marker, text: writeText(answers), own });
    }
    return [];
  } catch (cause) {
    if (!(cause instanceof ForgeError)) throw cause;
    return [cause.message];
  }
}
