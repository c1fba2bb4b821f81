import { fixedMarker, readFindingMarker, readHiddenBlock, summaryMarker } from '../domain/hidden-block.ts';
import type { OwnIdentity, PostedComment, PostedReviewComment } from '../forge/report-publisher.ts';
import type { Speaker } from './speaking-order.ts';

/** Whether a comment is from the account and, where both are known, from the app that writes now. */
export function isOwn(comment: PostedComment, own: OwnIdentity): boolean {
  const { author, appId } = comment;
  const sameAuthor =
    author.id !== null && own.id !== null
      ? author.id === own.id
      : author.login.toLowerCase() === own.login.toLowerCase();
  const ownApp = own.appId ?? null;
  return sameAuthor && (appId === null || ownApp === null || appId === ownApp);
}

/**
 * Whether a text says that it is a summary of ours: our marker is its first line. Further down it may be what a comment
 * of the same account quotes, such as the output of another job, which a pull request can put there.
 */
export function isMarkedSummary(body: string): boolean {
  const [first = ''] = body.trimStart().split('\n', 1);
  return first.trimEnd() === summaryMarker;
}

/** The oldest first: of comments that say the same, it stays. */
export function oldestFirst<T extends PostedComment>(comments: readonly T[]): T[] {
  return [...comments].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.id - b.id);
}

/**
 * Whether our comment beside the code was settled: a later reply of ours says that its finding is fixed. When it is raised
 * again, that comment says nothing of it any more. `own`: all of ours.
 */
export function isSettled(comment: PostedReviewComment, own: readonly PostedReviewComment[]): boolean {
  const finding = readFindingMarker(comment.body);
  if (finding === null) return false;
  const said = own.filter((one) => one.inReplyTo !== null && one.body.startsWith(fixedMarker(finding)));
  return said.some((one) => oldestFirst([one, comment])[0] === comment);
}

/** The run that wrote a summary; null where its hidden block cannot be read. */
export function readSpeaker(body: string): Speaker | null {
  const block = readHiddenBlock(body);
  return block === null ? null : { run: block.run, head: block.head };
}
