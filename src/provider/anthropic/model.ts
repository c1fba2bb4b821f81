import { withUniqueCallIds } from '../call-ids.ts';
import type { LanguageModel } from '../language-model.ts';
import type { KeyedModelConfig } from '../language-model-config.ts';
import { sdkTimeout, streamCall } from '../stream-call.ts';
import { wellFormed } from '../well-formed.ts';
import { readAnswer } from './from-response.ts';
import { toError } from './to-error.ts';
import { toRequest } from './to-request.ts';

export const defaultBaseUrl = 'https://api.anthropic.com';

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** Claude through the Messages API. The SDK only sends and parses: retries, limits and tool loops are ours. */
export function createAnthropicModel(config: KeyedModelConfig): LanguageModel {
  const { modelId, apiKey } = config;
  const identity = { provider: 'anthropic', modelId } as const;
  return {
    ...identity,
    async generate(request, options) {
      const { default: Anthropic } = await import('@anthropic-ai/sdk');
      return streamCall({
        identity,
        options,
        toError: (error, seen) => toError({ identity, error, secret: apiKey, ...seen }),
        run: async (call) => {
          const client = new Anthropic({
            apiKey,
            baseURL: config.baseUrl ?? defaultBaseUrl,
            webhookKey: null,
            maxRetries: 0,
            timeout: sdkTimeout(options.limits),
            fetch: call.fetch,
            logger: silent,
            logLevel: 'off',
            openTelemetry: false,
            defaultHeaders: gatewayHeaders(config),
          });
          const events = await client.messages.create(wellFormed(toRequest(request, modelId)), {
            signal: call.signal,
          });
          const reader = readAnswer(modelId);
          for await (const event of events) {
            const progress = reader.add(event);
            if (progress !== null) call.content(progress);
            if (reader.answer !== null) break;
          }
          if (reader.answer === null) throw new Error('the stream ended before the message did');
          const answer = reader.answer;
          return {
            ...answer,
            parts: withUniqueCallIds(answer.parts, request.messages),
            requestId: call.header('request-id'),
          };
        },
      });
    },
  };
}

/** Gateways built for the API of before October 2026 want the key in a header of its own. */
function gatewayHeaders(config: KeyedModelConfig): Record<string, string | null> {
  if (config.authStyle !== 'x-api-key') return {};
  return { 'x-api-key': config.apiKey, authorization: null, 'anthropic-version': '2023-06-01' };
}
