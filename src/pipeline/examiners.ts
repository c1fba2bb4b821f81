import { loadChallengeContext } from '../agent/challenge/challenge-context.ts';
import { examineWithAgent } from '../agent/challenge/examine-with-agent.ts';
import type { Egress } from '../agent/egress.ts';
import type { Purse } from '../agent/purse.ts';
import type { Change } from '../domain/change.ts';
import type { HeldSession } from '../domain/held-session.ts';
import { type ProviderId, reviewerName } from '../domain/reviewer.ts';
import type { ExaminedBatch } from '../domain/verdict.ts';
import { createGate } from '../evidence/gate.ts';
import type { ExaminerBatch } from '../verify/plan-challenge.ts';
import { divideShare, shareTokens } from './budget-shares.ts';
import { batchFile, findExamined, keepExamined, transcriptFile } from './examined-batches.ts';
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
import { readPatch } from './stage-collect.ts';

export interface ExaminersInput {
  change: Change;
  /** What each vendor may be sent. */
  egress: (vendor: ProviderId) => Promise<Egress>;
  paid: StageBill;
  /** Transcripts of sessions that were held before, beside those of the batches. Absent: none. */
  earlierTranscripts?: readonly string[];
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
  const examiners = [...new Set(open.map(({ examiner }) => examiner))];
  const purses = await divideShare(context, {
    kind: 'verify',
    transcripts: [
      ...new Set([
        ...(input.earlierTranscripts ?? []),
        ...batches.map((batch) => transcriptFile(context, batch)),
      ]),
    ],
    ids: examiners.map(({ id }) => id),
  });
  const ends = await Promise.allSettled(
    examiners.map(async (examiner) => {
      const purse = purses.get(examiner.id);
      try {
        let hopeless: SessionEnding | null = null;
        for (const batch of open.filter((one) => one.examiner === examiner)) {
          const examined: ExaminedBatch =
            hopeless === null
              ? await hold(context, batch, { ...input, purse, batches })
              : unheld(batch, unheldSession(context.clock.date().toISOString(), hopeless));
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

/** What will not pass, such as a refused key, would end the examiner's next session in the same way. */
function findHopeless({ session }: ExaminedBatch): SessionEnding | null {
  return session.answered.length === 0 ? hopelessEnding(session) : null;
}

interface HoldInput extends ExaminersInput {
  purse: Purse | undefined;
  batches: readonly ExaminerBatch[];
}

async function hold(context: RunContext, batch: ExaminerBatch, input: HoldInput): Promise<ExaminedBatch> {
  const { examiner, questions } = batch;
  const { change, signal, purse } = input;
  await notice(context, `${reviewerName(examiner.id)} examines ${count(questions.length, 'finding')}`);
  const own = input.batches.filter((one) => one.examiner.id === examiner.id).length;
  const examined = await holdPaidSession<ExaminedBatch>(context, {
    asked: examiner,
    path: transcriptFile(context, batch),
    recorded: context.replay?.sessions.get(`verify/${batchFile(batch)}`),
    purse,
    narrow: (limits) => shareTokens(limits, 'verify', own),
    signal,
    unheld: (session) => unheld(batch, session),
    hold: async (means) => {
      const { repository } = await input.egress(examiner.provider);
      const gate = createGate({ repository, change });
      return examineWithAgent({
        ...means,
        examiner,
        batch: batch.batch,
        questions,
        change,
        patch: await readPatch(context),
        repository,
        check: (claim) => gate.check(claim, context.signal),
        context: await loadChallengeContext(contextDirectory(context)),
      });
    },
  });
  const { session } = examined;
  const ended = session.cause === null ? '' : ` (${session.status}: ${session.cause.message})`;
  await notice(
    context,
    `${reviewerName(examiner.id)} gave ${count(session.answered.length, 'verdict')}${ended}`,
  );
  return examined;
}

/** A session that did not even begin. */
function unheld({ examiner, batch, questions }: ExaminerBatch, session: HeldSession): ExaminedBatch {
  const clusters = questions.map(({ cluster }) => cluster);
  return {
    schemaVersion: 1,
    session: { examiner: examiner.id, batch, clusters, answered: [], ...session },
    examinations: [],
  };
}
