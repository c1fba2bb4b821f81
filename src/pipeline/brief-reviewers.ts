import { join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import { type Briefing, briefReviewer } from '../agent/brief-reviewer.ts';
import { gatherBackground } from '../agent/gather-background.ts';
import type { PathInstructions } from '../agent/prompt/repository-notes.ts';
import { loadReviewContext } from '../agent/prompt/review-context.ts';
import type { Change } from '../domain/change.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { ObjectRepository } from '../git/object-repository.ts';

export interface BriefReviewersInput {
  repository: ObjectRepository;
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  reviewers: readonly ModelReviewer[];
  /** Of the configuration. */
  pathInstructions: readonly PathInstructions[];
  /** Folder of the installed package. */
  packageDirectory: string;
  /** More tools than every reviewer has. */
  tools: readonly AgentTool[];
  signal: AbortSignal;
}

/** What each of the reviewers would be told with its first request. Needs no key and sends nothing. */
export async function briefReviewers(input: BriefReviewersInput): Promise<Map<string, Briefing>> {
  const { repository, change, patch, signal } = input;
  const [context, background] = await Promise.all([
    loadReviewContext(join(input.packageDirectory, 'context')),
    gatherBackground({ repository, change, pathInstructions: input.pathInstructions, signal }),
  ]);
  return new Map(
    input.reviewers.map((reviewer) => [
      reviewer.id,
      briefReviewer({ reviewer, change, patch, repository, context, background, tools: input.tools }),
    ]),
  );
}
