import { join } from 'node:path';
import type { AgentLimits } from '../agent/agent-session.ts';
import { loadChallengeContext } from '../agent/challenge/challenge-context.ts';
import { examineWithAgent } from '../agent/challenge/examine-with-agent.ts';
import { describeAbort } from '../agent/describe-failure.ts';
import type { Egress } from '../agent/egress.ts';
import { createPurses, type Purse } from '../agent/purse.ts';
import type { Cause } from '../domain/cause.ts';
import type { Change } from '../domain/change.ts';
import { noLostRequests } from '../domain/cost.ts';
import { type ProviderId, reviewerName } from '../domain/reviewer.ts';
import type { ExaminedBatch } from '../domain/verdict.ts';
import type { ReviewStatus } from '../domain/vocabulary.ts';
import { DeepReviewError } from '../errors.ts';
import { createGate } from '../evidence/gate.ts';
import { readModelCatalog } from '../provider/model-data.ts';
import { priceOf } from '../provider/price.ts';
import type { ExaminerBatch } from '../verify/plan-challenge.ts';
import { readEarlierSpending, withEarlier } from './earlier-spending.ts';
import { batchFile, findExamined, keepExamined, transcriptFile } from './examined-batches.ts';
import { reviewShare } from './model-reviewers.ts';
import { limitsOf, moneyOf, openModel } from './model-session.ts';
import { openTranscript } from './open-transcript.ts';
import type { RunContext, StageBill } from './run-context.ts';
import { readPatch } from './stage-collect.ts';

/** Share of the budget that examiners may use. */
const verifyShare = 0.25;

const notRecorded = {
  status: 'failed',
  cause: { code: 'not-recorded', message: 'no such session was recorded', retryable: false },
} as const;

export interface ExaminersInput {
  change: Change;
  /** What each vendor may be sent. */
  egress: (vendor: ProviderId) => Promise<Egress>;
  paid: StageBill;
  /** Ends with the run's own time. */
  signal: AbortSignal;
}

/**
 * Holds the sessions of examiners: all examiners at once, the sessions of one after each other, severest claims first.
 * One that was held before on the same questions is taken from the run and not paid again. Comes back with one result
 * for each session; rejects only when the user stops the run, or a result could not be kept.
 */
