import type { AgentLimits, SessionMoney } from '../agent/agent-session.ts';
import type { Purse } from '../agent/purse.ts';
import type { Config } from '../config.ts';
import type { ModelReviewer, Reviewer } from '../domain/reviewer.ts';
import { createLanguageModel } from '../provider/create-language-model.ts';
import type { LanguageModel, StreamLimits } from '../provider/language-model.ts';
import type { ModelCatalog, ModelFacts } from '../provider/model-data.ts';
import { mostPriceOf } from '../provider/price.ts';
import type { RunContext } from './run-context.ts';

/** Most requests of one session. */
export const turnLimit = 150;
const toolCallLimit = 600;
const toolMs = 20_000;
/** Output tokens of one answer: enough for deep thinking, and still bounded where nothing is known of a model. */
const answerTokens = { most: 64_000, unknown: 16_384 };

/** Whether a reviewer is a model that can be asked at all. */
export function isReachable(
  { access }: Pick<Config, 'access'>,
  reviewer: Reviewer,
): reviewer is ModelReviewer {
  return reviewer.type === 'model' && access.get(reviewer.id)?.apiKey != null;
}

/** Limits of a session that has less to do than a review: of each the smaller one. */
export function narrowLimits(
  limits: AgentLimits,
  most: Pick<AgentLimits, 'turns' | 'toolCalls' | 'deadlineMs'> & { maxOutputTokens?: number },
): AgentLimits {
  return {
    ...limits,
    turns: Math.min(limits.turns, most.turns),
    toolCalls: Math.min(limits.toolCalls, most.toolCalls),
    deadlineMs: Math.min(limits.deadlineMs, most.deadlineMs),
    maxOutputTokens: Math.min(limits.maxOutputTokens, most.maxOutputTokens ?? limits.maxOutputTokens),
  };
}

/** The vendor's client for a reviewer; in a replay what was recorded answers instead. */
export function openModel(
  context: RunContext,
  reviewer: ModelReviewer,
  recorded: LanguageModel | undefined,
): Promise<LanguageModel> {
  if (recorded !== undefined) return Promise.resolve(recorded);
  const access = context.config.access.get(reviewer.id);
  return createLanguageModel({
    provider: reviewer.provider,
    modelId: reviewer.model,
    apiKey: access?.apiKey ?? null,
    baseUrl: access?.baseUrl ?? null,
    authStyle: access?.authStyle ?? null,
  });
}

/** What a session may spend, by the prices of the day. null: it is bounded by its cap of tokens. */
export function moneyOf(purse: Purse | undefined, facts: ModelFacts, date: () => Date): SessionMoney | null {
  if (purse === undefined) return null;
  if (facts.prices.length > 0) return { purse, mostPriceOf: (tokens) => mostPriceOf(tokens, facts, date()) };
  // Without a price it is bounded by its cap of tokens, and its share is the others'.
  purse.close();
  return null;
}

/** The limits of one session of a reviewer. */
export function limitsOf(
  context: RunContext,
  input: { reviewer: ModelReviewer; catalog: ModelCatalog; facts: ModelFacts },
): AgentLimits {
  const { reviewer, catalog, facts } = input;
  const { budget, maxTokens } = context.config;
  return {
    turns: turnLimit,
    toolCalls: toolCallLimit,
    deadlineMs: budget.reviewerMinutes * 60_000,
    toolMs,
    tokens: maxTokens.get(reviewer.id) ?? null,
    maxOutputTokens: mostOutput(facts),
    stream: streamLimits(context, reviewer, catalog),
  };
}

/** What is published for the model, and above it what the user set. */
function streamLimits(context: RunContext, reviewer: ModelReviewer, catalog: ModelCatalog): StreamLimits {
  const { provider, model, effort, id } = reviewer;
  const own = Object.entries(context.config.requestLimits.get(id) ?? {});
  const set = Object.fromEntries(own.filter(([, value]) => value !== undefined));
  return { ...catalog.limits({ provider, modelId: model, effort }), ...set };
}

/** Output tokens that one answer may have at most. */
export function mostOutput({ maxOutputTokens }: ModelFacts): number {
  return Math.min(maxOutputTokens ?? answerTokens.unknown, answerTokens.most);
}
