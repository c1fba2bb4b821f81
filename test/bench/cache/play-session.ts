import { join } from 'node:path';
import { loadReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { reviewWithAgent } from '../../../src/agent/review-with-agent.ts';
import { findPackageDirectory } from '../../../src/config.ts';
import type { ProviderId } from '../../../src/domain/reviewer.ts';
import type { Usage } from '../../../src/domain/usage.ts';
import { createGate } from '../../../src/evidence/gate.ts';
import { createLanguageModel } from '../../../src/provider/create-language-model.ts';
import { type ModelFacts, readModelCatalog } from '../../../src/provider/model-data.ts';
import { priceOf } from '../../../src/provider/price.ts';
import { baseUrlFor, startModelServer } from '../../servers/model/model-server.ts';
import type { ScriptTurn, Vendor } from '../../servers/model/script.ts';
import type { OpenedChange } from '../open-change.ts';

export interface SessionCase {
  provider: ProviderId;
  vendor: Vendor;
  modelId: string;
  effort: string | null;
  /** Tokens; smaller than the session, so that its history is shortened on the way. null: the model's own. */
  contextTokens: number | null;
}

export interface PlayedSession extends SessionCase {
  status: string;
  bodies: { body: Record<string, unknown>; bytes: number }[];
  /** Tokens, by the server's count, over all requests; `input` is all of it. */
  input: number;
  cacheRead: number;
  cacheWrite: number;
  /** By our prices; null when there is none. */
  costUsd: number | null;
  /** The same requests, had no vendor a cache. */
  uncachedCostUsd: number | null;
}

/** Between two requests: a model that thinks, and its tools. */
const turnMs = 45_000;
/** Near enough to the session's length that its reminder of the limit is said. */
const turnLimit = 46;
const date = new Date('2026-11-21T12:00:00Z');

/** One session from its prompt to its end over HTTP, with time passing for the vendor's cache. */
export async function playSession(
  input: OpenedChange & { session: SessionCase; turns: ScriptTurn[] },
): Promise<PlayedSession> {
  const { session, repository, change } = input;
  const { provider, vendor, modelId, effort } = session;
  const contextDirectory = join(findPackageDirectory(), 'context');
  const catalog = await readModelCatalog(join(contextDirectory, 'models'));
  const facts = catalog.facts(provider, modelId);
  let now = 0;
  const server = await startModelServer({
    script: {
      sessions: [{ turns: input.turns }],
      models: { [modelId]: { contextTokens: session.contextTokens ?? 900_000 } },
    },
    clock: () => now,
  });
  const usages: Usage[] = [];
  try {
    const gate = createGate({ repository, change });
    const review = await reviewWithAgent({
      reviewer: { type: 'model', id: 'reviewer', provider, model: modelId, effort },
      model: await createLanguageModel({
        provider,
        modelId,
        apiKey: 'test-key',
        baseUrl: baseUrlFor(server.url, vendor),
        authStyle: null,
      }),
      change,
      patch: input.patch,
      repository,
      check: (claim) => gate.check(claim),
      context: await loadReviewContext(contextDirectory),
      limits: {
        turns: turnLimit,
        toolCalls: 600,
        deadlineMs: 600_000,
        toolMs: 20_000,
        tokens: null,
        maxOutputTokens: 16_000,
        stream: catalog.limits({ provider, modelId, effort }),
      },
      money: null,
      priceOf: (usage) => priceOf(usage, facts, date),
      signal: new AbortController().signal,
      emit: () => undefined,
      clock: { now: () => performance.now(), date: () => date },
      record: (record) => {
        if (record.type !== 'turn') return;
        usages.push(record.usage);
        now += turnMs;
      },
    });
    const refused = server.journal.entries.findLast((entry) => entry.refusal !== null);
    const isRefused = refused !== undefined && review.status !== 'completed';
    return {
      ...session,
      status: isRefused ? `${review.status}: ${refused.refusal}` : review.status,
      bodies: server.journal.entries.map(({ body, bytes }) => ({ body: body ?? {}, bytes })),
      input: sum(usages, (usage) => inputOf(usage)),
      cacheRead: sum(usages, (usage) => usage.cacheRead),
      cacheWrite: sum(usages, (usage) => usage.cacheWrite),
      costUsd: review.costUsd,
      uncachedCostUsd: uncachedCost(usages, facts),
    };
  } finally {
    await server.close();
  }
}

function inputOf({ input, cacheRead, cacheWrite }: Usage): number {
  return (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);
}

function sum(usages: readonly Usage[], count: (usage: Usage) => number | null): number {
  return usages.reduce((total, usage) => total + (count(usage) ?? 0), 0);
}

function uncachedCost(usages: readonly Usage[], facts: ModelFacts): number | null {
  const costs = usages.map((usage) =>
    priceOf({ ...usage, input: inputOf(usage), cacheRead: 0, cacheWrite: 0 }, facts, date),
  );
  return costs.reduce<number | null>(
    (total, cost) => (total === null || cost === null ? null : total + cost),
    0,
  );
}
