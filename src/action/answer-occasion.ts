import { join } from 'node:path';
import { ForgeError } from '../errors.ts';
import { answerPullRequest, type PipelineDependencies, type RepositoryId, visibleLine } from '../pipeline.ts';
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
  log: RunLog;
  dependencies: PipelineDependencies;
}

export interface AnsweredOccasion {
  /** The review that somebody who may write to the repository asks for; null for none. */
  review: 'new' | 'full' | null;
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
  const { inputs, occasion, number, repository, workspace, log, dependencies } = input;
  const only = occasion?.comment?.id ?? null;
  const temporary = dependencies.environment.variable('RUNNER_TEMP');
  const { comments } = await answerPullRequest(
    {
      target: { kind: 'pull-request', number, repository, server: null },
      workingDirectory: workspace,
      run: inputs.mode === 'answer' ? inputs.runDirectory : null,
      out: temporary === null ? null : join(temporary, 'deep-review'),
      post: inputs.mode !== 'stage' && inputs.post.length > 0,
      only,
      startsReviews: only !== null,
    },
    dependencies,
  );
  for (const { url, author, outcome, answers, why } of comments) {
    const what = answers.map(({ kind }) => kind).join(', ');
    log.print(visibleLine(`${outcome}: ${url} by ${author}: ${what}${why === null ? '' : ` (${why})`}`));
  }
  const isUnanswered = comments.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const [comment] = comments;
  if (only === null || comment === undefined)
    return {
      review: null,
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
    return { review: null, skipped: { code: 'comment-author', message }, isUnanswered: false };
  }
  const asked = comment.answers.filter((answer) => answer.kind === 'review-starts');
  if (asked.length > 0)
    return { review: asked.some(({ full }) => full) ? 'full' : 'new', skipped: null, isUnanswered };
  const message = 'the comment asks for no review';
  return { review: null, skipped: { code: 'answered', message }, isUnanswered };
}
