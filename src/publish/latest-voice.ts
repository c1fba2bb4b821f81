import type { ObjectId } from '../domain/change.ts';
import { canHaveSpoken } from '../domain/hidden-block.ts';
import type { CommentRevision, PostedComment } from '../forge/report-publisher.ts';
import { isMarkedSummary, readSpeaker } from './own-comments.ts';
import { compareSpeakers, type Speaker } from './speaking-order.ts';

/** A text that a summary has or had, and the run that says it. */
export interface Voice {
  speaker: Speaker;
  text: string;
}

/** What comments of ours say; one whose hidden block cannot be read, or cannot be true, says nothing that counts. */
export function voicesOf(own: readonly PostedComment[], now: Date): Voice[] {
  return own.flatMap(({ body }) => readVoice(body, now));
}

/** What a comment of ours has said. Texts that somebody else wrote into it do not count, and those of nobody known do. */
export function pastVoices(revisions: readonly CommentRevision[], author: string, now: Date): Voice[] {
  const account = accountOf(author);
  return revisions.flatMap(({ body, editor }) =>
    body === null || !isMarkedSummary(body) || (editor !== null && accountOf(editor) !== account)
      ? []
      : readVoice(body, now),
  );
}

/** Who speaks last; `own` where nobody speaks after it. */
export function latestVoice(own: Voice, others: readonly Voice[], today: ObjectId): Voice {
  return others.reduce(
    (latest, voice) => (compareSpeakers(voice.speaker, latest.speaker, today) > 0 ? voice : latest),
    own,
  );
}

function readVoice(text: string, now: Date): Voice[] {
  const speaker = readSpeaker(text);
  return speaker === null || !canHaveSpoken(speaker.run, now) ? [] : [{ speaker, text }];
}

/** One account has two logins: `github-actions[bot]` where comments are listed, `github-actions` in their history. */
function accountOf(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, '');
}
