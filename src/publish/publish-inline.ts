import type { Cause } from '../domain/cause.ts';
import { readFindingMarker } from '../domain/hidden-block.ts';
import type { InlineComment, PublishedPart } from '../domain/publication.ts';
import type { ForgeError } from '../errors.ts';
import type { PostedReviewComment } from '../forge/report-publisher.ts';
import { describeFailure, type Failure } from './describe-failure.ts';
import { foldDuplicates } from './fold-duplicates.ts';
import { whyNotPost } from './may-post.ts';
import { isOwn, isSettled, oldestFirst } from './own-comments.ts';
import {
  asForgeError,
  findLaterSummary,
  furtherTries,
  mayTryAgain,
  newPart,
  type PublishWork,
  pauseBefore,
  readState,
  superseded,
} from './publish-work.ts';

/** Reviews that one run tries to post, and calls it leaves for what comes after. */
const limits = { reviews: 30, callsKept: 12 };

export interface InlineOutcome {
  part: PublishedPart;
  failure: Failure | null;
}

/**
 * Posts findings beside the code: one review with all that do not stand yet. The forge takes all comments of a review or
 * none; one that it refuses is divided until the comments it will not take are found. Of two comments on one finding, as
 * two runs at once may leave them, the older stays and the other is folded away. `before`: findings that an earlier try
 * of this run has posted; one that somebody has deleted since is not posted again.
 */
export async function publishInline(work: PublishWork, before: ReadonlySet<string>): Promise<InlineOutcome> {
  const { inline } = work.publication;
  if (inline === null) throw new TypeError('nothing is to be posted inline');
  const posting = new InlinePosting(work, inline, before);
  try {
    await posting.run();
  } catch (error) {
    posting.fail(asForgeError(error));
  }
  return posting.outcome();
}

class InlinePosting {
  private readonly work: PublishWork;
  private readonly inline: { comments: readonly InlineComment[]; reviewBody: string };
  private readonly before: ReadonlySet<string>;
  /** Ours as they stand, by finding, the oldest first. */
  private standing = new Map<string, PostedReviewComment[]>();
  /** Those whose comments say nothing of them any more, though this run may have posted them. */
  private answered = new Set<string>();
  /** Comments of which nobody can tell whether they are ours, by finding. */
  private readonly doubtful = new Set<string>();
  private readonly placed = new Set<string>();
  private readonly unplaced = new Set<string>();
  private reviews = 0;
  private tries = 0;
  private isLost = false;
  private hasWritten = false;
  private minimized = 0;
  private url: string | null = null;
  private end: { outcome: PublishedPart['outcome']; cause: Cause } | null = null;
  private note: Cause | null = null;
  private failure: Failure | null = null;

  constructor(
    work: PublishWork,
    inline: { comments: readonly InlineComment[]; reviewBody: string },
    before: ReadonlySet<string>,
  ) {
    this.work = work;
    this.inline = inline;
    this.before = before;
  }

