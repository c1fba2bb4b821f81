import type { HeldSession } from '../../domain/held-session.ts';
import type { ModelReviewer } from '../../domain/reviewer.ts';
import { holdSession, type SessionMeans } from '../hold-session.ts';
import { describe } from '../tools/read-tools.ts';
import { DuplicatesCollector } from './duplicates-collector.ts';
import type { DuplicatesContext } from './duplicates-context.ts';
import { buildDuplicatesPrompt } from './duplicates-prompt.ts';
import type { DuplicatesQuestion } from './duplicates-question.ts';
import { createSubmitDuplicates } from './submit-duplicates.ts';

export interface AskDuplicatesInput extends SessionMeans {
  asked: ModelReviewer;
  question: DuplicatesQuestion;
  /** Names the change; sessions about it share the beginning of what they are told. */
  head: string;
  context: DuplicatesContext;
}

export interface DuplicatesAnswer {
  held: HeldSession;
  /** By the ids of the question's pairs, in their order; one that is not there was not answered. */
  answers: { id: string; same: boolean }[];
  /** How many pairs were answered in the end that nobody asked about. */
  invented: number;
}

/**
 * Asks one model of some pairs of findings whether the two are one defect. Never rejects for anything that can go wrong
 * on the way: that is the session's status and cause; answers handed in before stand.
 */
export async function askDuplicates(input: AskDuplicatesInput): Promise<DuplicatesAnswer> {
  const { asked, question, head, context } = input;
  const collector = new DuplicatesCollector(question.pairs);
  const held = await holdSession({
    ...input,
    asked,
    cacheKey: `${head}/${asked.id}/duplicates`,
    finishTool: 'submit_duplicates',
    texts: context.loop,
    ask: () => ({
      ...buildDuplicatesPrompt(question, context),
      tools: [createSubmitDuplicates(collector, describe(context.tools, 'submit_duplicates'))],
    }),
  });
  return {
    held: judgeSession(held, collector),
    answers: collector.answers(),
    invented: collector.invented(),
  };
}

/** A session that came to its end is complete only when no pair is left open. */
function judgeSession(held: HeldSession, collector: DuplicatesCollector): HeldSession {
  const missing = collector.missing();
  if (held.status !== 'completed' || missing.length === 0) return held;
  const message = `the model gave no answer on ${missing.length} of the pairs`;
  return { ...held, status: 'partial', cause: { code: 'no-answer', message, retryable: true } };
}
