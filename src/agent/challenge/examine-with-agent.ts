import type { Change } from '../../domain/change.ts';
import type { Emit } from '../../domain/event.ts';
import type { FindingClaim } from '../../domain/finding.ts';
import type { ModelReviewer } from '../../domain/reviewer.ts';
import type { Usage } from '../../domain/usage.ts';
import type { ExaminedBatch } from '../../domain/verdict.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import type { LanguageModel } from '../../provider/language-model.ts';
import type { RetryClock, RetryEvent } from '../../provider/retry.ts';
import type { AgentLimits, AgentOutcome, Clock, SessionMoney } from '../agent-session.ts';
import { describeFailure, type Ending } from '../describe-failure.ts';
import type { GateVerdict } from '../finding-collector.ts';
import { OpenedFiles } from '../opened-files.ts';
import { viewPatch } from '../patch-view.ts';
import { runAgent } from '../run-agent.ts';
import { createReadTools, describe } from '../tools/read-tools.ts';
import type { TranscriptSink } from '../transcript.ts';
import type { ChallengeContext } from './challenge-context.ts';
import { buildChallengePrompt } from './challenge-prompt.ts';
import type { Question } from './question.ts';
import { createSubmitVerdicts } from './submit-verdicts.ts';
import { VerdictCollector } from './verdict-collector.ts';

export interface ExamineWithAgentInput {
  examiner: ModelReviewer;
  /** From 1, for each examiner. */
  batch: number;
  questions: readonly Question[];
  /** Without retries around it: the session makes them. */
  model: LanguageModel;
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  /** As the examiner's vendor may see it. */
  repository: ObjectRepository;
  /** The gate every quote passes. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  context: ChallengeContext;
  limits: AgentLimits;
  /** What it may spend; null for no limit in USD. */
  money: SessionMoney | null;
  /** Price of one request in USD; null when unknown. */
  priceOf: (usage: Usage) => number | null;
  signal: AbortSignal;
  emit: Emit;
  clock: Clock;
  /** Time and chance for waits between two tries of a request; default the system's. */
  retryClock?: RetryClock;
  record: TranscriptSink;
}

/**
 * Puts some claims to one model. Never rejects for anything that can go wrong on the way: that is the session's status
 * and cause; verdicts handed in before stand, and all other claims stay without one.
 */
export async function examineWithAgent(input: ExamineWithAgentInput): Promise<ExaminedBatch> {
  const { examiner, batch, questions, check, clock, signal } = input;
  const started = { at: clock.now(), date: clock.date() };
  const collector = new VerdictCollector({ examiner: examiner.id, questions, check });
  const ended = await runSession(input, collector).catch((error: unknown) =>
    describeFailure(error, { signal, deadline: new AbortController().signal }),
  );
  const outcome = 'usage' in ended ? ended : null;
  const { status, cause } = judgeSession(ended, collector);
  const examinations = collector.examinations();
  return {
    schemaVersion: 1,
    session: {
      examiner: examiner.id,
      batch,
      clusters: questions.map(({ cluster }) => cluster),
      answered: examinations.map(({ cluster }) => cluster),
      status,
      cause,
      toolCalls: outcome?.toolCalls.length ?? 0,
      costUsd: outcome === null ? 0 : outcome.costUsd,
      lostRequests: outcome?.lost ?? { count: 0, mostUsd: 0 },
      startedAt: started.date.toISOString(),
      durationMs: clock.now() - started.at,
    },
    examinations,
  };
}

async function runSession(input: ExamineWithAgentInput, collector: VerdictCollector): Promise<AgentOutcome> {
  const { examiner, change, repository, context, questions, emit } = input;
  const patch = viewPatch(input.patch, repository);
  const descriptions = context.tools;
  const onRetry = async ({ error, waitMs }: RetryEvent) => {
    const seconds = (waitMs / 1000).toFixed(1);
    const message = `${examiner.id}: ${makeVisibleLine(error.message)}; trying again in ${seconds} s`;
    await emit({ type: 'notice', level: 'warning', message });
  };
  return runAgent({
    model: input.model,
    onRetry,
    ...(input.retryClock === undefined ? {} : { retryClock: input.retryClock }),
    money: input.money,
    effort: examiner.effort,
    cacheKey: `${change.head.sha}/${examiner.id}/challenge`,
    ...buildChallengePrompt({ change, context, questions }),
    tools: [
      ...createReadTools({ repository, change, patch, descriptions }),
      createSubmitVerdicts(collector, describe(descriptions, 'submit_verdicts')),
    ],
    finishTool: 'submit_verdicts',
    texts: context.loop,
    limits: input.limits,
    priceOf: input.priceOf,
    opened: new OpenedFiles(),
    signal: input.signal,
    onProgress: () => undefined,
    record: input.record,
    clock: input.clock,
  });
}

/** A session that came to its end is complete only when nothing it was asked about is left open. */
function judgeSession({ status, cause }: Ending, collector: VerdictCollector): Ending {
  const missing = collector.missing();
  if (status !== 'completed' || missing.length === 0) return { status, cause };
  const message = `the examiner gave no verdict on ${missing.length} of the claims`;
  return { status: 'partial', cause: { code: 'no-verdict', message, retryable: true } };
}
