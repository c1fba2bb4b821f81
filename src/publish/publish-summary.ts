import type { Cause } from '../domain/cause.ts';
import type { ObjectId } from '../domain/change.ts';
import type { PublishedPart } from '../domain/publication.ts';
import type { ForgeError } from '../errors.ts';
import type {
  CommentRevision,
  OwnIdentity,
  PostedComment,
  PullRequestState,
} from '../forge/report-publisher.ts';
import { describeFailure, type Failure } from './describe-failure.ts';
import { foldDuplicates } from './fold-duplicates.ts';
import { latestVoice, pastVoices, type Voice, voicesOf } from './latest-voice.ts';
import { whyNotPost } from './may-post.ts';
import { isMarkedSummary, readSpeaker } from './own-comments.ts';
import {
  asForgeError,
  furtherTries,
  mayTryAgain,
  newPart,
  type PublishWork,
  pauseBefore,
  readState,
  sortSummaries,
  speakerOf,
  superseded,
} from './publish-work.ts';

/** Looks at what stands, each followed by at most one write. */
const mostLooks = 8;

/**
 * Keeps one summary comment: the oldest of ours. It is written only after all comments were listed, and looked at again
 * after every write, until it says what the latest run says: two runs may write at once, and the forge puts the last
 * edit on top, whoever made it. What an edit overwrote is in the comment's history, and is put back when it was later.
 */
export async function publishSummary(
  work: PublishWork,
  unplaced: readonly string[],
): Promise<{ part: PublishedPart; failure: Failure | null }> {
  const upsert = new SummaryUpsert(work, unplaced);
  for (let look = 0; look < mostLooks; look++) {
    try {
      const part = await upsert.look();
      if (part !== null) return { part, failure: null };
    } catch (error) {
      const failure = await upsert.fail(asForgeError(error));
      if (failure !== null) return { part: upsert.failed(failure), failure };
    }
  }
  return { part: upsert.unsettled(), failure: null };
}

class SummaryUpsert {
  private readonly work: PublishWork;
  private readonly unplaced: readonly string[];
  private readonly makeText: (facts: { newerHead: ObjectId | null; unplaced: readonly string[] }) => string;
  /** What this run wrote so far. */
  private written: 'created' | 'updated' | null = null;
  private url: string | null = null;
  /** The write that is under way or whose answer was lost. */
  private attempt: { what: 'created' | 'updated'; text: string; own: boolean } | null = null;
  private lost = false;
  private tries = 0;
  /** Texts that were overwritten and say more than ours. */
  private overwritten: Voice[] = [];
  private isHistoryKnown = false;
  private identity: OwnIdentity | null;
  private areOthersNamed = false;
  /** What the forge made of the text that was written last; it may change white space or signs it does not take. */
  private stored: { text: string; body: string } | null = null;
  private note: Cause | null = null;

  constructor(work: PublishWork, unplaced: readonly string[]) {
    const { summary } = work.publication;
    if (summary === null) throw new TypeError('no summary is to be posted');
    this.work = work;
    this.unplaced = unplaced;
    this.makeText = summary;
    this.identity = work.identity;
  }

  /** One look and at most one write; null: look again. */
  async look(): Promise<PublishedPart | null> {
    const { session } = this.work;
    const state = await readState(this.work);
    const refused = whyNotPost('summary', state, this.work.publication.head);
    if (refused !== null) return this.end(refused);
    const comments = await session.read((publisher, signal) => publisher.listComments(signal));
    const own: Voice = { speaker: speakerOf(this.work.publication), text: this.textFor(state) };
    if (this.identity === null) return this.lookAsStranger(comments, own.text);
    const { own: standing, foreign } = sortSummaries(comments, this.identity);
    await this.nameOthers(foreign);
    const canonical = standing[0];
    if (canonical === undefined) return this.create(own.text);
    const latest = this.latestOf(own, standing, state);
    this.url = canonical.url;
    this.confirm(standing);
    if (!this.says(canonical, latest.text)) return this.update(canonical, latest);
    if (!this.isHistoryKnown) {
      await this.readHistory(canonical);
      if (this.latestOf(own, standing, state).text !== latest.text) return null;
    }
    const folded = await foldDuplicates(this.work, standing.slice(1), 0);
    if (latest !== own)
      return newPart('summary', 'superseded', { ...superseded(this.url), minimized: folded.minimized });
    return newPart('summary', this.written ?? 'unchanged', {
      url: this.url,
      cause: folded.cause ?? this.note,
      minimized: folded.minimized,
    });
  }

  /** After an error: null to look again, else what it means. */
  async fail(error: ForgeError): Promise<Failure | null> {
    const { attempt } = this;
    if (attempt !== null) {
      this.lost ||= error.mayHaveWritten;
      const isGone = error.reason === 'not-found' && attempt.what === 'updated';
      if ((mayTryAgain(error) || isGone) && this.tries < furtherTries) {
        this.tries++;
        if (!this.lost) this.attempt = null;
        await pauseBefore(this.work, this.tries, error);
        return null;
      }
    }
    return describeFailure(error);
  }

