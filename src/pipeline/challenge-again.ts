import type { Question } from '../agent/challenge/question.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { FindingAgain, SecondLook } from '../domain/second-look.ts';
import type { Examination, ExaminedBatch } from '../domain/verdict.ts';
import type { ExaminerBatch } from '../verify/plan-challenge.ts';
import type { ChallengeDependencies } from '../verify/verify.ts';
import { questionDigest, readExamined, transcriptFile } from './examined-batches.ts';
import { isReachable } from './model-session.ts';
import { notice } from './paid-session.ts';
import type { RunContext, StageBill } from './run-context.ts';

export interface ChallengeAgainInput {
  /** The oldest first; at least one. */
  looks: readonly SecondLook[];
  isKept: ChallengeDependencies['isKept'];
  paid: StageBill;
  /** Holds sessions that were not held yet. */
  hold(batches: readonly ExaminerBatch[], earlierTranscripts: readonly string[]): Promise<ExaminedBatch[]>;
}

/**
 * How findings are put to examiners in a run that somebody asked to look at again. An answer that was given counts for its
 * claim as long as the same examiner gives no newer one, whether or not it can be reached today; asked are only claims
 * without an answer and those that the look is about. Of a look at single findings nobody is asked about others.
 */
export async function challengeAgain(
  context: RunContext,
  input: ChallengeAgainInput,
): Promise<ChallengeDependencies> {
  const models = context.reviewers.filter((one): one is ModelReviewer => one.type === 'model');
  const before = await readExamined(context.run, models);
  const known = listAnswers(before);
  const looks = input.looks.flatMap(({ subject, ...look }) =>
    subject.kind === 'finding' ? [{ ...look, subject }] : [],
  );
  const open = new Map(looks.filter(({ done }) => !done).map(({ subject }) => [subject.question, subject]));
  const areOthersAsked =
    open.size === 0 || input.looks.some(({ done, subject }) => !done && subject.kind === 'review');
  const isOpen = (examiner: ModelReviewer, question: Question): boolean => {
    const answer = known.get(answerKey(examiner.id, questionDigest(question)));
    const subject = open.get(questionDigest(question));
    if (subject !== undefined) return !isOfLook(subject, answer);
    return areOthersAsked && answer === undefined;
  };
  return {
    examiners: models.filter(
      (model) =>
        before.some(({ session }) => session.examiner === model.id) || isReachable(context.config, model),
    ),
    isKept: input.isKept,
    earlier: {
      isAnswered: ({ id }, question) => known.has(answerKey(id, questionDigest(question))),
      isAskedAgain: (question) => looks.some(({ subject }) => subject.question === questionDigest(question)),
      superseded: (question) =>
        looks
          .filter(({ subject }) => subject.question === questionDigest(question))
          .map(({ number, at, by, subject }) => ({ look: number, at, by, ...subject.before })),
    },
    async examine(batches) {
      const next = countSessions(before);
      const unheld = batches.flatMap(({ examiner, questions }): ExaminerBatch[] => {
        if (!isReachable(context.config, examiner)) return [];
        const asked = questions.filter((question) => isOpen(examiner, question));
        if (asked.length === 0) return [];
        const batch = (next[examiner.id] ?? 0) + 1;
        next[examiner.id] = batch;
        return [{ examiner, batch, questions: asked.map((one, at) => ({ ...one, id: `q${at + 1}` })) }];
      });
      for (const { session } of before) input.paid.add(session.costUsd);
      if (before.length > 0)
        await notice(
          context,
          `what examiners said in ${before.length} sessions before is taken from the run`,
        );
      const transcripts = before.map(({ session: { examiner: id, batch } }) =>
        transcriptFile(context, { examiner: { id }, batch }),
      );
      if (unheld.length > 0) await input.hold(unheld, transcripts);
      return toAnswered(await readExamined(context.run, models), batches);
    },
  };
}

/** How many sessions each examiner was held in: the number of its last. */
export function countSessions(examined: readonly ExaminedBatch[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const { session } of examined)
    numbers[session.examiner] = Math.max(numbers[session.examiner] ?? 0, session.batch);
  return numbers;
}

interface KnownAnswer {
  examiner: string;
  batch: number;
  examination: Examination;
}

function isOfLook({ sessions }: FindingAgain, answer: KnownAnswer | undefined): boolean {
  return answer !== undefined && answer.batch > (sessions[answer.examiner] ?? 0);
}

/** The newest answer of each examiner to each claim. Of a session that does not say what it was asked, none is known. */
function listAnswers(examined: readonly ExaminedBatch[]): Map<string, KnownAnswer> {
  const answers = new Map<string, KnownAnswer>();
  for (const { session, questions = [], examinations } of examined)
    for (const { cluster, examination } of examinations) {
      const digest = questions.find((one) => one.cluster === cluster)?.digest;
      if (digest === undefined) continue;
      const { examiner, batch } = session;
      answers.set(answerKey(examiner, digest), { examiner, batch, examination });
    }
  return answers;
}

/** All sessions, each with what it says today: clusters by their numbers of now, and no answer that a newer one replaced. */
function toAnswered(examined: readonly ExaminedBatch[], batches: readonly ExaminerBatch[]): ExaminedBatch[] {
  const answers = listAnswers(examined);
  const clusters = new Map(
    batches.flatMap(({ examiner, questions }) =>
      questions.map((question) => [answerKey(examiner.id, questionDigest(question)), question.cluster]),
    ),
  );
  return examined.map(({ schemaVersion, session, questions = [] }) => {
    const asked = questions.flatMap(({ digest }) => {
      const key = answerKey(session.examiner, digest);
      const cluster = clusters.get(key);
      const answer = answers.get(key);
      if (cluster === undefined || (answer !== undefined && answer.batch !== session.batch)) return [];
      return [{ cluster, answer }];
    });
    const examinations = asked.flatMap(({ cluster, answer }) =>
      answer === undefined ? [] : [{ cluster, examination: answer.examination }],
    );
    return {
      schemaVersion,
      session: {
        ...session,
        clusters: asked.map(({ cluster }) => cluster),
        answered: examinations.map(({ cluster }) => cluster),
      },
      examinations,
    };
  });
}

function answerKey(examiner: string, digest: string): string {
  return `${examiner} ${digest}`;
}
