import { createHash } from 'node:crypto';
import type { Cause } from '../domain/cause.ts';
import type { ObjectId } from '../domain/change.ts';
import type { CheckAnnotation, CheckRunOutput, PublishedPart } from '../domain/publication.ts';
import type { ForgeError } from '../errors.ts';
import type { PostedCheckRun } from '../forge/report-publisher.ts';
import { describeFailure, type Failure } from './describe-failure.ts';
import { whyNotPost } from './may-post.ts';
import {
  asForgeError,
  findLaterSummary,
  furtherTries,
  mayTryAgain,
  newPart,
  type PublishWork,
  pauseBefore,
  readState,
  speakerOf,
  superseded,
} from './publish-work.ts';
import { compareSpeakers, type Speaker } from './speaking-order.ts';

/** What the forge takes in one request, and how many requests one check may take. */
const limits = { annotations: 50, requests: 10 };

/**
 * Makes the check run of this run, or completes the one it made before: known by its name and by what we gave it, so that
 * nothing is said twice. One of an earlier run that says the same is brought up to date: annotations can only be added.
 * They go in batches, and the forge's count of them says which came through.
 */
export async function publishCheck(
  work: PublishWork,
): Promise<{ part: PublishedPart; failure: Failure | null }> {
  const { check } = work.publication;
  if (check === null) throw new TypeError('no check is to be posted');
  const posting = new CheckPosting(work, check);
  try {
    return { part: await posting.run(), failure: null };
  } catch (error) {
    return posting.failed(asForgeError(error));
  }
}

class CheckPosting {
  private readonly work: PublishWork;
  private readonly output: CheckRunOutput;
  private readonly externalId: string;
  /** Fewer than the output has, once the forge has refused some. */
  private annotations: readonly CheckAnnotation[];
  private written: 'created' | 'updated' | null = null;
  private url: string | null = null;
  private id: number | null = null;
  /** Annotations that stand. */
  private sent = 0;
  /** Whether the run is completed as it should be, whatever is still to be added. */
  private isSaid = false;
  /** Whether the answer to a write was lost and nobody has looked since. */
  private isLost = false;
  private tries = 0;
  private note: Cause | null = null;

  constructor(work: PublishWork, output: CheckRunOutput) {
    this.work = work;
    this.output = output;
    this.annotations = output.annotations;
    this.externalId = writeExternalId(speakerOf(work.publication), digestOf(output));
  }

  async run(): Promise<PublishedPart> {
    const state = await readState(this.work);
    const refused = whyNotPost('check', state, this.work.publication.head);
    if (refused !== null) return newPart('check', 'skipped', { cause: refused });
    const later = await findLaterSummary(this.work, state);
    if (later !== null) return newPart('check', 'superseded', superseded(null));
    const overtaker = findOvertaker(await this.look(), speakerOf(this.work.publication), state.head);
    if (overtaker !== null) return newPart('check', 'superseded', superseded(overtaker.url));
    for (let requests = 0; !this.isDone(); requests++) {
      if (requests === limits.requests) {
        this.note = this.leftOut(`one run adds at most ${limits.requests * limits.annotations}`);
        break;
      }
      await this.send();
    }
    return newPart('check', this.written ?? 'unchanged', { url: this.url, cause: this.note });
  }

  failed(error: ForgeError): { part: PublishedPart; failure: Failure } {
    const failure = describeFailure(error);
    const outcome = this.isLost ? 'unknown' : failure.outcome;
    return { part: newPart('check', outcome, { url: this.url, cause: failure.cause }), failure };
  }

  private isDone(): boolean {
    return this.isSaid && this.sent >= this.annotations.length;
  }

  /** One request; what went wrong with it is looked at, so that the next one adds what is missing and no more. */
  private async send(): Promise<void> {
    const { id, externalId, work } = this;
    const annotations = this.annotations.slice(this.sent, this.sent + limits.annotations);
    const output = { ...this.output, annotations };
    const { head } = work.publication;
    try {
      const run = await work.session.write((publisher, signal) =>
        id === null
          ? publisher.createCheckRun({ head, externalId, output }, signal)
          : publisher.updateCheckRun(id, { externalId, output }, signal),
      );
      this.written ??= id === null ? 'created' : 'updated';
      this.id = run.id;
      this.url = run.url;
      this.sent += annotations.length;
      this.isSaid = true;
    } catch (error) {
      await this.recover(asForgeError(error), annotations.length);
    }
  }

