import type { Emit } from '../domain/event.ts';
import type { PostTarget, Publication, PublishedPart, PublishReceipt } from '../domain/publication.ts';
import type { OwnIdentity, ReportPublisher } from '../forge/report-publisher.ts';
import { describeFailure, type Failure } from './describe-failure.ts';
import { publishCheck } from './publish-check.ts';
import { publishFixed } from './publish-fixed.ts';
import { publishInline } from './publish-inline.ts';
import { type PublishClock, PublishSession } from './publish-session.ts';
import { publishSummary } from './publish-summary.ts';
import { asForgeError, newPart, type PublishWork } from './publish-work.ts';

export interface PublishInput {
  publication: Publication;
  pullRequest: { repository: string; number: number };
  /** What an earlier try of the same run posted; null for the first. */
  earlierReceipt: PublishReceipt | null;
}

export interface PublishDependencies {
  publisher: ReportPublisher;
  signal: AbortSignal;
  clock: PublishClock;
  emit: Emit;
  /** Called after each part, with all that is known by then. */
  writeReceipt(receipt: PublishReceipt): Promise<void>;
}

/**
 * Posts a report: the check first, then what goes beside the code, and last the summary, which says what could not be
 * placed. Nothing is ever deleted, and what stands already is not said again, so that the same call may be made any
 * number of times. What the forge does not do is in the receipt; only a stop, or a receipt that cannot be written, rejects.
 */
export async function publish(
  input: PublishInput,
  dependencies: PublishDependencies,
): Promise<PublishReceipt> {
  const posting = new Posting(input, dependencies);
  return posting.run();
}

class Posting {
  private readonly input: PublishInput;
  private readonly dependencies: PublishDependencies;
  private readonly session: PublishSession;
  private readonly earlier: readonly PublishedPart[];
  private readonly parts: PublishedPart[] = [];
  /** Why nothing more is tried, or nothing more in the conversation. */
  private ended: { by: Failure; spares: readonly PostTarget[] } | null = null;

  constructor(input: PublishInput, dependencies: PublishDependencies) {
    this.input = input;
    this.dependencies = dependencies;
    this.session = new PublishSession(dependencies);
    this.earlier = earlierParts(input);
  }

  async run(): Promise<PublishReceipt> {
    const { publication } = this.input;
    const asked: PostTarget[] = [
      ...(publication.check === null ? [] : ['check' as const]),
      ...(publication.inline === null ? [] : ['inline' as const]),
      ...(publication.summary === null ? [] : ['summary' as const]),
    ];
    if (asked.length === 0) return this.receipt();
    const identity = await this.identify();
    const work = { session: this.session, publication, identity, emit: this.dependencies.emit };
    for (const part of asked) {
      const now = await this.postOrStop(part, work);
      this.parts.push(withEarlier(now, this.earlierOf(part)));
      await this.dependencies.writeReceipt(this.receipt('with earlier parts'));
      this.dependencies.signal.throwIfAborted();
    }
    return this.receipt();
  }

  /** When the run is stopped in the middle of a part, nobody knows how far that came; the receipt says so. */
  private async postOrStop(part: PostTarget, work: PublishWork): Promise<PublishedPart> {
    try {
      return await this.post(part, work);
    } catch (error) {
      if (!this.dependencies.signal.aborted) throw error;
      const message = 'the run was stopped while this was posted';
      return newPart(part, 'unknown', { cause: { code: 'cancelled', message, retryable: true } });
    }
  }

  private async identify(): Promise<OwnIdentity | null> {
    try {
      return await this.session.read((publisher, signal) => publisher.whoAmI(signal));
    } catch (error) {
      const failure = describeFailure(asForgeError(error));
      if (failure.endsAll) this.ended = { by: failure, spares: [] };
      return null;
    }
  }

  private async post(part: PostTarget, work: PublishWork): Promise<PublishedPart> {
    const { ended } = this;
    if (ended !== null && !ended.spares.includes(part))
      return newPart(part, ended.by.outcome, { cause: ended.by.cause });
    const { part: done, failure } = await this.postOne(part, work);
    if (failure?.endsAll) this.ended = { by: failure, spares: [] };
    // A token that may not write a review may write no comment either; a check is another permission.
    else if (failure?.cause.code === 'missing-permission' && part !== 'check')
      this.ended = { by: failure, spares: ['check'] };
    return done;
  }

  private async postOne(
    part: PostTarget,
    work: PublishWork,
  ): Promise<{ part: PublishedPart; failure: Failure | null }> {
    if (part === 'check') return publishCheck(work);
    if (part === 'inline') return this.postInline(work);
    return publishSummary(work, this.notInline());
  }

  private async postInline(work: PublishWork): Promise<{ part: PublishedPart; failure: Failure | null }> {
    const { part, failure } = await publishInline(work, new Set(this.earlierOf('inline')?.posted));
    if (failure !== null) return { part, failure };
    const { settled, cause } = await publishFixed(work);
    const fixed = settled.length === 0 ? {} : { fixed: settled };
    return { part: { ...part, ...fixed, cause: part.cause ?? cause }, failure };
  }

  /** Findings that were to go inline and stand there not, or not for certain. */
  private notInline(): string[] {
    const posted = this.parts.find(({ part }) => part === 'inline')?.posted ?? [];
    const wanted = this.input.publication.inline?.comments ?? [];
    return wanted.map(({ finding }) => finding).filter((finding) => !posted.includes(finding));
  }

  private earlierOf(part: PostTarget): PublishedPart | null {
    return this.earlier.find((entry) => entry.part === part) ?? null;
  }

  private receipt(scope: 'own' | 'with earlier parts' = 'own'): PublishReceipt {
    const { pullRequest, publication } = this.input;
    const kept = this.earlier.filter((entry) => !this.parts.some(({ part }) => part === entry.part));
    return {
      schemaVersion: 1,
      repository: pullRequest.repository,
      pullRequest: pullRequest.number,
      head: publication.head,
      parts: scope === 'own' ? [...this.parts] : [...this.parts, ...kept],
    };
  }
}

/** Entries of a receipt that is about the same commit of the same pull request; none of another. */
function earlierParts({ earlierReceipt: earlier, pullRequest, publication }: PublishInput): PublishedPart[] {
  const isSame =
    earlier !== null &&
    earlier.repository === pullRequest.repository &&
    earlier.pullRequest === pullRequest.number &&
    earlier.head === publication.head;
  return isSame ? earlier.parts : [];
}

/** What stands since an earlier try stands still when nothing could be done about it now. */
function withEarlier(now: PublishedPart, earlier: PublishedPart | null): PublishedPart {
  if (earlier === null) return now;
  const stood = ['created', 'updated', 'unchanged'].includes(earlier.outcome);
  if (stood && now.outcome === 'skipped') return earlier;
  return { ...now, url: now.url ?? earlier.url };
}
