import type { Change } from '../domain/change.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { InternalError } from '../errors.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { ToolDefinition } from '../provider/language-model.ts';
import type { AgentTool } from './agent-tool.ts';
import { buildPrompt, type Prompt } from './build-prompt.ts';
import { isWithheld } from './egress.ts';
import { FindingCollector } from './finding-collector.ts';
import type { Background } from './gather-background.ts';
import { OpenedFiles } from './opened-files.ts';
import { viewPatch } from './patch-view.ts';
import { measurePart, type PromptPart } from './prompt/prompt-part.ts';
import type { ReviewContext } from './prompt/review-context.ts';
import { createReviewTools } from './review-tools.ts';

export interface BriefReviewerInput {
  reviewer: ModelReviewer;
  change: Change;
  /** As git printed it. */
  patch: Uint8Array;
  repository: ObjectRepository;
  /** `context/`, as `loadReviewContext` gives it. */
  context: ReviewContext;
  background: Background;
  /** More tools than every reviewer has. */
  tools?: readonly AgentTool[];
}

/** All that a reviewer is told with its first request. */
export interface Briefing extends Prompt {
  tools: ToolDefinition[];
  /** Of the prompt and of the tools. */
  parts: PromptPart[];
  /** Changed files of which it is told the name alone, by an egress rule. */
  withheld: string[];
}

/** The first request of a review, made as the review itself makes it. Sends nothing. */
export function briefReviewer(input: BriefReviewerInput): Briefing {
  const { reviewer, change, repository, context, background } = input;
  const patch = viewPatch(input.patch, repository);
  const prompt = buildPrompt({ change, patch, context, background });
  const unused = () => Promise.reject(new InternalError('a briefing has no session'));
  const { tools } = createReviewTools({
    reviewer: reviewer.id,
    repository,
    change,
    patch,
    descriptions: context.tools,
    collector: new FindingCollector({ reviewer: reviewer.id, check: unused, emit: unused }),
    opened: new OpenedFiles(),
    more: input.tools ?? [],
  });
  const definitions = tools.map(({ definition }) => definition);
  return {
    ...prompt,
    tools: definitions,
    withheld: change.files.filter((file) => isWithheld(repository, file)).map(({ path }) => path),
    parts: [
      ...prompt.parts,
      ...definitions.map((tool) => measurePart('tools', tool.name, JSON.stringify(tool))),
    ],
  };
}