  private async recover(error: ForgeError, annotations: number): Promise<void> {
    if (error.reason === 'invalid' && !error.mayHaveWritten && annotations > 0) {
      this.note = this.leftOut(`the forge refused them: ${error.message}`);
      this.annotations = this.annotations.slice(0, this.sent);
      return;
    }
    this.isLost = error.mayHaveWritten;
    const isLast = !mayTryAgain(error) || this.tries >= furtherTries;
    this.tries++;
    if (isLast && !this.isLost) throw error;
    await pauseBefore(this.work, Math.min(this.tries, furtherTries), error);
    if (this.isLost) {
      const before = { id: this.id, sent: this.sent, isSaid: this.isSaid };
      await this.look();
      if (this.id !== before.id) this.written ??= 'created';
      else if (this.sent > before.sent || this.isSaid !== before.isSaid) this.written ??= 'updated';
      else if (isLast) throw error;
      return;
    }
    if (isLast) throw error;
  }

  /** Takes over what stands of this run; answers with all runs of ours, as far as that can be told. */
  private async look(): Promise<PostedCheckRun[]> {
    const { publication, session, identity } = this.work;
    const { name } = this.output;
    const listed = await session.read((publisher, signal) =>
      publisher.listCheckRuns(publication.head, name, signal),
    );
    this.isLost = false;
    const ownApp = identity?.appId ?? null;
    const ours = listed.filter(
      (run) => run.name === name && (run.appId === null || ownApp === null || run.appId === ownApp),
    );
    const own = ours.find(({ externalId }) => externalId === this.externalId) ?? this.findEqual(ours);
    if (own !== undefined) {
      this.id = own.id;
      this.url = own.url;
      this.sent = own.annotations;
      this.isSaid =
        own.externalId === this.externalId &&
        own.status === 'completed' &&
        own.conclusion === this.output.conclusion;
    }
    return ours;
  }

  /** The newest of an earlier run that came to its end and says the same; none once this run has one of its own. */
  private findEqual(ours: readonly PostedCheckRun[]): PostedCheckRun | undefined {
    if (this.id !== null) return undefined;
    const { annotations, conclusion } = this.output;
    return ours.findLast(
      (run) =>
        readExternalId(run.externalId, run.head)?.digest === digestOf(this.output) &&
        run.status === 'completed' &&
        run.conclusion === conclusion &&
        run.annotations === annotations.length,
    );
  }

  private leftOut(why: string): Cause {
    const count = this.output.annotations.length - this.sent;
    const message = `${count} of ${this.output.annotations.length} annotations were left out: ${why}`;
    return { code: 'annotations-left-out', message, retryable: false };
  }
}

/** The earliest run of ours on the same commit that speaks after this one; null for none. */
function findOvertaker(
  runs: readonly PostedCheckRun[],
  self: Speaker,
  today: ObjectId,
): PostedCheckRun | null {
  const later = runs.find(({ externalId, head }) => {
    const speaker = readExternalId(externalId, head);
    return speaker !== null && compareSpeakers(speaker, self, today) > 0;
  });
  return later ?? null;
}

/**
 * What a check run is known by: which run of ours spoke in it last, when that started, how often it was looked at again
 * (no name of a run has a plus sign), and what it says.
 */
function writeExternalId({ run }: Speaker, digest: string): string {
  const looks = run.looks === undefined ? '' : `+${run.looks}`;
  return `deep-review ${run.startedAt} ${run.id}${looks} ${digest}`;
}

function readExternalId(externalId: string, head: ObjectId): (Speaker & { digest: string }) | null {
  const [, startedAt, id, looks, digest] =
    /^deep-review (\S+) (\S+?)(?:\+(\d{1,6}))? (\S+)$/.exec(externalId) ?? [];
  if (startedAt === undefined || id === undefined || digest === undefined) return null;
  return { run: { id, startedAt, ...(looks === undefined ? {} : { looks: Number(looks) }) }, head, digest };
}

/** Tells two checks apart by what they say of the code, whichever run says it. */
function digestOf({ conclusion, title, annotations }: CheckRunOutput): string {
  const said = JSON.stringify([conclusion, title, annotations]);
  return createHash('sha256').update(said).digest('hex').slice(0, 16);
}