  async run(): Promise<void> {
    if (this.inline.comments.length === 0) return;
    await this.look();
    const state = await readState(this.work);
    const refused = whyNotPost('inline', state, this.work.publication.head);
    if (refused !== null) this.end = { outcome: 'skipped', cause: refused };
    if (refused !== null && refused.code !== 'head-moved') return;
    const later = await findLaterSummary(this.work, state);
    if (later !== null) this.end = { outcome: 'superseded', cause: superseded(later.url).cause };
    // Nothing more is posted; what an earlier try of this run has doubled is folded away all the same.
    if (this.end !== null) return this.foldOwnDuplicates();
    const queue = [this.inline.comments.filter(({ finding }) => !this.isSettled(finding))];
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const left = batch.filter(({ finding }) => !this.isSettled(finding));
      if (left.length > 0 && !(await this.tryBatch(left, queue))) return;
    }
    if (this.reviews > 0) await this.look();
    await this.foldOwnDuplicates();
  }

  fail(error: ForgeError): void {
    this.failure = describeFailure(error);
    this.end = this.isLost
      ? { outcome: 'unknown', cause: this.failure.cause }
      : { outcome: this.failure.outcome, cause: this.failure.cause };
  }

  outcome(): InlineOutcome {
    const part = newPart('inline', this.end?.outcome ?? this.reached(), {
      url: this.url ?? [...this.standing.values()][0]?.[0]?.url ?? null,
      cause: this.end?.cause ?? this.note ?? this.doubt(),
      posted: this.namesIn((finding) => this.stands(finding)),
      unplaced: this.namesIn((finding) => this.unplaced.has(finding)),
      minimized: this.minimized,
    });
    return { part, failure: this.failure };
  }

  private reached(): PublishedPart['outcome'] {
    if (this.hasWritten) return 'created';
    return this.unplaced.size > 0 && this.placed.size === 0 ? 'skipped' : 'unchanged';
  }

  /** false: nothing more can be tried. */
  private async tryBatch(batch: InlineComment[], queue: InlineComment[][]): Promise<boolean> {
    if (this.reviews >= limits.reviews || this.work.session.callsLeft <= limits.callsKept) {
      const message = `${this.reviews} reviews were tried; the rest is in the summary only`;
      this.end = { outcome: 'failed', cause: { code: 'call-limit', message, retryable: true } };
      return false;
    }
    if (this.reviews > 0) {
      const refused = whyNotPost('inline', await readState(this.work), this.work.publication.head);
      if (refused !== null) {
        this.end = { outcome: this.hasWritten ? 'created' : 'skipped', cause: refused };
        return false;
      }
    }
    try {
      await this.post(batch);
    } catch (error) {
      await this.recover(asForgeError(error), batch, queue);
    }
    return true;
  }

  private async post(batch: readonly InlineComment[]): Promise<void> {
    const { publication, session } = this.work;
    const review = { commit: publication.head, body: this.inline.reviewBody, comments: batch };
    this.reviews++;
    const { url } = await session.write((publisher, signal) => publisher.createReview(review, signal));
    this.hasWritten = true;
    this.url ??= url;
    for (const { finding } of batch) this.placed.add(finding);
  }

  private async recover(error: ForgeError, batch: InlineComment[], queue: InlineComment[][]): Promise<void> {
    if (error.reason === 'invalid' && !error.mayHaveWritten) {
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) this.unplaced.add(only.finding);
      else {
        const half = Math.ceil(batch.length / 2);
        queue.unshift(batch.slice(0, half), batch.slice(half));
      }
      return;
    }
    this.isLost = error.mayHaveWritten;
    const isLast = !mayTryAgain(error) || this.tries >= furtherTries;
    this.tries++;
    if (isLast && !error.mayHaveWritten) throw error;
    await pauseBefore(this.work, Math.min(this.tries, furtherTries), error);
    if (error.mayHaveWritten) await this.lookAfterLoss(batch);
    if (batch.every(({ finding }) => this.isSettled(finding))) return;
    if (isLast) throw error;
    queue.unshift(batch);
  }

  /** A review whose answer was lost stands whole or not at all. */
  private async lookAfterLoss(batch: readonly InlineComment[]): Promise<void> {
    await this.look();
    this.isLost = false;
    const [first] = batch;
    const found = first === undefined ? undefined : this.standing.get(first.finding)?.[0];
    const came = batch.filter(({ finding }) => this.standing.has(finding) || this.doubtful.has(finding));
    for (const { finding } of came) this.placed.add(finding);
    if (came.length > 0) this.hasWritten = true;
    this.url ??= found?.url ?? null;
  }

  private async look(): Promise<void> {
    const { session, identity } = this.work;
    const comments = await session.read((publisher, signal) => publisher.listReviewComments(signal));
    const wanted = new Set(this.inline.comments.map(({ finding }) => finding));
    const own = identity === null ? [] : comments.filter((comment) => isOwn(comment, identity));
    this.standing = new Map();
    this.answered = new Set();
    for (const comment of oldestFirst(comments)) {
      const finding = readFindingMarker(comment.body);
      if (finding === null || comment.inReplyTo !== null || !wanted.has(finding)) continue;
      if (identity === null) this.doubtful.add(finding);
      else if (!isOwn(comment, identity)) continue;
      else if (isSettled(comment, own)) this.answered.add(finding);
      else this.standing.set(finding, [...(this.standing.get(finding) ?? []), comment]);
    }
  }

  private async foldOwnDuplicates(): Promise<void> {
    const later = [...this.standing.values()].flatMap((comments) => comments.slice(1));
    const folded = await foldDuplicates(this.work, later, limits.callsKept);
    this.minimized = folded.minimized;
    this.note = folded.cause;
  }

  private stands(finding: string): boolean {
    const wasPosted = this.before.has(finding) && !this.answered.has(finding);
    return this.placed.has(finding) || this.standing.has(finding) || wasPosted;
  }

  private isSettled(finding: string): boolean {
    return this.stands(finding) || this.unplaced.has(finding) || this.doubtful.has(finding);
  }

  private doubt(): Cause | null {
    const left = this.namesIn((finding) => this.doubtful.has(finding) && !this.stands(finding));
    if (left.length === 0) return null;
    const message = `the forge does not say whose token this is: comments on ${left.join(', ')} may be ours already`;
    return { code: 'identity-unknown', message, retryable: false };
  }

  private namesIn(keep: (finding: string) => boolean): string[] {
    return this.inline.comments.map(({ finding }) => finding).filter(keep);
  }
}
