import { readFindingMarker, readHiddenBlock } from '../../src/domain/hidden-block.ts';
import type { Publication, PublishReceipt } from '../../src/domain/publication.ts';
import { ForgeError } from '../../src/errors.ts';
import type { OwnIdentity } from '../../src/forge/report-publisher.ts';
import { publish } from '../../src/publish/publish.ts';
import {
  bot,
  type Fault,
  type ForgeCall,
  lostAnswer,
  MemoryClock,
  MemoryForge,
  MemoryPublisher,
  refusal,
} from './memory-forge.ts';
import { makePublication, newHead, reviewedHead } from './publication-fixture.ts';

const stranger: OwnIdentity = { login: 'mallory', id: 666, appId: null };

/** How a run ends that is killed; no error of a forge. */
class Killed extends Error {}

/**
 * Two runs, now and then three, that post to one pull request at once, call by call in an order that the seed chooses, with faults, kills, a
 * head that moves and people who interfere; then a further try of each run that did not come through. Answers with the
 * promises that were broken.
 */
export async function runInterleaving(seed: number): Promise<string[]> {
  const race = new Race(seed);
  await race.run();
  return race.broken();
}

interface Runner {
  name: string;
  publication: Publication;
  /** As the last try left it on disk. */
  receipt: PublishReceipt | null;
  /** How the last try ended; null where it was killed. */
  ended: PublishReceipt | null;
  callsWhenKilled: number;
}

class Race {
  private readonly random: () => number;
  private readonly forge = new MemoryForge(reviewedHead);
  private readonly foreign: string[] = [];
  private readonly runners: Runner[];
  private readonly hasNewHead: boolean;
  private readonly faultRate: number;
  /** Writes that come through long after their answer was lost, and people who delete: only a further try mends that. */
  private readonly isLate: boolean;
  private readonly isDeletedByPeople: boolean;
  private readonly waiting = new Map<string, () => void>();
  private readonly delayed: { steps: number; act: () => void }[] = [];
  private active = 0;
  private notify: () => void = () => undefined;
  private withFaults = true;

  constructor(seed: number) {
    this.random = mulberry(seed);
    this.hasNewHead = this.chance(0.3);
    this.faultRate = this.pick([0, 0, 0.05, 0.15]);
    this.isLate = this.chance(0.15);
    this.isDeletedByPeople = this.chance(0.1);
    const names = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5'];
    const some = () => names.filter(() => this.chance(0.6));
    const later = this.hasNewHead ? { head: newHead } : {};
    const late = { ...later, id: 'late', startedAt: '2026-11-02T10:00:00.000Z' };
    const middle = { id: 'middle', startedAt: '2026-11-01T20:00:00.000Z', annotations: 0 };
    this.runners = [
      this.newRunner('early', makePublication({ id: 'early', findings: some(), annotations: 60 })),
      this.newRunner('late', makePublication({ ...late, findings: some() })),
      ...(this.chance(0.25)
        ? [this.newRunner('middle', makePublication({ ...middle, findings: some() }))]
        : []),
    ];
    for (const name of names) if (this.chance(0.2)) this.forge.outside.add(name);
    this.prepare();
  }

  async run(): Promise<void> {
    await this.together(this.runners);
    this.withFaults = false;
    for (const { act } of this.delayed.splice(0)) act();
    const again = this.runners.filter(
      (runner) => this.isLate || this.isDeletedByPeople || !isThrough(runner.ended),
    );
    await this.together(this.chance(0.5) ? again : [...again].reverse());
  }

  broken(): string[] {
    const { forge } = this;
    const [, late] = this.runners;
    if (late === undefined) throw new Error('no later run');
    const summaries = forge.summariesOf(bot);
    const [canonical] = summaries;
    const inline = this.findingsToBeSeen();
    const unsaid = (late.publication.inline?.comments ?? [])
      .map(({ finding }) => finding)
      .filter((finding) => !inline.includes(finding) && !canonical?.body.includes(finding));
    const strangers = forge.comments.filter(({ author }) => author.id === stranger.id);
    const everOurs = forge.comments.filter(
      ({ author, body }) => author.id === bot.id && readHiddenBlock(body) !== null,
    );
    const doubled = inline.filter((finding, at) => inline.indexOf(finding) !== at);
    return [
      ...(summaries.length === 1 ? [] : [`${summaries.length} summaries are to be seen`]),
      ...(canonical?.id === everOurs[0]?.id ? [] : ['the oldest is not the one that is kept']),
      ...(readHiddenBlock(canonical?.body ?? '')?.run.id === 'late' ? [] : ['the later run does not stand']),
      ...(unsaid.length === 0 ? [] : [`lost: ${unsaid.join(', ')}`]),
      ...(doubled.length === 0 ? [] : [`twice beside the code: ${doubled.join(', ')}`]),
      ...(strangers.map(({ body }) => body).join() === this.foreign.join()
        ? []
        : ['a stranger’s comment was changed']),
      ...this.runners.flatMap((runner) => this.brokenReceipt(runner)),
      ...(this.isLate ? [] : this.brokenChecks()),
    ];
  }

