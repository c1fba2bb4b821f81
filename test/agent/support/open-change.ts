import { join } from 'node:path';
import type { AgentTool, ToolAnswer } from '../../../src/agent/agent-tool.ts';
import { viewPatch } from '../../../src/agent/patch-view.ts';
import { loadReviewContext, type ReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { createReadTools } from '../../../src/agent/tools/read-tools.ts';
import { collectChange } from '../../../src/collect/collect-change.ts';
import type { Change, HumanComment, PullRequest } from '../../../src/domain/change.ts';
import type { ObjectRepository } from '../../../src/git/object-repository.ts';
import { openObjectRepository } from '../../../src/git/open-object-repository.ts';
import type { GitFixture } from '../../support/git-fixture.ts';

export const contextDirectory = join(import.meta.dirname, '../../../context');

export interface OpenedChange {
  repository: ObjectRepository;
  change: Change;
  patch: Buffer;
}

export interface OpenChangeOptions {
  base: string;
  head: string;
  pullRequest?: PullRequest | null;
  comments?: readonly HumanComment[] | null;
}

/** The change between two commits of a fixture, collected as in a real run. The caller closes the repository. */
export async function openChange(git: GitFixture, options: OpenChangeOptions): Promise<OpenedChange> {
  const repository = await openObjectRepository({ source: git.directory, cacheDirectory: git.scratch });
  const { change, patch } = await collectChange({
    repository,
    target: {
      repository: { owner: 'example', name: 'lantern', url: null },
      headKind: 'commit',
      base: { sha: options.base, name: 'main' },
      head: { sha: options.head, name: 'topic' },
      mergeBase: null,
      branch: 'topic',
      slug: 'topic',
      pullRequest: options.pullRequest ?? null,
      comments: options.comments ?? null,
    },
    round: 1,
    signal: new AbortController().signal,
  });
  return { repository, change, patch };
}

let context: Promise<ReviewContext> | undefined;

/** The texts that are shipped. */
export function shippedContext(): Promise<ReviewContext> {
  context ??= loadReviewContext(contextDirectory);
  return context;
}

export interface Toolbox {
  tools: ReadonlyMap<string, AgentTool>;
  /** Calls a tool with whatever a model might write. */
  call(name: string, argumentValues?: Record<string, unknown>, signal?: AbortSignal): Promise<ToolAnswer>;
}

export async function openToolbox({ repository, change, patch }: OpenedChange): Promise<Toolbox> {
  const { tools: descriptions } = await shippedContext();
  const made = createReadTools({ repository, change, patch: viewPatch(patch, {}), descriptions });
  const tools = new Map(made.map((tool) => [tool.definition.name, tool]));
  return {
    tools,
    call: async (name, argumentValues = {}, signal = new AbortController().signal) => {
      const tool = tools.get(name);
      if (tool === undefined) throw new Error(`no tool ${name}`);
      return tool.execute(argumentValues, { signal });
    },
  };
}
