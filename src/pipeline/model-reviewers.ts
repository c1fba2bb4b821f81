import { join } from 'node:path';
import type { AgentTool } from '../agent/agent-tool.ts';
import type { Briefing } from '../agent/brief-reviewer.ts';
import type { Egress } from '../agent/egress.ts';
import { type Background, gatherBackground } from '../agent/gather-background.ts';
import { loadReviewContext } from '../agent/prompt/review-context.ts';
import { createPurses, type Purse } from '../agent/purse.ts';
import { cacheKeyOf, reviewWithAgent } from '../agent/review-with-agent.ts';
import type { Change } from '../domain/change.ts';
import type { FindingClaim } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import type { ModelReviewer, ProviderId, Reviewer } from '../domain/reviewer.ts';
import { createGate } from '../evidence/gate.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { GenerateRequest } from '../provider/language-model.ts';
import { type ModelFacts, readModelCatalog } from '../provider/model-data.ts';
import { priceOf } from '../provider/price.ts';
import { budgetShares } from './budget-shares.ts';
import { readEarlierSpending, withEarlier } from './earlier-spending.ts';
import { limitsOf, moneyOf, mostOutput, openModel } from './model-session.ts';
import { openTranscript } from './open-transcript.ts';
import type { RunContext } from './run-context.ts';
import { createSeenChange } from './seen-change.ts';
import { readPatch } from './stage-collect.ts';

export type StartReview = (signal: AbortSignal) => Promise<Review>;

export interface ModelReviewersInput {
  change: Change;
  /** What each vendor may be sent. */
  egress: (vendor: ProviderId) => Promise<Egress>;
  /** Reviewers that are to be run now. */
  open: readonly Reviewer[];
  /** More tools than every reviewer has. */
  tools: readonly AgentTool[];
  /** Whether the others of the run are at work elsewhere, so that nothing can be learned of what they leave. */
  isAlone: boolean;
}

/** How each model reviewer that is to be run and has a key is run, by id. */
export async function modelReviewers(
  context: RunContext,
  input: ModelReviewersInput,
): Promise<Map<string, StartReview>> {
  const { change } = input;
  const hasKey = ({ id }: Reviewer) => context.config.access.get(id)?.apiKey != null;
  const models = context.reviewers.filter((one): one is ModelReviewer => one.type === 'model' && hasKey(one));
  const startable = models.filter(({ id }) => input.open.some((one) => one.id === id));
  if (startable.length === 0) return new Map();
  const contextDirectory = join(context.packageDirectory, 'context');
  const catalog = await readModelCatalog(join(contextDirectory, 'models'));
  const [instructions, patch] = await Promise.all([loadReviewContext(contextDirectory), readPatch(context)]);
  const background = shareBackground(context, change);
  const { repository: whole, signal: stopped } = context;
  const seenBy = createSeenChange({
    rules: context.config.egress,
    egress: input.egress,
    repository: whole,
    change,
    signal: stopped,
  });
  const purses = await dividePurses(context, { models, startable, isAlone: input.isAlone });
  return new Map(
    startable.map((reviewer): [string, StartReview] => [
      reviewer.id,
      async (signal) => {
        const facts = catalog.facts(reviewer.provider, reviewer.model);
        const path = transcriptFile(context, reviewer);
        const date = () => context.replay?.date ?? context.clock.date();
        const earlier = await readEarlierSpending(path);
        const { repository, tools } = await input.egress(reviewer.provider);
        const gate = createGate({ repository, change });
        const review = await reviewWithAgent({
          reviewer,
          model: await openModel(context, reviewer, context.replay?.models.get(reviewer.id)),
          change: await seenBy(reviewer.provider),
          patch,
          repository,
          check: (claim: FindingClaim) => gate.check(claim, context.signal),
          context: instructions,
          background: () => background(repository),
          tools: tools(input.tools),
          limits: limitsOf(context, { reviewer, catalog, facts }),
          money: moneyOf(purses.get(reviewer.id), facts, date),
          priceOf: (usage) => priceOf(usage, facts, date()),
          signal,
          emit: context.emit,
          clock: context.clock,
          record: await openTranscript(context, reviewer.id, path),
        });
        return { ...review, ...withEarlier(review, earlier) };
      },
    ]),
  );
}

/** The first request of a review, as long as its budget leaves its answer all the room that the model has. */
export function firstRequestOf(input: {
  reviewer: ModelReviewer;
  change: Change;
  briefing: Briefing;
  facts: ModelFacts;
}): GenerateRequest {
  const { reviewer, change, briefing, facts } = input;
  const { system, firstMessage, tools } = briefing;
  return {
    system,
    messages: [{ role: 'user', text: firstMessage }],
    tools,
    maxOutputTokens: mostOutput(facts),
    effort: reviewer.effort,
    cacheKey: cacheKeyOf(reviewer, change),
  };
}

/** Gathered once for each view of the repository, by whoever asks first. */
function shareBackground(
  { signal, config }: RunContext,
  change: Change,
): (repository: ObjectRepository) => Promise<Background> {
  const gathered = new Map<ObjectRepository, Promise<Background>>();
  return (repository) => {
    const known =
      gathered.get(repository) ??
      gatherBackground({ repository, change, pathInstructions: config.paths, signal });
    gathered.set(repository, known);
    return known;
  };
}

/** Divides the reviews' share of the budget, less what earlier sittings of the run have used of it. */
async function dividePurses(
  context: RunContext,
  input: { models: readonly ModelReviewer[]; startable: readonly ModelReviewer[]; isAlone: boolean },
): Promise<ReadonlyMap<string, Purse>> {
  const { models, startable, isAlone } = input;
  // Another machine may have the keys of those that have none here.
  const sharers = isAlone ? context.reviewers.filter(({ type }) => type === 'model') : models;
  const counted = isAlone
    ? startable
    : context.reviewers.filter((one): one is ModelReviewer => one.type === 'model');
  const spent = await Promise.all(
    counted.map(async (reviewer) => readEarlierSpending(transcriptFile(context, reviewer))),
  );
  const used = spent.reduce((sum, { bookedUsd }) => sum + bookedUsd, 0);
  const all = context.config.budget.usd * budgetShares.review;
  const share = isAlone ? (all / sharers.length) * startable.length : all;
  return createPurses(
    Math.max(0, share - used),
    startable.map(({ id }) => id),
  );
}

function transcriptFile(context: RunContext, { id }: ModelReviewer): string {
  return context.run.file('review', `${id}.transcript.jsonl`);
}
