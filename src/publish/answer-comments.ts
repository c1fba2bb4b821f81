import { type CommentAnswer, isDone } from '../domain/comment-answer.ts';
import { answerMarker } from '../domain/hidden-block.ts';
import { ForgeError } from '../errors.ts';
import type { CommentAnswerer } from '../forge/comment-answerer.ts';
import { type CommentCommands, readCommands } from '../forge/read-commands.ts';
import type { OwnIdentity } from '../forge/report-publisher.ts';
import type { SpokenComment } from '../forge/spoken-comment.ts';
import { planAnswer, type ReportAtHand } from './plan-answer.ts';
import { replyOnce } from './reply-once.ts';

export interface AnswerCommentsInput {
  report: ReportAtHand | null;
  /** false: nothing is written, and what would be is told. */
  post: boolean;
  /** The one comment of the conversation that is answered; null or absent: all of them, and those beside the code. */
  only?: number | null;
  /** Whoever calls starts the reviews that comments ask for. Absent: nobody does, and they are told so. */
  startsReviews?: boolean;
}

export interface AnswerDependencies {
  forge: CommentAnswerer;
  /** Markdown of what is said, without anything that begins a command. */
  writeText(answers: readonly CommentAnswer[]): string;
  signal: AbortSignal;
}

/** What became of a comment that asks something. */
export interface AnsweredComment {
  id: number;
  url: string;
  author: string;
  /** Proved: its author may write to the repository, and nobody else edited it. */
  mayAsk: boolean;
  /**
   * `answered` before counts as `before`. `refused`: its author may not ask, and is told by a reaction. `unknown` and
   * `failed`: nothing was written that is known of; the next call tries again.
   */
  outcome: 'answered' | 'before' | 'would-answer' | 'refused' | 'unknown' | 'failed' | 'left';
  answers: CommentAnswer[];
  /** Why nothing was done; null where something was. */
  why: string | null;
}

/** Most comments that one call answers: each takes three writes, a second apart. */
export const mostAnswers = 15;

/**
 * Answers the comments of a pull request that ask something, each once: our reaction is the mark that it was, and our
 * reply carries a marker of its own, so that neither is repeated after an answer of the forge was lost. Nothing that a
 * comment decides is settled here: the next round reads it anew.
 */
export async function answerComments(
  input: AnswerCommentsInput,
  { forge, writeText, signal }: AnswerDependencies,
): Promise<AnsweredComment[]> {
  const [own, state, comments] = [await forge.whoAmI(), await forge.readState(), await forge.listComments()];
  const { only = null, startsReviews = false } = input;
  const isMeant = ({ id, place }: SpokenComment) =>
    only === null || (id === only && place === 'conversation');
  const asked = await readCommands(comments.filter(isMeant), forge);
  const closed = input.post ? whyClosed(own, state) : null;
  const told: AnsweredComment[] = [];
  let written = 0;
  for (const one of asked) {
    signal.throwIfAborted();
    const answered = await answerOne(one);
    if (answered.outcome === 'answered' || answered.outcome === 'refused') written += 1;
    told.push(answered);
  }
  return told;

  async function answerOne({ comment, commands, standing }: CommentCommands): Promise<AnsweredComment> {
    // Whoever starts a review for a comment starts nothing else for it.
    const asksReview = commands.some(({ kind }) => kind === 'review');
    const answers = commands.map((command) =>
      planAnswer(command, {
        ...{
          comment: comment.id,
          at: comment.createdAt,
          report: input.report,
          startsReviews: startsReviews && (command.kind === 'review' || !asksReview),
          head: state.head,
        },
      }),
    );
    const mayAsk = standing.outcome === 'trusted';
    const base = {
      id: comment.id,
      url: comment.url,
      author: comment.author.login,
      mayAsk,
      answers,
      why: null,
    };
    if (standing.outcome === 'unknown') return { ...base, outcome: 'unknown', why: standing.why };
    const refusal = standing.outcome === 'refused' ? refusals[standing.reason] : null;
    if (!input.post)
      return refusal === null
        ? { ...base, outcome: 'would-answer' }
        : { ...base, outcome: 'refused', why: refusal };
    if (closed !== null || own === null) return { ...base, outcome: 'left', why: refusal ?? closed };
    if (written >= mostAnswers)
      return { ...base, outcome: 'left', why: `one call answers ${mostAnswers} comments at most` };
    try {
      const reactions = await forge.listReactions(comment);
      const ours = reactions.filter(({ author }) => isSameAccount(author, own)).map(({ content }) => content);
      if (ours.includes('+1') || ours.includes('confused')) return { ...base, outcome: 'before' };
      if (refusal !== null) {
        await forge.react(comment, 'confused');
        return { ...base, outcome: 'refused', why: refusal };
      }
      await forge.react(comment, 'eyes');
      const marker = answerMarker(comment.id);
      await replyOnce(forge, { comment, comments, marker, text: writeText(answers), own });
      await forge.react(comment, answers.every(isDone) ? '+1' : 'confused');
      return { ...base, outcome: 'answered' };
    } catch (cause) {
      if (!(cause instanceof ForgeError) || cause.reason === 'unauthorized') throw cause;
      return { ...base, outcome: 'failed', why: cause.message };
    }
  }
}

const refusals = {
  'no-permission': 'its author may not write to the repository',
  'edited-by-another': 'somebody else edited it',
};

function whyClosed(own: OwnIdentity | null, state: Awaited<ReturnType<CommentAnswerer['readState']>>) {
  if (own === null) return 'it is not known who writes, so that no answer could be known again';
  if (state.locked) return 'the conversation of the pull request is locked';
  return state.state === 'open' ? null : `the pull request is ${state.state}`;
}

function isSameAccount(one: { login: string; id: number | null }, own: OwnIdentity): boolean {
  return one.id !== null && own.id !== null
    ? one.id === own.id
    : one.login.toLowerCase() === own.login.toLowerCase();
}
