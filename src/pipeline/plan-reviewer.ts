import { Allowance } from '../agent/allowance.ts';
import type { Briefing } from '../agent/brief-reviewer.ts';
import { createPurses } from '../agent/purse.ts';
import { SpendingMeter } from '../agent/spending-meter.ts';
import type { Config, ReviewerAccess } from '../config.ts';
import type { Change } from '../domain/change.ts';
import type { PlannedReviewer } from '../domain/review-plan.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import type { GenerateRequest } from '../provider/language-model.ts';
import type { ModelCatalog, ModelFacts } from '../provider/model-data.ts';
import { mostPriceOf, priceOn } from '../provider/price.ts';
import { printRequest } from '../provider/print-request.ts';
import { estimateSession, shortestSession } from './estimate-session.ts';
import { isUnread } from './find-unread.ts';
import { firstRequestOf } from './model-reviewers.ts';
import { turnLimit } from './model-session.ts';

export interface PlanReviewerInput {
  reviewer: ModelReviewer;
  briefing: Briefing;
  access: ReviewerAccess;
  config: Config;
  /** What it may spend, in USD, before others leave it something. */
  shareUsd: number;
  change: Change;
  catalog: ModelCatalog;
  date: Date;
}

/** What one model reviewer would be sent, and what its session might cost. */
export async function planReviewer(input: PlanReviewerInput): Promise<PlannedReviewer> {
  const { reviewer, briefing, access, change, catalog } = input;
  const { id, provider, model, effort } = reviewer;
  const facts = catalog.facts(provider, model);
  const request = firstRequestOf({ reviewer, change, briefing, facts });
  const { host, body } = await printRequest({ provider, modelId: model, baseUrl: access.baseUrl, request });
  const firstTokens = briefing.parts.reduce((sum, part) => sum + part.tokens, 0);
  const unread = isUnread(change, briefing.withheld.length);
  const isNeeded = access.apiKey !== '';
  return {
    id,
    provider,
    model,
    effort,
    endpoint: host,
    skipped: unread ? 'kept-by-rule' : access.apiKey === null ? 'no-key' : null,
    key: !isNeeded ? 'not-needed' : access.apiKey === null ? 'missing' : 'present',
    keyVariables: [...access.keyVariables],
    firstRequest: unread
      ? null
      : {
          bytes: Buffer.byteLength(body),
          tokens: firstTokens,
          filesInlined: briefing.inlined.length,
          filesNamed: change.files.length - briefing.inlined.length,
        },
    session: unread ? null : planSession(input, { facts, request, firstTokens }),
  };
}

function planSession(
  { reviewer, config, shareUsd, date }: PlanReviewerInput,
  { facts, request, firstTokens }: { facts: ModelFacts; request: GenerateRequest; firstTokens: number },
): PlannedReviewer['session'] {
  const maxTokens = config.maxTokens.get(reviewer.id) ?? null;
  const isPriced = priceOn(facts.prices, date) !== null;
  const purse = createPurses(shareUsd, [reviewer.id]).get(reviewer.id);
  const { outcome } = new Allowance({
    limits: { tokens: maxTokens, maxOutputTokens: request.maxOutputTokens },
    money:
      !isPriced || purse === undefined
        ? null
        : { purse, mostPriceOf: (tokens) => mostPriceOf(tokens, facts, date) },
    spending: new SpendingMeter(() => null),
  }).grant(request, 'first');
  const affordable = outcome === 'granted';
  const costUsd = estimateSession({ firstTokens, turnLimit, limitUsd: shareUsd, facts, date });
  return {
    turns: { low: shortestSession, high: turnLimit },
    limitUsd: costUsd === null ? null : shareUsd,
    maxTokens,
    affordable,
    costUsd: affordable ? costUsd : { low: 0, high: 0 },
  };
}
