import { withUniqueCallIds } from '../call-ids.ts';
import type { LanguageModel } from '../language-model.ts';
import type { LanguageModelConfig } from '../language-model-config.ts';
import { createClient } from '../openai/model.ts';
import { toError } from '../openai/to-error.ts';
import { sdkTimeout, streamCall } from '../stream-call.ts';
import { wellFormed } from '../well-formed.ts';
import { readAnswer } from './from-response.ts';
import { toRequest } from './to-request.ts';

/** A local or self-hosted model that speaks Chat Completions. */
export function createOpenAiCompatibleModel(
  config: LanguageModelConfig & { baseUrl: string },
): LanguageModel {
  const { modelId, apiKey } = config;
  const identity = { provider: 'openai-compatible', modelId } as const;
  return {
    ...identity,
    generate: (request, options) =>
      streamCall({
        identity,
        options,
        toError: (error, seen) => toError({ identity, error, secret: apiKey ?? '', ...seen }),
        run: async (call) => {
          const client = await createClient({
            // The SDK insists on a key; without one the header is left out.
            config: { ...config, apiKey: apiKey ?? 'none' },
            call,
            timeout: sdkTimeout(options.limits),
          });
          const chunks = await client.chat.completions.create(wellFormed(toRequest(request, modelId)), {
            signal: call.signal,
            ...(apiKey === null ? { headers: { authorization: null } } : {}),
          });
          const reader = readAnswer(modelId);
          for await (const chunk of chunks) for (const progress of reader.add(chunk)) call.content(progress);
          const answer = reader.finish();
          if (answer === null) throw new Error('the stream ended without a finish reason');
          return {
            ...answer,
            parts: withUniqueCallIds(answer.parts, request.messages),
            requestId: call.header('x-request-id'),
          };
        },
      }),
  };
}
