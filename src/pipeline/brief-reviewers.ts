import { join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { type Briefing, briefReviewer } from '../agent/brief-reviewer.ts';
import { createEgress } from '../agent/egress.ts';
import { type Background, gatherBackground } from '../agent/gather-background.ts';
import type { PathInstructions } from '../agent/prompt/repository-notes.ts';
import { loadReviewContext } from '../agent/prompt/review-context.ts';
import type { Change } from '../domain/change.ts';
import type { EgressRule } from '../domain/egress.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import { createSeenChange } from './seen-change.ts';

export interface BriefReviewersInput {
  repository: ObjectRepository;
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  reviewers: readonly ModelReviewer[];
  /** Of the configuration. */
  pathInstructions: readonly PathInstructions[];
  /** Of the configuration. */
  egress: readonly EgressRule[];
  /** Folder of the installed package. */
  packageDirectory: string;
  /** More tools than every reviewer has. */
  tools: readonly AgentTool[];
  signal: AbortSignal;
}

/** What each of the reviewers would be told with its first request. Needs no key and sends nothing. */
export async function briefReviewers(input: BriefReviewersInput): Promise<Map<string, Briefing>> {
  const { repository, change, patch, signal } = input;
  const { pathInstructions } = input;
  const context = await loadReviewContext(join(input.packageDirectory, 'context'));
  const egressOf = createEgress({ rules: input.egress, repository, change, signal });
  const seenBy = createSeenChange({ rules: input.egress, egress: egressOf, repository, change, signal });
  const backgrounds = new Map<ObjectRepository, Background>();
  const briefings = new Map<string, Briefing>();
  for (const reviewer of input.reviewers) {
    const { repository: seen, tools } = await egressOf(reviewer.provider);
    const background =
      backgrounds.get(seen) ??
      (await gatherBackground({ repository: seen, change, pathInstructions, signal }));
    backgrounds.set(seen, background);
    const more = tools(input.tools);
    briefings.set(
      reviewer.id,
      briefReviewer({
        reviewer,
        change: await seenBy(reviewer.provider),
        patch,
        repository: seen,
        context,
        background,
        tools: more,
      }),
    );
  }
  return briefings;
}
