import type { OpenAI } from 'openai';
import { withUniqueCallIds } from '../call-ids.ts';
import type { GenerateOptions, GenerateRequest, GenerateResult, LanguageModel } from '../language-model.ts';
import type { KeyedModelConfig } from '../language-model-config.ts';
import { ProviderError } from '../provider-error.ts';
import { type StreamCall, sdkTimeout, streamCall } from '../stream-call.ts';
import { wellFormed } from '../well-formed.ts';
import { readAnswer } from './from-response.ts';
import { toError } from './to-error.ts';
import { toRequest } from './to-request.ts';

export const defaultBaseUrl = 'https://api.openai.com/v1';

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** GPT through the Responses API. */
export function createOpenAiModel(config: KeyedModelConfig): LanguageModel {
  const { modelId, apiKey } = config;
  const identity = { provider: 'openai', modelId } as const;
  let summaries = true;

  const attempt = (request: GenerateRequest, options: GenerateOptions): Promise<GenerateResult> =>
    streamCall({
      identity,
      options,
      toError: (error, seen) => toError({ identity, error, secret: apiKey, ...seen }),
      run: async (call) => {
        const client = await createClient({ config, call, timeout: sdkTimeout(options.limits) });
        const events = await client.responses.create(wellFormed(toRequest(request, { modelId, summaries })), {
          signal: call.signal,
        });
        const reader = readAnswer(modelId);
        for await (const event of events) {
          const progress = reader.add(event);
          if (progress !== null) call.content(progress);
          if (reader.answer !== null) break;
        }
        if (reader.answer === null) throw new Error('the stream ended before the response did');
        const answer = reader.answer;
        return {
          ...answer,
          parts: withUniqueCallIds(answer.parts, request.messages),
          requestId: call.header('x-request-id'),
        };
      },
    });

  return {
    ...identity,
    async generate(request, options) {
      try {
        return await attempt(request, options);
      } catch (error) {
        if (!summaries || !isSummaryRefusal(error)) throw error;
        // Accounts that are not verified may use the model, but not see summaries of its reasoning.
        summaries = false;
        return attempt(request, options);
      }
    },
  };
}

export async function createClient(input: {
  config: KeyedModelConfig;
  call: StreamCall;
  timeout: number;
}): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    apiKey: input.config.apiKey,
    baseURL: input.config.baseUrl ?? defaultBaseUrl,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: input.timeout,
    fetch: input.call.fetch,
    logger: silent,
    logLevel: 'off',
  });
}

function isSummaryRefusal(error: unknown): boolean {
  return (
    error instanceof ProviderError &&
    (error.kind === 'bad-request' || error.kind === 'auth') &&
    error.parameter === 'reasoning.summary'
  );
}
