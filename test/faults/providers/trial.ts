import type { AgentLimits } from '../../../src/agent/agent-session.ts';
import type { AgentTool } from '../../../src/agent/agent-tool.ts';
import { reviewWithAgent } from '../../../src/agent/review-with-agent.ts';
import type { TranscriptRecord } from '../../../src/agent/transcript.ts';
import type { Change } from '../../../src/domain/change.ts';
import type { RunEvent } from '../../../src/domain/event.ts';
import { Review } from '../../../src/domain/review.ts';
import { createLanguageModel } from '../../../src/provider/create-language-model.ts';
import type { StreamLimits } from '../../../src/provider/language-model.ts';
import { priceOf } from '../../../src/provider/price.ts';
import { type RetryClock, systemClock } from '../../../src/provider/retry.ts';
import type { VendorCase } from '../../contract/vendor-cases.ts';
import type { JournalEntry } from '../../servers/model/journal.ts';
import { baseUrlFor, type ModelServer, startModelServer } from '../../servers/model/model-server.ts';
import type { ModelScript, ScriptTurn } from '../../servers/model/script.ts';
import { openBench } from './bench.ts';

/** One review over a vendor's own SDK, against a server that has a fault. */
export interface Trial {
  turns: readonly ScriptTurn[];
  models?: ModelScript['models'];
  apiKey?: string;
  /** An address that is not the server's. */
  baseUrl?: string;
  stream?: Partial<StreamLimits>;
  limits?: Partial<Omit<AgentLimits, 'stream'>>;
  /** Waits between tries take their time; else they are noted and over at once. */
  realWaits?: boolean;
  tools?: readonly AgentTool[];
  /** Another view of the change. */
  change?: (change: Change) => Change;
  /** Told when the server is there; may abort the review. */
  onStart?: (start: TrialStart) => void;
  /** Told each record of the transcript. */
  onRecord?: (record: TranscriptRecord) => void;
}

export interface TrialStart {
  server: ModelServer;
  abort: (reason: Error) => void;
}

export interface TrialResult {
  review: Review;
  /** What the server was asked. */
  requests: readonly JournalEntry[];
  /** Waits between tries, in milliseconds, as they were asked for. */
  waits: readonly number[];
  records: readonly TranscriptRecord[];
  events: readonly RunEvent[];
}

/** No row but those about limits may come near one, however slow the machine is. */
const patient: StreamLimits = {
  connectMs: 120_000,
  firstByteMs: 120_000,
  idleMs: 120_000,
  progressMs: 120_000,
  deadlineMs: 600_000,
};

const limits: AgentLimits = {
  turns: 50,
  toolCalls: 1_000,
  deadlineMs: 600_000,
  toolMs: 20_000,
  tokens: null,
  maxOutputTokens: 8_000,
  stream: patient,
};

const price = {
  prices: [
    {
      from: null,
      until: null,
      input: 5,
      cacheRead: 0.5,
      cacheWrite: 6,
      cacheWriteHour: null,
      output: 25,
      longContext: null,
    },
  ],
};

export async function tryReview(vendor: VendorCase, trial: Trial, signal: AbortSignal): Promise<TrialResult> {
  const { repository, change, patch, gate, context } = await openBench();
  const server = await startModelServer({
    script: {
      sessions: [{ turns: trial.turns }],
      ...(trial.models === undefined ? {} : { models: trial.models }),
    },
  });
  const controller = new AbortController();
  const waits: number[] = [];
  const records: TranscriptRecord[] = [];
  const events: RunEvent[] = [];
  try {
    const model = await createLanguageModel({
      provider: vendor.provider,
      modelId: vendor.modelId,
      apiKey: trial.apiKey ?? 'test-key',
      baseUrl: trial.baseUrl ?? baseUrlFor(server.url, vendor.vendor),
      authStyle: null,
    });
    trial.onStart?.({ server, abort: (reason) => controller.abort(reason) });
    const review = await reviewWithAgent({
      reviewer: {
        type: 'model',
        id: 'reviewer',
        provider: vendor.provider,
        model: vendor.modelId,
        effort: vendor.effort,
      },
      model,
      change: trial.change?.(change) ?? change,
      patch,
      repository,
      check: (claim) => gate.check(claim),
      context,
      limits: { ...limits, ...trial.limits, stream: { ...patient, ...trial.stream } },
      money: null,
      priceOf: (usage) => priceOf(usage, price, new Date()),
      tools: trial.tools ?? [],
      signal: AbortSignal.any([signal, controller.signal]),
      emit: (event) => {
        events.push(event);
      },
      clock: { now: () => performance.now(), date: () => new Date() },
      retryClock: notingClock(waits, trial.realWaits === true),
      record: (record) => {
        records.push(record);
        trial.onRecord?.(record);
      },
    });
    // Whatever happened, the review is one that can be written down and read again.
    Review.parse(JSON.parse(JSON.stringify(review)));
    return { review, requests: server.journal.entries, waits, records, events };
  } finally {
    await server.close();
  }
}

/** Chance always draws the middle, so that waits can be told beforehand. */
function notingClock(waits: number[], isReal: boolean): RetryClock {
  return {
    now: systemClock.now,
    random: () => 0.5,
    sleep: (milliseconds, signal) => {
      waits.push(milliseconds);
      signal.throwIfAborted();
      return isReal ? systemClock.sleep(milliseconds, signal) : Promise.resolve();
    },
  };
}
