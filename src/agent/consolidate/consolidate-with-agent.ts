import type { HeldSession } from '../../domain/held-session.ts';
import type { RefusedProse, ReportProse } from '../../domain/prose.ts';
import { type ModelReviewer, reviewerName } from '../../domain/reviewer.ts';
import { holdSession, type SessionMeans } from '../hold-session.ts';
import { describe } from '../tools/read-tools.ts';
import { proseFacts } from './check/prose-facts.ts';
import type { ConsolidationBrief } from './consolidation-brief.ts';
import type { ConsolidationContext } from './consolidation-context.ts';
import { buildConsolidationPrompt } from './consolidation-prompt.ts';
import { ProseCollector } from './prose-collector.ts';
import { createSubmitConsolidation } from './submit-consolidation.ts';

export interface ConsolidateWithAgentInput extends SessionMeans {
  writer: ModelReviewer;
  brief: ConsolidationBrief;
  /** Ids of all models of the run: no text may name one. */
  models: readonly string[];
  context: ConsolidationContext;
  /** Same for sessions that share a prefix. */
  cacheKey: string;
}

export interface ConsolidatedProse {
  session: HeldSession;
  /** What passed every check, with the reviewers' names; counts however the session ended. */
  prose: ReportProse;
  refused: RefusedProse[];
}

/**
 * Lets one model write a report's prose. Never rejects for anything that can go wrong on the way: that is the session's
 * status and cause, and what was handed in before and passed stands.
 */
export async function consolidateWithAgent(input: ConsolidateWithAgentInput): Promise<ConsolidatedProse> {
  const { brief, context, models, writer } = input;
  const collector = new ProseCollector(proseFacts(brief, models));
  const session = await holdSession({
    ...input,
    asked: writer,
    finishTool: 'submit_consolidation',
    texts: context.loop,
    ask: () => ({
      ...buildConsolidationPrompt({ brief, context }),
      tools: [createSubmitConsolidation(collector, describe(context.tools, 'submit_consolidation'))],
    }),
  });
  return {
    session,
    prose: collector.prose(({ reviewer }) => reviewerName(reviewer)),
    refused: collector.refusals(),
  };
}
