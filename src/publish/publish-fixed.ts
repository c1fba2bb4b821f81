import type { Cause } from '../domain/cause.ts';
import { readFindingMarker } from '../domain/hidden-block.ts';
import { ForgeError } from '../errors.ts';
import type { OwnIdentity, PostedReviewComment } from '../forge/report-publisher.ts';
import { whyNotPost } from './may-post.ts';
import { isOwn, isSettled, oldestFirst } from './own-comments.ts';
import { asForgeError, findLaterSummary, type PublishWork, readState, superseded } from './publish-work.ts';

export interface FixedOutcome {
  /** Stable names of the findings whose comment was answered now. */
  settled: string[];
  /** Why something of it was not done; null for nothing. */
  cause: Cause | null;
}

/** Answered at most in one run, and calls left for what comes after. */
const limits = { threads: 10, callsKept: 12 };

interface OpenThread {
  finding: string;
  body: string;
  /** Ours, the oldest on the finding since it was fixed before. */
  comment: PostedReviewComment;
}

/**
 * Answers our comments beside the code on findings that are proved to be fixed, each once, and folds them away. The reply
 * is written last and carries a marker: a thread that has one is done, whatever answer was lost. What the token may not
 * do is left out and said; any other error ends it, and the next run goes on.
 */
export async function publishFixed(work: PublishWork): Promise<FixedOutcome> {
  const { publication, session, identity } = work;
  const settled: string[] = [];
  const notes = new Map<string, Cause>();
  const outcome = (cause: Cause | null) => ({ settled, cause: cause ?? [...notes.values()][0] ?? null });
  if ((publication.fixed ?? []).length === 0 || identity === null) return outcome(null);
  try {
    const open = listOpen(work, identity, await listComments(work));
    if (open.length === 0) return outcome(null);
    const state = await readState(work);
    const refused = whyNotPost('inline', state, publication.head);
    if (refused !== null) return outcome(refused);
    const later = await findLaterSummary(work, state);
    if (later !== null) return outcome(superseded(later.url).cause);
    for (const [at, thread] of open.entries()) {
      if (at >= limits.threads || session.callsLeft <= limits.callsKept)
        return outcome(leftOver(open.length - at));
      const { nodeId, id } = thread.comment;
      await optional('folded away', () =>
        session.write((publisher, signal) => publisher.minimizeComment(nodeId, 'RESOLVED', signal)),
      );
      if (publication.resolveThreads === true)
        await optional('resolved', () =>
          session.write((publisher, signal) => publisher.resolveThread(id, signal)),
        );
      await reply(work, identity, thread);
      settled.push(thread.finding);
    }
    return outcome(null);
  } catch (error) {
    const { message } = asForgeError(error);
    const said = `not every comment on what is fixed could be answered: ${message}`;
    return outcome({ code: 'fixed-unanswered', message: said, retryable: true });
  }

  /** A token that may not do this may still answer. */
  async function optional(what: string, write: () => Promise<void>): Promise<void> {
    if (notes.has(what)) return;
    try {
      await write();
    } catch (error) {
      if (!(error instanceof ForgeError) || error.reason !== 'forbidden') throw error;
      const needs = error.neededPermissions === null ? '' : `; the token needs ${error.neededPermissions}`;
      const message = `comments on what is fixed could not be ${what}: ${error.message}${needs}`;
      notes.set(what, { code: 'missing-permission', message, retryable: false });
    }
  }
}

/** A reply whose own answer was lost is looked for before it is called failed. */
async function reply(work: PublishWork, identity: OwnIdentity, thread: OpenThread): Promise<void> {
  const { comment, body, finding } = thread;
  try {
    await work.session.write((publisher, signal) => publisher.replyInThread(comment.id, body, signal));
  } catch (error) {
    if (!(error instanceof ForgeError) || !error.mayHaveWritten) throw error;
    const open = listOpen(work, identity, await listComments(work));
    if (open.some((one) => one.finding === finding)) throw error;
  }
}

function listComments({ session }: PublishWork): Promise<PostedReviewComment[]> {
  return session.read((publisher, signal) => publisher.listReviewComments(signal));
}

/** Our threads on what is fixed that have no reply of ours which says so. */
function listOpen(
  { publication }: PublishWork,
  identity: OwnIdentity,
  comments: readonly PostedReviewComment[],
): OpenThread[] {
  const own = oldestFirst(comments.filter((comment) => isOwn(comment, identity)));
  return (publication.fixed ?? []).flatMap(({ finding, body }) => {
    const comment = own.find(
      (one) => one.inReplyTo === null && readFindingMarker(one.body) === finding && !isSettled(one, own),
    );
    return comment === undefined ? [] : [{ finding, body, comment }];
  });
}

function leftOver(count: number): Cause {
  const message = `${count} further ${count === 1 ? 'comment' : 'comments'} on what is fixed: the next run answers them`;
  return { code: 'call-limit', message, retryable: true };
}
