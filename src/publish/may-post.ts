import type { Cause } from '../domain/cause.ts';
import type { ObjectId } from '../domain/change.ts';
import type { PostTarget } from '../domain/publication.ts';
import type { PullRequestState } from '../forge/report-publisher.ts';

/** Why a part may not be posted to a pull request as it is now; null: it may. pull-request-states.md has all cases. */
export function whyNotPost(part: PostTarget, state: PullRequestState, reviewed: ObjectId): Cause | null {
  if (state.state !== 'open')
    return cause(state.state, `the pull request is ${state.state}: nothing is written to it any more`);
  if (state.locked && part !== 'check')
    return cause('locked', 'the conversation of the pull request is locked');
  if (part === 'inline' && state.head !== reviewed)
    return cause(
      'head-moved',
      `the head has moved from ${reviewed.slice(0, 12)} to ${state.head.slice(0, 12)}: the lines may be others now`,
    );
  return null;
}

function cause(code: string, message: string): Cause {
  return { code, message, retryable: false };
}
