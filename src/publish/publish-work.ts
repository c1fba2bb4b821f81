import type { Cause } from '../domain/cause.ts';
import type { Emit } from '../domain/event.ts';
import { canHaveSpoken } from '../domain/hidden-block.ts';
import type { Publication, PublishedPart } from '../domain/publication.ts';
import { ForgeError } from '../errors.ts';
import type { OwnIdentity, PostedComment, PullRequestState } from '../forge/report-publisher.ts';
import { isMarkedSummary, isOwn, oldestFirst, readSpeaker } from './own-comments.ts';
import type { PublishSession } from './publish-session.ts';
import { compareSpeakers, type Speaker } from './speaking-order.ts';

/** What every part of a posting works with. */
export interface PublishWork {
  session: PublishSession;
  publication: Publication;
  /** null: the forge does not say who we are; then nothing that stands is edited. */
  identity: OwnIdentity | null;
  emit: Emit;
}

/** Further tries after one whose answer was lost or that the forge could not take. */
export const furtherTries = 2;

/** Summaries as they stand: ours the oldest first, and those of others that carry our marker. */
export interface StandingSummaries {
  own: PostedComment[];
  foreign: PostedComment[];
}

export function sortSummaries(
  comments: readonly PostedComment[],
  identity: OwnIdentity | null,
): StandingSummaries {
  const marked = oldestFirst(comments.filter(({ body }) => isMarkedSummary(body)));
  const own = identity === null ? [] : marked.filter((comment) => isOwn(comment, identity));
  return { own, foreign: marked.filter((comment) => !own.includes(comment)) };
}

export function speakerOf({ run, head }: Publication): Speaker {
  return { run, head };
}

/** The summary of a run that speaks after this one; null: none stands. */
export async function findLaterSummary(
  work: PublishWork,
  state: PullRequestState,
): Promise<PostedComment | null> {
  const comments = await work.session.read((publisher, signal) => publisher.listComments(signal));
  const self = speakerOf(work.publication);
  const later = sortSummaries(comments, work.identity).own.filter(({ body }) => {
    const speaker = readSpeaker(body);
    return (
      speaker !== null &&
      canHaveSpoken(speaker.run, work.session.date()) &&
      compareSpeakers(speaker, self, state.head) > 0
    );
  });
  return later[0] ?? null;
}

export function readState(work: PublishWork): Promise<PullRequestState> {
  return work.session.read((publisher, signal) => publisher.readState(signal));
}

/** An error of the forge as such; everything else is no answer of it, and goes on its way. */
export function asForgeError(error: unknown): ForgeError {
  if (error instanceof ForgeError) return error;
  throw error;
}

/** Longest wait that a forge may ask for before the same write, in milliseconds. */
const longestWaitMs = 120_000;
/** A wait that a person would wonder about. */
const worthSayingMs = 10_000;

/** Whether the same write may be tried once more, after looking whether it came through. */
export function mayTryAgain(error: ForgeError): boolean {
  return error.mayHaveWritten || error.reason === 'unreachable' || shortLimit(error) !== null;
}

/** Before a further try: longer after each, and as long as the forge asks for. */
export async function pauseBefore(
  { session, emit }: PublishWork,
  tries: number,
  error: ForgeError,
): Promise<void> {
  const asked = shortLimit(error) ?? 0;
  if (asked >= worthSayingMs) {
    const message = `${error.message}; tried again in ${Math.ceil(asked / 1_000)} s`;
    await emit({ type: 'notice', level: 'info', message });
  }
  await session.pause(tries, asked);
}

/** How long a forge that was asked too much at once wants to be left alone; null for every other error, and for too long. */
function shortLimit({ reason, retryAfterMs }: ForgeError): number | null {
  const isShort = reason === 'rate-limit' && retryAfterMs !== null && retryAfterMs <= longestWaitMs;
  return isShort ? retryAfterMs : null;
}

export function newPart(
  part: PublishedPart['part'],
  outcome: PublishedPart['outcome'],
  more: Partial<PublishedPart> = {},
): PublishedPart {
  return { part, outcome, url: null, cause: null, posted: [], unplaced: [], minimized: 0, ...more };
}

export function superseded(by: string | null): { cause: Cause; url: string | null } {
  const cause = { code: 'superseded', message: 'a later run has spoken', retryable: false };
  return { cause, url: by };
}
