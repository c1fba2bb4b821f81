import { askDuplicates } from '../agent/duplicates/ask-duplicates.ts';
import { type DuplicatesContext, loadDuplicatesContext } from '../agent/duplicates/duplicates-context.ts';
import { buildDuplicatesPrompt } from '../agent/duplicates/duplicates-prompt.ts';
import type { Purse } from '../agent/purse.ts';
import type { Change } from '../domain/change.ts';
import type { Duplicates, DuplicatesBatch } from '../domain/duplicates.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { type ModelReviewer, reviewerName } from '../domain/reviewer.ts';
import { batchPairs, type PairBatch } from '../reconcile/batch-pairs.ts';
import { type FindingPair, pairKey } from '../reconcile/pair-answers.ts';
import { divideShare, shareTokens } from './budget-shares.ts';
import {
  duplicatesTranscript,
  finishedDigest,
  listSessionNumbers,
  noDuplicates,
  sessionFile,
  sumAbandoned,
  writeDuplicatesFile,
} from './duplicates-file.ts';
import type { KeptFindings } from './kept-findings.ts';
import { narrowLimits } from './model-session.ts';
import {
  contextDirectory,
  count,
  holdPaidSession,
  hopelessEnding,
  notice,
  type SessionEnding,
  unheldSession,
} from './paid-session.ts';
import type { RunContext, StageBill } from './run-context.ts';

/**
 * Bounds of one session; a whole review has more of each. An answer is a list of ids: one that breaks off, and is booked
 * at its most, leaves some of the share for another try.
 */
const limits = { turns: 8, toolCalls: 12, deadlineMs: 10 * 60_000, maxOutputTokens: 8_192 };

export interface DuplicatesInput {
  change: Change;
  /** Those that take part, in their own order. */
  findings: readonly RawFinding[];
  /** The likest first. */
  pairs: readonly FindingPair[];
  isKept: KeptFindings;
  paid: StageBill;
  /** Ends with the run's own time. */
  signal: AbortSignal;
}

/** One sitting of the run: what is known from earlier ones, and what is asked now. */
export class DuplicatesSitting {
  private readonly context: RunContext;
  private readonly input: DuplicatesInput;
  private readonly earlier: Duplicates;
  private readonly texts: DuplicatesContext;
  private readonly purse: Purse | undefined;
  private readonly findings: ReadonlyMap<string, RawFinding>;
  private readonly batches: DuplicatesBatch[] = [];
  /** Pairs that a session was held for, or should have been. */
  private readonly asked = new Set<string>();

  private constructor(
    context: RunContext,
    input: DuplicatesInput,
    known: { earlier: Duplicates; texts: DuplicatesContext; purse: Purse | undefined },
  ) {
    this.context = context;
    this.input = input;
    this.earlier = known.earlier;
    this.texts = known.texts;
    this.purse = known.purse;
    this.findings = new Map(input.findings.map((finding) => [findingKey(finding), finding]));
  }

  static async open(
    context: RunContext,
    input: DuplicatesInput,
    earlier: Duplicates,
  ): Promise<DuplicatesSitting> {
    const numbers = await listSessionNumbers(context);
    const purses = await divideShare(context, {
      kind: 'duplicates',
      transcripts: numbers.map((number) => duplicatesTranscript(context, number)),
      ids: ['duplicates'],
    });
    return new DuplicatesSitting(context, input, {
      earlier,
      texts: await loadDuplicatesContext(contextDirectory(context)),
      purse: purses.get('duplicates'),
    });
  }

  /**
   * Takes over the sessions of earlier sittings whose question would be put the same today, whoever was asked; gives the
   * pairs that are left.
   */
  async takeEarlier(pairs: readonly FindingPair[]): Promise<FindingPair[]> {
    const { context, input } = this;
    const left = new Map(pairs.map((pair) => [pairKey(pair.a, pair.b), pair]));
    for (const known of this.finished()) {
      const { session, inputDigest } = known;
      const keys = session.pairs.map(({ a, b }) => pairKey(a, b));
      if (!keys.every((key) => left.has(key))) continue;
      const [batch, ...more] = batchPairs(session.pairs, input.findings);
      if (batch === undefined || more.length > 0) continue;
      const asked = { id: session.asked };
      if (inputDigest !== finishedDigest(context, { change: input.change, batch, asked, held: session }))
        continue;
      for (const key of keys) left.delete(key);
      await this.keep(known);
    }
    return [...left.values()];
  }

  /** Puts to one model what its vendor may see of the pairs; gives those that the next one is to be asked about. */
  async ask(asked: ModelReviewer, pairs: readonly FindingPair[]): Promise<FindingPair[]> {
    const left: FindingPair[] = [];
    const own: FindingPair[] = [];
    for (const pair of pairs) ((await this.maySee(asked, pair)) ? own : left).push(pair);
    const batches = batchPairs(own, this.input.findings);
    let ending: SessionEnding | null = null;
    for (const batch of batches) {
      const answered = await this.hold(asked, { batch, of: batches.length, ending });
      ending = hopelessEnding(answered.session);
      for (const { a, b } of batch.pairs) this.asked.add(pairKey(a, b));
      await this.keep(answered);
      if (this.isGone(answered)) left.push(...batch.pairs);
    }
    return left;
  }

