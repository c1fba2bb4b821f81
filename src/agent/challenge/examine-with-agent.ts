import type { Change } from '../../domain/change.ts';
import type { FindingClaim } from '../../domain/finding.ts';
import type { HeldSession } from '../../domain/held-session.ts';
import type { ModelReviewer } from '../../domain/reviewer.ts';
import type { ExaminedBatch } from '../../domain/verdict.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import type { GateVerdict } from '../finding-collector.ts';
import { holdSession, type SessionMeans, type SessionQuestion } from '../hold-session.ts';
import { viewPatch } from '../patch-view.ts';
import { createReadTools, describe } from '../tools/read-tools.ts';
import type { ChallengeContext } from './challenge-context.ts';
import { buildChallengePrompt } from './challenge-prompt.ts';
import type { Question } from './question.ts';
import { createSubmitVerdicts } from './submit-verdicts.ts';
import { VerdictCollector } from './verdict-collector.ts';

export interface ExamineWithAgentInput extends SessionMeans {
  examiner: ModelReviewer;
  /** From 1, for each examiner. */
  batch: number;
  questions: readonly Question[];
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  /** As the examiner's vendor may see it. */
  repository: ObjectRepository;
  /** The gate every quote passes. */
  check: (claim: FindingClaim) => Promise<GateVerdict>;
  context: ChallengeContext;
}

/**
 * Puts some claims to one model. Never rejects for anything that can go wrong on the way: that is the session's status
 * and cause; verdicts handed in before stand, and all other claims stay without one.
 */
export async function examineWithAgent(input: ExamineWithAgentInput): Promise<ExaminedBatch> {
  const { examiner, batch, questions, check, change, context } = input;
  const collector = new VerdictCollector({ examiner: examiner.id, questions, check });
  const held = await holdSession({
    ...input,
    asked: examiner,
    cacheKey: `${change.head.sha}/${examiner.id}/challenge`,
    finishTool: 'submit_verdicts',
    texts: context.loop,
    ask: () => askForVerdicts(input, collector),
  });
  const examinations = collector.examinations();
  return {
    schemaVersion: 1,
    session: {
      examiner: examiner.id,
      batch,
      clusters: questions.map(({ cluster }) => cluster),
      answered: examinations.map(({ cluster }) => cluster),
      ...judgeSession(held, collector),
    },
    examinations,
  };
}

function askForVerdicts(input: ExamineWithAgentInput, collector: VerdictCollector): SessionQuestion {
  const { change, repository, context, questions } = input;
  const patch = viewPatch(input.patch, repository);
  const descriptions = context.tools;
  return {
    ...buildChallengePrompt({ change, context, questions }),
    tools: [
      ...createReadTools({ repository, change, patch, descriptions }),
      createSubmitVerdicts(collector, describe(descriptions, 'submit_verdicts')),
    ],
  };
}

/** A session that came to its end is complete only when nothing it was asked about is left open. */
function judgeSession(held: HeldSession, collector: VerdictCollector): HeldSession {
  const missing = collector.missing();
  if (held.status !== 'completed' || missing.length === 0) return held;
  const message = `the examiner gave no verdict on ${missing.length} of the claims`;
  return { ...held, status: 'partial', cause: { code: 'no-verdict', message, retryable: true } };
}