  /** Every finding of a run that came to its end is in exactly one of its lists, or the cause says why not. */
  private brokenReceipt({ name, publication, ended }: Runner): string[] {
    const part = ended?.parts.find((one) => one.part === 'inline');
    if (part === undefined) return [`${name} has no receipt`];
    const wanted = (publication.inline?.comments ?? []).map(({ finding }) => finding);
    const listed = [...part.posted, ...part.unplaced];
    const isSound = listed.every((finding, at) => wanted.includes(finding) && listed.indexOf(finding) === at);
    const isWhole = listed.length === wanted.length || part.cause !== null;
    return isSound && isWhole ? [] : [`the receipt of ${name} does not add up`];
  }

  private brokenChecks(): string[] {
    const ids = this.forge.checkRuns.map(({ externalId }) => externalId);
    const titles = [...this.forge.annotations.values()];
    return [
      ...(new Set(ids).size === ids.length ? [] : ['a check run was made twice']),
      ...(titles.every((all) => new Set(all).size === all.length) ? [] : ['annotations were doubled']),
    ];
  }

  private findingsToBeSeen(): string[] {
    return this.forge.reviewComments
      .filter(({ nodeId }) => !this.forge.minimized.has(nodeId))
      .flatMap(({ body }) => readFindingMarker(body) ?? []);
  }

  /** What stands when both begin. */
  private prepare(): void {
    const old = makePublication({ id: 'old', startedAt: '2026-10-01T10:00:00.000Z', findings: ['f0'] });
    const text = old.summary?.({ newerHead: null, unplaced: [] }) ?? '';
    if (this.chance(0.3)) this.foreign.push(this.forge.addComment(text, stranger).body);
    for (let copies = this.pick([0, 0, 1, 1, 2]); copies > 0; copies--) this.forge.addComment(text, bot);
    const [comment] = old.inline?.comments ?? [];
    if (comment !== undefined && this.chance(0.3)) this.forge.addReviewComment(comment.body, bot);
  }

  private newRunner(name: string, publication: Publication): Runner {
    const callsWhenKilled = this.chance(0.15) ? Math.floor(this.random() * 15) : Number.POSITIVE_INFINITY;
    return { name, publication, receipt: null, ended: null, callsWhenKilled };
  }

  /** Lets runs go on one call at a time, whichever the seed says, until all have ended. */
  private async together(runners: readonly Runner[]): Promise<void> {
    this.active = runners.length;
    const ends = runners.map((runner) =>
      this.post(runner).finally(() => {
        this.active--;
        this.notify();
      }),
    );
    while (this.active > 0) {
      if (this.waiting.size < this.active) {
        await new Promise<void>((resolve) => {
          this.notify = resolve;
        });
        continue;
      }
      const name = this.pick([...this.waiting.keys()]);
      const goOn = this.waiting.get(name);
      this.waiting.delete(name);
      this.letTimePass();
      goOn?.();
    }
    await Promise.all(ends);
  }

  private letTimePass(): void {
    for (const write of this.delayed) write.steps--;
    for (const { act } of this.delayed.filter(({ steps }) => steps === 0)) act();
    this.delayed.splice(0, this.delayed.length, ...this.delayed.filter(({ steps }) => steps > 0));
    if (this.withFaults && this.isDeletedByPeople && this.chance(0.03))
      this.forge.comments = this.forge.comments.filter(({ author }) => author.id !== bot.id);
  }

  private async post(runner: Runner): Promise<void> {
    let calls = 0;
    const publisher = new MemoryPublisher(this.forge, bot, async (call, act) => {
      const step = new Promise<void>((resolve) => this.waiting.set(runner.name, resolve));
      this.notify();
      await step;
      // Who has reviewed the new head starts when it is there.
      if (runner.name === 'late' && this.hasNewHead) this.forge.state.head = newHead;
      if (!this.withFaults) return null;
      if (calls++ >= runner.callsWhenKilled) {
        if (this.chance(0.5)) act();
        throw new Killed();
      }
      return this.chance(this.faultRate) ? this.fault(call, act) : null;
    });
    const { publication } = runner;
    runner.ended = null;
    try {
      runner.ended = await publish(
        {
          publication,
          pullRequest: { repository: 'o/r', number: 7 },
          earlierReceipt: runner.receipt,
        },
        {
          publisher,
          signal: new AbortController().signal,
          clock: new MemoryClock(),
          emit: () => undefined,
          writeReceipt: async (receipt) => {
            runner.receipt = receipt;
          },
        },
      );
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  private fault(call: ForgeCall, act: () => unknown): Fault {
    if (!call.startsWith('create') && !call.startsWith('update') && !call.startsWith('minimize'))
      return this.pick([refusal('unreachable'), refusal('unreachable'), refusal('rate-limit')]);
    if (this.isLate && this.chance(0.5)) {
      this.delayed.push({ steps: 1 + Math.floor(this.random() * 12), act: () => swallowRefusal(act) });
      return lostAnswer('before');
    }
    return this.pick([
      lostAnswer('before'),
      lostAnswer('after'),
      lostAnswer('after'),
      refusal('unreachable'),
      refusal('unauthorized'),
      refusal('forbidden', 'pull_requests=write'),
    ]);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }

  private pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.random() * choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}

/** Whether nothing is left to a further try. */
function isThrough(receipt: PublishReceipt | null): boolean {
  return (
    receipt?.parts.every(
      ({ outcome, cause }) => outcome === 'superseded' || cause === null || cause.code === 'head-moved',
    ) ?? false
  );
}

/** A write that comes late may be refused by then; nobody hears of it. */
function swallowRefusal(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
  }
}

/** Numbers from 0 to 1 that depend on the seed alone. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
