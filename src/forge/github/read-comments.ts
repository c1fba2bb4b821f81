import type { HumanComment } from '../../domain/change.ts';
import {
  canHaveSpoken,
  type HiddenBlock,
  readFindingMarker,
  readHiddenBlock,
  reviewMarker,
  summaryMarker,
} from '../../domain/hidden-block.ts';
import { type ReadDecisions, readCommands, toCommentDecisions } from '../read-commands.ts';
import { createCommandLookups } from './command-lookups.ts';
import { ConversationCommentAnswer, LineCommentAnswer, ReviewAnswer } from './pull-request-answers.ts';
import type { PullRequestPlace } from './pull-request-place.ts';
import { readThreads, type ThreadStates } from './read-threads.ts';
import { SpokenAnswer } from './spoken-answers.ts';

export interface ReadComments {
  comments: HumanComment[] | null;
  /** What was decided in them; null when that is not known. */
  decided: ReadDecisions | null;
  /** Blocks of the summaries that the account in use wrote. */
  remembered: HiddenBlock[];
}

/**
 * What people said: the conversation by time, with what reviews say as a whole, then threads in the diff one after the
 * other. Without what programs wrote, and what this one did: of its summaries the blocks that they remember a review by.
 * Null where a part of it is not known.
 */
export async function readComments(place: PullRequestPlace): Promise<ReadComments> {
  const [states, written] = await Promise.all([
    place.client.token === null
      ? null
      : place.optional('which review threads are resolved', () => readThreads(place)),
    place.optional('comments', () => readWritten(place)),
  ]);
  if (written === null) return { comments: null, decided: null, remembered: [] };
  const isHuman = (comment: Written) => comment.user?.type !== 'Bot' && !isOurs(comment, states);
  const conversation = [...written.conversation, ...written.reviews]
    .filter((comment) => isHuman(comment) && textOf(comment) !== '')
    .toSorted((a, b) => compare(timeOf(a), timeOf(b)))
    .map((comment) => ({ ...wordsOf(comment), path: null, line: null, resolved: null }));
  const roots = new Map(written.lines.map((comment) => [comment.id, timeOf(comment)]));
  const rootOf = ({ id, in_reply_to_id }: LineCommentAnswer) => in_reply_to_id ?? id;
  const threads = written.lines
    .filter((comment) => isHuman(comment) && textOf(comment) !== '')
    .toSorted(
      (a, b) =>
        compare(roots.get(rootOf(a)) ?? '', roots.get(rootOf(b)) ?? '') ||
        rootOf(a) - rootOf(b) ||
        compare(timeOf(a), timeOf(b)) ||
        a.id - b.id,
    )
    .map((comment) => {
      const state = states?.threads.get(rootOf(comment)) ?? null;
      return {
        ...wordsOf(comment),
        path: comment.path,
        line: comment.line ?? comment.original_line ?? null,
        resolved: state?.resolved ?? null,
        ...(state === null ? {} : { outdated: state.outdated }),
      };
    });
  const remembered = written.conversation.flatMap((comment) => {
    const isSummary = isOurs(comment, states) && textOf(comment).startsWith(summaryMarker);
    const block = isSummary ? readHiddenBlock(textOf(comment)) : null;
    const storedAt = new Date(comment.updated_at ?? comment.created_at);
    return block === null || !canHaveSpoken(block.run, storedAt) ? [] : [block];
  });
  const decided = await place.optional('what was decided in comments', () => readDecided(place, written));
  return { comments: [...conversation, ...threads], decided, remembered };
}

async function readDecided(
  place: PullRequestPlace,
  { conversation, lines }: Awaited<ReturnType<typeof readWritten>>,
): Promise<ReadDecisions> {
  const comments = [
    ...conversation.map(({ spoken }) => ({ ...spoken, place: 'conversation' as const })),
    ...lines.map(({ spoken }) => ({ ...spoken, place: 'line' as const })),
  ];
  return toCommentDecisions(await readCommands(comments, createCommandLookups(place, place.signal)));
}

async function readWritten({ client, repository, number, signal }: PullRequestPlace) {
  const parameters = { owner: repository.owner, repo: repository.name };
  const purpose = `read the comments of pull request ${number}`;
  const [conversation, reviews, lines] = await Promise.all([
    client.list(
      {
        purpose,
        route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
        parameters: { ...parameters, issue_number: number },
        schema: ConversationCommentAnswer.and(SpokenAnswer),
      },
      signal,
    ),
    client.list(
      {
        purpose,
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
        parameters: { ...parameters, pull_number: number },
        schema: ReviewAnswer,
      },
      signal,
    ),
    client.list(
      {
        purpose,
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
        parameters: { ...parameters, pull_number: number },
        schema: LineCommentAnswer.and(SpokenAnswer),
      },
      signal,
    ),
  ]);
  return { conversation, reviews, lines };
}

interface Written {
  body?: string | null | undefined;
  user?: { login: string; type?: string | null | undefined } | null | undefined;
  html_url: string;
  created_at?: string;
  submitted_at?: string | null | undefined;
}

/** With a marker of ours, by whoever asks: a marker alone anybody can write. */
function isOurs(comment: Written, states: ThreadStates | null): boolean {
  const text = textOf(comment);
  const isMarked =
    text.includes(summaryMarker) || text.includes(reviewMarker) || readFindingMarker(text) !== null;
  return isMarked && states !== null && comment.user?.login.toLowerCase() === states.viewer.toLowerCase();
}

function wordsOf(comment: Written): Pick<HumanComment, 'author' | 'text' | 'url'> {
  return { author: comment.user?.login ?? 'ghost', text: textOf(comment), url: comment.html_url };
}

function textOf({ body }: Written): string {
  return body?.trim() ?? '';
}

function timeOf({ created_at, submitted_at }: Written): string {
  return created_at ?? submitted_at ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