  failed({ outcome, cause }: Failure): PublishedPart {
    if (this.lost) return newPart('summary', 'unknown', { url: this.url, cause });
    if (this.written === null) return newPart('summary', outcome, { cause });
    return newPart('summary', this.written, { url: this.url, cause: raceUnchecked(cause.message) });
  }

  unsettled(): PublishedPart {
    const message = 'other runs kept writing the same comment';
    return newPart('summary', this.written === null ? 'failed' : 'unknown', {
      url: this.url,
      cause: { code: 'unsettled', message, retryable: true },
    });
  }

  /** Who we are is not known: a comment may be made where none could be ours, and none may be edited. */
  private async lookAsStranger(
    comments: readonly PostedComment[],
    text: string,
  ): Promise<PublishedPart | null> {
    const marked = comments.filter(({ body }) => isMarkedSummary(body));
    const same = marked.find(({ body }) => isSame(body, text));
    if (same !== undefined && this.attempt !== null) {
      // Nobody else knows the text of a write whose answer was lost: whoever it is from is us.
      this.wrote('created', same.url);
      this.identity = same.author;
      return null;
    }
    if (same !== undefined) return newPart('summary', 'unchanged', { url: same.url });
    if (marked.length === 0) return this.create(text);
    const message =
      'the forge does not say whose token this is, and a comment with our marker stands there already';
    return newPart('summary', 'failed', { cause: { code: 'identity-unknown', message, retryable: false } });
  }

  private async create(text: string): Promise<null> {
    this.attempt = { what: 'created', text, own: true };
    const made = await this.work.session.write((publisher, signal) => publisher.createComment(text, signal));
    this.identity ??= made.author;
    this.stored = { text, body: made.body };
    this.wrote('created', made.url);
    this.isHistoryKnown = true;
    return null;
  }

  private async update(canonical: PostedComment, voice: Voice): Promise<null> {
    const { id, looks } = this.work.publication.run;
    const speaking = readSpeaker(voice.text)?.run;
    const own = speaking?.id === id && speaking.looks === looks;
    this.attempt = { what: 'updated', text: voice.text, own };
    this.isHistoryKnown = false;
    const edited = await this.work.session.write((publisher, signal) =>
      publisher.updateComment(canonical.id, voice.text, signal),
    );
    this.stored = { text: voice.text, body: edited.body };
    this.wrote(own ? 'updated' : null, edited.url);
    return null;
  }

  private wrote(what: 'created' | 'updated' | null, url: string): void {
    this.written ??= what;
    this.url = url;
    this.attempt = null;
    this.lost = false;
  }

  /** A write whose answer was lost came through when its text stands. */
  private confirm(standing: readonly PostedComment[]): void {
    const { attempt } = this;
    if (attempt === null) return;
    if (standing.some(({ body }) => isSame(body, attempt.text))) {
      this.wrote(attempt.own ? attempt.what : null, this.url ?? '');
      return;
    }
    // Not there: either it never came through, or another run has written over it, which its history shows.
    this.attempt = null;
    this.lost = false;
  }

  /** Where the history cannot be read, the comment is left as it is, and that is said. */
  private async readHistory(canonical: PostedComment): Promise<void> {
    this.isHistoryKnown = true;
    this.note = null;
    let revisions: CommentRevision[] = [];
    try {
      revisions = await this.work.session.read((publisher, signal) =>
        publisher.listRevisions(canonical.nodeId, signal),
      );
    } catch (error) {
      const { endsAll, cause } = describeFailure(asForgeError(error));
      if (endsAll) throw error;
      this.note = raceUnchecked(cause.message);
    }
    this.overwritten = pastVoices(revisions, canonical.author.login, this.work.session.date());
  }

  /** Who speaks last of all that is known; our own text where nobody speaks after it. */
  private latestOf(own: Voice, standing: readonly PostedComment[], state: PullRequestState): Voice {
    const standingVoices = voicesOf(standing, this.work.session.date());
    return latestVoice(own, [...standingVoices, ...this.overwritten], state.head);
  }

  private says({ body }: PostedComment, text: string): boolean {
    return isSame(body, text) || (this.stored?.text === text && isSame(body, this.stored.body));
  }

  private textFor({ head }: PullRequestState): string {
    return this.makeText({
      newerHead: head === this.work.publication.head ? null : head,
      unplaced: this.unplaced,
    });
  }

  private async nameOthers(foreign: readonly PostedComment[]): Promise<void> {
    if (foreign.length === 0 || this.areOthersNamed) return;
    this.areOthersNamed = true;
    const logins = [...new Set(foreign.map(({ author }) => author.login))].slice(0, 5).join(', ');
    const message = `comments of others carry the marker of our summary and are left alone: ${logins}`;
    await this.work.emit({ type: 'notice', level: 'warning', message });
  }

  private end(cause: Cause): PublishedPart {
    const outcome = this.lost ? 'unknown' : (this.written ?? 'skipped');
    return newPart('summary', outcome, { url: this.url, cause });
  }
}

function raceUnchecked(why: string): Cause {
  const message = `whether another run wrote at the same moment could not be seen: ${why}`;
  return { code: 'race-unchecked', message, retryable: true };
}

/** The forge may drop white space at the end. */
function isSame(a: string, b: string): boolean {
  return a.trimEnd() === b.trimEnd();
}