  /** Ends it. `open`: pairs that no model was there for; `tooMany`: those that nobody was to be asked about. */
  async close({ open, tooMany }: Record<'open' | 'tooMany', readonly FindingPair[]>): Promise<Duplicates> {
    this.purse?.close();
    this.context.signal.throwIfAborted();
    const kept = open.filter(({ a, b }) => !this.asked.has(pairKey(a, b)));
    const abandoned = await sumAbandoned(this.context, this.batches);
    this.input.paid.add(abandoned.costUsd);
    const duplicates: Duplicates = {
      schemaVersion: 1,
      batches: this.batches,
      unasked: [
        ...kept.map(({ a, b }) => ({ a, b, reason: 'egress' as const })),
        ...tooMany.map(({ a, b }) => ({ a, b, reason: 'too-many' as const })),
      ],
      abandoned,
    };
    await writeDuplicatesFile(this.context, duplicates);
    return duplicates;
  }

  private async maySee({ provider }: ModelReviewer, { a, b }: FindingPair): Promise<boolean> {
    const both = [a, b].flatMap((key) => this.findings.get(key) ?? []);
    return !(await this.input.isKept(provider, both));
  }

  private async hold(
    asked: ModelReviewer,
    { batch, of, ending }: { batch: PairBatch; of: number; ending: SessionEnding | null },
  ): Promise<DuplicatesBatch> {
    const { context, input } = this;
    const number = this.nextNumber();
    const unheld = (session: ReturnType<typeof unheldSession>): DuplicatesBatch => ({
      session: { asked: asked.id, batch: number, pairs: batch.pairs, invented: 0, ...session },
      answers: [],
    });
    if (ending !== null) return unheld(unheldSession(context.clock.date().toISOString(), ending));
    const name = reviewerName(asked.id);
    const pairs = `${count(batch.pairs.length, 'pair')} of findings`;
    await notice(context, `${name} is asked whether ${pairs} are one defect each`);
    const held = await holdPaidSession<DuplicatesBatch>(context, {
      asked,
      path: duplicatesTranscript(context, number),
      recorded: this.findRecorded(asked, batch, number),
      purse: this.purse,
      narrow: (whole) => shareTokens(narrowLimits(whole, limits), 'duplicates', of),
      signal: input.signal,
      unheld,
      hold: async (means, { efforts }) => {
        const { held, answers, invented } = await askDuplicates({
          ...means,
          asked: { ...asked, effort: moderate(asked.effort, efforts) },
          question: batch.question,
          head: input.change.head.sha,
          context: this.texts,
        });
        const said = new Map(answers.map(({ id, same }) => [id, same]));
        return {
          session: { asked: asked.id, batch: number, pairs: batch.pairs, invented, ...held },
          answers: batch.question.pairs.flatMap(({ id }, at) => {
            const [pair, same] = [batch.pairs[at], said.get(id)];
            return pair === undefined || same === undefined ? [] : [{ ...pair, same }];
          }),
        };
      },
    });
    const { session, answers } = held;
    const ended = session.cause === null ? '' : ` (${session.status}: ${session.cause.message})`;
    const same = answers.filter((answer) => answer.same).length;
    await notice(context, `${name} called ${same} of ${pairs} one defect each${ended}`);
    const { change } = input;
    const inputDigest = finishedDigest(context, { change, batch, asked, held: session });
    return inputDigest === null ? held : { ...held, inputDigest };
  }

  /** Numbers of sessions that are kept from earlier sittings are theirs; those of others are used again. */
  private nextNumber(): number {
    const used = new Set([...this.finished(), ...this.batches].map(({ session }) => session.batch));
    let number = 1;
    while (used.has(number)) number += 1;
    return number;
  }

  /** Sessions of earlier sittings that need not be held again, as long as their questions are asked. */
  private finished(): DuplicatesBatch[] {
    return this.earlier.batches.filter(({ inputDigest }) => inputDigest !== undefined);
  }

  /** In a replay: the session in which this model was asked the same, else the one of this number. */
  private findRecorded(asked: ModelReviewer, batch: PairBatch, number: number) {
    const { replay } = this.context;
    if (replay === null) return undefined;
    const { firstMessage } = buildDuplicatesPrompt(batch.question, this.texts);
    const own = [...replay.questions].flatMap(([name, question]) => {
      const model = replay.sessions.get(name);
      return model?.modelId === asked.model && question === firstMessage ? [model] : [];
    });
    const numbered = replay.sessions.get(`reconcile/${sessionFile(number)}`);
    return own[0] ?? (numbered?.modelId === asked.model ? numbered : undefined);
  }

  private async keep(answered: DuplicatesBatch): Promise<void> {
    this.batches.push(answered);
    this.input.paid.add(answered.session.costUsd);
    // A sitting that is killed now has lost nothing of an earlier one.
    const own = new Set(this.batches.map(({ session }) => session.batch));
    const others = this.finished().filter(({ session }) => !own.has(session.batch));
    await writeDuplicatesFile(this.context, { ...noDuplicates, batches: [...this.batches, ...others] });
  }

  /** Whether nothing can be had of this model: its key, its credit or itself is gone. */
  private isGone({ session, answers }: DuplicatesBatch): boolean {
    if (answers.length > 0 || session.status !== 'failed') return false;
    const code = session.cause?.code ?? '';
    if (['auth', 'quota', 'model-not-found'].includes(code)) return true;
    const recorded = [...(this.context.replay?.sessions.keys() ?? [])];
    return code === 'not-recorded' && recorded.some((name) => name.startsWith('reconcile/duplicates-'));
  }
}

/** To compare texts needs less thought than a review, and there is less money for it. */
function moderate(effort: string | null, known: readonly string[]): string | null {
  return known.includes('medium') && ['high', 'xhigh', 'max'].includes(effort ?? '') ? 'medium' : effort;
}
