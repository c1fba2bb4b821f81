import { ForgeError } from '../errors.ts';
import {
  type AnsweredComment,
  answerPullRequest,
  describeAnswered,
  type LookAgainOptions,
  type LookRequest,
  type PipelineDependencies,
  type RepositoryId,
} from '../pipeline.ts';
import type { Occasion } from './read-event.ts';
import type { ActionInputs } from './read-inputs.ts';
import type { RunLog } from './run-log.ts';
import type { SkipReason } from './skip-rules.ts';

export interface AnswerOccasionInput {
  inputs: Pick<ActionInputs, 'mode' | 'post' | 'runDirectory'>;
  /** null: the step runs for no comment. */
  occasion: Occasion | null;
  number: number;
  repository: RepositoryId | null;
  workspace: string;
  /** Folder of all runs; null: `reports/` in the workspace. */
  out: string | null;
  log: RunLog;
  dependencies: PipelineDependencies;
}

export interface AnsweredOccasion {
  /** What somebody who may write to the repository asks for; null for nothing. */
  review: 'new' | 'full' | 'rerun' | 'verify' | null;
  /** With `rerun` and `verify`: the run at hand, and what of it is to be looked at again. */
  again: Pick<LookAgainOptions, 'run' | 'asked' | 'by' | 'comment'> | null;
  /** Why no review follows; null where one does. */
  skipped: SkipReason | null;
  /** Something that was to be answered was not, or may not have been. */
  isUnanswered: boolean;
}

/**
 * Answers the comment that the step runs for, as far as the step posts at all; without one, every comment of the pull
 * request. GitHub is asked whether its author may write, and its text of today counts: the event shows neither. Rejects
 * where that cannot be found out, for then nobody has asked.
 */
export async function answerOccasion(input: AnswerOccasionInput): Promise<AnsweredOccasion> {
  const { inputs, occasion, number, repository, workspace, out, log, dependencies } = input;
  const only = occasion?.comment?.id ?? null;
  const { comments, run } = await answerPullRequest(
    {
      target: { kind: 'pull-request', number, repository, server: null },
      workingDirectory: workspace,
      run: inputs.mode === 'answer' ? inputs.runDirectory : null,
      out,
      post: inputs.mode !== 'stage' && inputs.post.length > 0,
      only,
      startsReviews: only !== null,
    },
    dependencies,
  );
  for (const comment of comments) log.print(describeAnswered(comment));
  const isUnanswered = comments.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const [comment] = comments;
  if (only === null || comment === undefined)
    return {
      ...nothing,
      skipped:
        only === null
          ? { code: 'answered', message: `${comments.length} comments that ask something were looked at` }
          : { code: 'not-asked', message: 'the comment is gone, or asks nothing any more' },
      isUnanswered,
    };
  if (comment.outcome === 'unknown')
    throw new ForgeError(`nobody can tell whether ${comment.author} may ask for anything: ${comment.why}`, {
      reason: 'unreachable',
      hint: 'run the job again; the token needs contents: read and pull-requests: read',
    });
  if (!comment.mayAsk) {
    const message = `${comment.author} may ask nothing: ${comment.why}`;
    return { ...nothing, skipped: { code: 'comment-author', message }, isUnanswered: false };
  }
  const reviews = comment.answers.filter((answer) => answer.kind === 'review-starts');
  if (reviews.length > 0) {
    const review = reviews.some(({ full }) => full) ? 'full' : 'new';
    return { review, again: null, skipped: null, isUnanswered };
  }
  const asked = comment.answers.flatMap(toRequest);
  const [first] = asked;
  // A stage that runs by itself begins a review, and looks at none again.
  if (first === undefined || run === null || inputs.mode === 'stage') {
    const message = 'the comment asks for no review';
    return { ...nothing, skipped: { code: 'answered', message }, isUnanswered };
  }
  return {
    review: first.kind === 'review' ? 'rerun' : 'verify',
    again: { run, asked, by: comment.author, comment: { id: comment.id, url: comment.url } },
    skipped: null,
    isUnanswered,
  };
}

const nothing = { review: null, again: null };

function toRequest(answer: AnsweredComment['answers'][number]): LookRequest[] {
  if (answer.kind === 'rerun-starts') return [{ kind: 'review', reviewer: answer.reviewer }];
  return answer.kind === 'verify-starts' ? [{ kind: 'finding', finding: answer.finding }] : [];
}
