import type { GoogleGenAI } from '@google/genai';
import { withUniqueCallIds } from '../call-ids.ts';
import type { LanguageModel } from '../language-model.ts';
import type { KeyedModelConfig } from '../language-model-config.ts';
import { streamCall } from '../stream-call.ts';
import { wellFormed } from '../well-formed.ts';
import { readAnswer } from './from-response.ts';
import { streamFault, toError } from './to-error.ts';
import { toRequest } from './to-request.ts';

export const defaultBaseUrl = 'https://generativelanguage.googleapis.com/';

/** Gemini through the Gemini API. */
export function createGoogleModel(config: KeyedModelConfig): LanguageModel {
  const { modelId, apiKey } = config;
  const identity = { provider: 'google', modelId } as const;
  let client: Promise<GoogleGenAI> | null = null;
  return {
    ...identity,
    async generate(request, options) {
      client ??= createClient(config);
      const { models } = await client;
      const reader = readAnswer(modelId);
      return streamCall({
        identity,
        options,
        toError: (error, seen) => toError({ identity, error, secret: apiKey, ...seen }),
        passEvent: (event) => {
          const fault = streamFault({ identity, event, secret: apiKey });
          if (fault !== null) throw fault;
          reader.addRaw(event.data);
          // The SDK skips events with a name, and takes only the first line of those without.
          return { event: '', data: event.data.replaceAll('\n', ' ') };
        },
        run: async (call) => {
          const { contents, config: generation } = wellFormed(toRequest(request, modelId));
          const chunks = await models.generateContentStream({
            model: modelId,
            contents,
            config: { ...generation, abortSignal: call.signal, httpOptions: { fetch: call.fetch } },
          });
          for await (const chunk of chunks) for (const progress of reader.add(chunk)) call.content(progress);
          const answer = reader.finish();
          if (answer === null) throw new Error('the stream ended without a finish reason');
          const { responseId, ...rest } = answer;
          return {
            ...rest,
            parts: withUniqueCallIds(answer.parts, request.messages),
            requestId: call.header('x-request-id') ?? responseId,
          };
        },
      });
    },
  };
}

/** One client for all calls: making one reads the environment and may warn about it on stderr. */
async function createClient(config: KeyedModelConfig): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  return new GoogleGenAI({
    apiKey: config.apiKey,
    enterprise: false,
    vertexai: false,
    httpOptions: { baseUrl: config.baseUrl ?? defaultBaseUrl },
  });
}
