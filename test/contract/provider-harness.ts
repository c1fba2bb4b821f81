import { onTestFinished } from 'vitest';
import { createLanguageModel } from '../../src/provider/create-language-model.ts';
import type {
  AssistantMessage,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  StreamLimits,
  ToolDefinition,
  ToolMessage,
} from '../../src/provider/language-model.ts';
import { ProviderError } from '../../src/provider/provider-error.ts';
import { baseUrlFor, type ModelServer, startModelServer } from '../servers/model/model-server.ts';
import type { ModelScript, ScriptTurn } from '../servers/model/script.ts';
import { type VendorCase, vendorCases } from './vendor-cases.ts';

export { type VendorCase, vendorCases };

/** Vendors that bind an answer's reasoning to what follows it. */
export const reasoningCases = vendorCases.filter((one) => one.provider !== 'openai-compatible');

export const limits: StreamLimits = {
  connectMs: 5_000,
  firstByteMs: 5_000,
  idleMs: 5_000,
  progressMs: 5_000,
  deadlineMs: 20_000,
};

export const readFileTool: ToolDefinition = {
  name: 'read_file',
  description: 'Reads a file.',
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      path: { type: 'string', minLength: 1, description: 'The file.' },
      side: { type: 'string', const: 'head' },
      startLine: { type: 'integer', exclusiveMinimum: 0, default: 1 },
    },
    required: ['path'],
    additionalProperties: false,
  },
};

export function request(change: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    system: [
      { text: 'You review code.', endsStablePrefix: true },
      { text: 'The change is small.', endsStablePrefix: false },
    ],
    messages: [{ role: 'user', text: 'Please review.' }],
    tools: [readFileTool],
    maxOutputTokens: 1_000,
    effort: null,
    cacheKey: null,
    ...change,
  };
}

export function options(change: Partial<GenerateOptions> = {}): GenerateOptions {
  return { signal: new AbortController().signal, limits, ...change };
}

export interface Stage {
  model: LanguageModel;
  server: ModelServer;
}

/** A vendor's adapter in front of a server that plays these turns. */
export async function stage(
  vendor: VendorCase,
  turns: readonly ScriptTurn[],
  change: Partial<ModelScript> & { clock?: () => number; apiKey?: string; authStyle?: 'x-api-key' } = {},
): Promise<Stage> {
  const { clock, apiKey, authStyle, ...script } = change;
  const server = await startModelServer({
    script: { sessions: [{ turns }], ...script },
    ...(clock === undefined ? {} : { clock }),
  });
  onTestFinished(() => server.close());
  const model = await createLanguageModel({
    provider: vendor.provider,
    modelId: vendor.modelId,
    apiKey: apiKey ?? 'test-key',
    baseUrl: baseUrlFor(server.url, vendor.vendor),
    authStyle: authStyle ?? null,
  });
  return { model, server };
}

/** The answer as the message that goes back. */
export function asMessage(result: GenerateResult): AssistantMessage {
  return { role: 'assistant', parts: result.parts };
}

/** An answer to every call of a result. */
export function answerCalls(result: GenerateResult, text: (path: string) => string): ToolMessage {
  return {
    role: 'tool',
    results: result.parts.flatMap((part) =>
      part.type === 'tool-call'
        ? [{ callId: part.id, name: part.name, text: text(part.id), isError: false }]
        : [],
    ),
  };
}

/** What a call failed with; fails the test when it did not, or with something else. */
export async function failure(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}

/** The bodies that the server got, in order. */
export function bodies(server: ModelServer): Record<string, unknown>[] {
  return server.journal.entries.map((entry) => entry.body ?? {});
}
