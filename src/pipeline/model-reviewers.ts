import { join } from 'node:path';
import type { AgentLimits } from '../agent/agent-session.ts';
import { type Background, gatherBackground } from '../agent/gather-background.ts';
import { loadReviewContext } from '../agent/prompt/review-context.ts';
import { reviewWithAgent } from '../agent/review-with-agent.ts';
import type { Change } from '../domain/change.ts';
import type { FindingClaim } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { Gate } from '../evidence/gate.ts';
import { createLanguageModel } from '../provider/create-language-model.ts';
import type { LanguageModel } from '../provider/language-model.ts';
import { type ModelCatalog, type ModelFacts, readModelCatalog } from '../provider/model-data.ts';
import { priceOf } from '../provider/price.ts';
import { openTranscript } from './open-transcript.ts';
import type { RunContext } from './run-context.ts';
import { readPatch } from './stage-collect.ts';

/** Share of the budget that reviews may use; the rest is for verifying and summing up. */
const reviewShare = 0.7;
const turnLimit = 150;
const toolCallLimit = 600;
const toolMs = 20_000;
/** Output tokens of one answer: enough for deep thinking, and still bounded where nothing is known of a model. */
const answerTokens = { most: 64_000, unknown: 16_384 };

export type StartReview = (signal: AbortSignal) => Promise<Review>;

/** How each model reviewer with a key is run, by id. */
export async function modelReviewers(
  context: RunContext,
  change: Change,
  gate: Gate,
): Promise<Map<string, StartReview>> {
  const models = context.reviewers.filter((one): one is ModelReviewer => one.type === 'model');
  const startable = models.filter(({ id }) => context.config.access.get(id)?.apiKey != null);
  if (startable.length === 0) return new Map();
  const contextDirectory = join(context.packageDirectory, 'context');
  const catalog = await readModelCatalog(join(contextDirectory, 'models'));
  const [instructions, patch] = await Promise.all([loadReviewContext(contextDirectory), readPatch(context)]);
  const background = shareBackground(context, change);
  return new Map(
    startable.map((reviewer): [string, StartReview] => [
      reviewer.id,
      async (signal) => {
        const facts = catalog.facts(reviewer.provider, reviewer.model);
        return reviewWithAgent({
          reviewer,
          model: await openModel(context, reviewer),
          change,
          patch,
          repository: context.repository,
          check: (claim: FindingClaim) => gate.check(claim, signal),
          context: instructions,
          background,
          limits: limitsOf(context, { reviewer, catalog, facts, models: models.length }),
          priceOf: (usage) => priceOf(usage, facts, context.replay?.date ?? context.clock.date()),
          signal,
          emit: context.emit,
          clock: context.clock,
          record: await openTranscript(context, reviewer.id),
        });
      },
    ]),
  );
}

/** Gathered once, by whoever asks first. */
function shareBackground(context: RunContext, change: Change): () => Promise<Background> {
  const { repository, signal } = context;
  let gathered: Promise<Background> | undefined;
  return () => {
    gathered ??= gatherBackground({ repository, change, signal });
    return gathered;
  };
}

function openModel(context: RunContext, reviewer: ModelReviewer): Promise<LanguageModel> {
  const replayed = context.replay?.models.get(reviewer.id);
  if (replayed !== undefined) return Promise.resolve(replayed);
  const access = context.config.access.get(reviewer.id);
  return createLanguageModel({
    provider: reviewer.provider,
    modelId: reviewer.model,
    apiKey: access?.apiKey ?? null,
    baseUrl: access?.baseUrl ?? null,
    authStyle: access?.authStyle ?? null,
  });
}

function limitsOf(
  context: RunContext,
  input: { reviewer: ModelReviewer; catalog: ModelCatalog; facts: ModelFacts; models: number },
): AgentLimits {
  const { reviewer, catalog, facts, models } = input;
  const { budget, maxTokens } = context.config;
  return {
    turns: turnLimit,
    toolCalls: toolCallLimit,
    deadlineMs: budget.reviewerMinutes * 60_000,
    toolMs,
    costUsd: facts.prices.length === 0 ? null : (budget.usd * reviewShare) / models,
    tokens: maxTokens.get(reviewer.id) ?? null,
    maxOutputTokens: Math.min(facts.maxOutputTokens ?? answerTokens.unknown, answerTokens.most),
    stream: catalog.limits({
      provider: reviewer.provider,
      modelId: reviewer.model,
      effort: reviewer.effort,
    }),
  };
}