export async function runExaminers(
  context: RunContext,
  batches: readonly ExaminerBatch[],
  input: ExaminersInput,
): Promise<ExaminedBatch[]> {
  const found = new Map<ExaminerBatch, ExaminedBatch>();
  for (const batch of batches) {
    const known = await findExamined(context, input.change, batch);
    if (known !== null) found.set(batch, known);
  }
  const open = batches.filter((batch) => !found.has(batch));
  for (const { session } of found.values()) {
    input.paid.add(session.costUsd);
    await notice(
      context,
      `${session.examiner}: verdicts on ${session.answered.length} claims, taken from the run`,
    );
  }
  context.run.memory.open();
  const purses = await dividePurses(context, batches, open);
  const examiners = [...new Set(open.map(({ examiner }) => examiner))];
  const ends = await Promise.allSettled(
    examiners.map(async (examiner) => {
      const purse = purses.get(examiner.id);
      try {
        let hopeless: Ending | null = null;
        for (const batch of open.filter((one) => one.examiner === examiner)) {
          const examined: ExaminedBatch =
            hopeless === null
              ? await hold(context, batch, { ...input, purse, batches })
              : unheld(batch, context.clock.date().toISOString(), hopeless);
          hopeless ??= findHopeless(examined);
          input.paid.add(examined.session.costUsd);
          await keepExamined(context, input.change, batch, examined);
          found.set(batch, examined);
        }
      } finally {
        purse?.close();
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  context.signal.throwIfAborted();
  return batches.flatMap((batch) => found.get(batch) ?? []);
}

interface Ending {
  status: ReviewStatus;
  cause: Cause | null;
}

/** What will not pass, such as a refused key, would end the examiner's next session in the same way. */
function findHopeless({ session }: ExaminedBatch): Ending | null {
  const { status, cause, answered } = session;
  const isHopeless = status === 'failed' && cause?.retryable === false && answered.length === 0;
  return isHopeless && cause?.code !== 'internal' && cause?.code !== 'not-recorded'
    ? { status, cause }
    : null;
}

interface HoldInput extends ExaminersInput {
  purse: Purse | undefined;
  batches: readonly ExaminerBatch[];
}

async function hold(context: RunContext, batch: ExaminerBatch, input: HoldInput): Promise<ExaminedBatch> {
  const { examiner, questions } = batch;
  const { signal } = input;
  const started = context.clock.date().toISOString();
  const path = transcriptFile(context, batch);
  const recorded = context.replay?.examiners.get(batchFile(batch));
  await notice(context, `${reviewerName(examiner.id)} examines ${count(questions.length, 'finding')}`);
  const earlier = await readEarlierSpending(path);
  const examined =
    context.replay !== null && recorded === undefined
      ? unheld(batch, started, notRecorded)
      : await holdOpen(context, batch, { ...input, recorded, path }).catch((error: unknown) =>
          unheld(batch, started, signal.aborted ? describeAbort(signal.reason) : describeError(error)),
        );
  const { session } = examined;
  const ended = session.cause === null ? '' : ` (${session.status}: ${session.cause.message})`;
  await notice(
    context,
    `${reviewerName(examiner.id)} gave ${count(session.answered.length, 'verdict')}${ended}`,
  );
  return { ...examined, session: { ...session, ...withEarlier(session, earlier) } };
}

async function holdOpen(
  context: RunContext,
  batch: ExaminerBatch,
  input: HoldInput & { recorded: Parameters<typeof openModel>[2]; path: string },
): Promise<ExaminedBatch> {
  const { examiner, questions } = batch;
  const { change, signal, purse } = input;
  signal.throwIfAborted();
  const contextDirectory = join(context.packageDirectory, 'context');
  const catalog = await readModelCatalog(join(contextDirectory, 'models'));
  const facts = catalog.facts(examiner.provider, examiner.model);
  const date = () => context.replay?.date ?? context.clock.date();
  const { repository } = await input.egress(examiner.provider);
  const gate = createGate({ repository, change });
  const limits = limitsOf(context, { reviewer: examiner, catalog, facts });
  return examineWithAgent({
    examiner,
    batch: batch.batch,
    questions,
    model: await openModel(context, examiner, input.recorded),
    change,
    patch: await readPatch(context),
    repository,
    check: (claim) => gate.check(claim, context.signal),
    context: await loadChallengeContext(contextDirectory),
    limits: { ...limits, tokens: shareTokens(limits, batch, input.batches) },
    // The purse is the examiner's, not the session's: what is left goes to its next one.
    money: moneyOf(purse === undefined ? undefined : { ...purse, close: () => undefined }, facts, date),
    priceOf: (usage) => priceOf(usage, facts, date()),
    signal,
    emit: context.emit,
    clock: context.clock,
    record: await openTranscript(context, examiner.id, input.path),
  });
}

/** A cap of tokens is divided as the budget is: it is for a whole review, and this is the smaller part of the run. */
function shareTokens(
  { tokens }: AgentLimits,
  { examiner }: ExaminerBatch,
  batches: readonly ExaminerBatch[],
): number | null {
  const own = batches.filter((batch) => batch.examiner.id === examiner.id).length;
  return tokens === null ? null : Math.floor((tokens * verifyShare) / reviewShare / Math.max(1, own));
}

/** Divides the examiners' share of the budget, less what sessions of the run have used of it. */
async function dividePurses(
  context: RunContext,
  batches: readonly ExaminerBatch[],
  open: readonly ExaminerBatch[],
): Promise<ReadonlyMap<string, Purse>> {
  const spent = await Promise.all(
    batches.map((batch) => readEarlierSpending(transcriptFile(context, batch))),
  );
  const used = spent.reduce((sum, { bookedUsd }) => sum + bookedUsd, 0);
  return createPurses(Math.max(0, context.config.budget.usd * verifyShare - used), [
    ...new Set(open.map(({ examiner }) => examiner.id)),
  ]);
}

/** A session that did not even begin. */
function unheld(
  { examiner, batch, questions }: ExaminerBatch,
  startedAt: string,
  ending: Ending,
): ExaminedBatch {
  return {
    schemaVersion: 1,
    session: {
      examiner: examiner.id,
      batch,
      clusters: questions.map(({ cluster }) => cluster),
      answered: [],
      ...ending,
      toolCalls: 0,
      costUsd: 0,
      lostRequests: noLostRequests,
      startedAt,
      durationMs: 0,
    },
    examinations: [],
  };
}

function describeError(error: unknown): Ending {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DeepReviewError ? error.code : 'internal';
  return { status: 'failed', cause: { code, message, retryable: false } };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

async function notice(context: RunContext, message: string): Promise<void> {
  await context.emit({ type: 'notice', level: 'info', message });
}
