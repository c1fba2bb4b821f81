import { isLoopback } from '../domain/is-loopback.ts';
import type { ProviderId } from '../domain/reviewer.ts';
import { ConfigError } from '../errors.ts';
import type { LanguageModel } from './language-model.ts';
import type { KeyedModelConfig, LanguageModelConfig } from './language-model-config.ts';

type Factory = (config: LanguageModelConfig) => Promise<LanguageModel>;

/** An adapter, and the SDK behind it, is loaded when a model of its vendor is made. */
const factories: Record<ProviderId, Factory> = {
  anthropic: async (config) => {
    const keyed = requireKey(config);
    return (await import('./anthropic/model.ts')).createAnthropicModel(keyed);
  },
  openai: async (config) => {
    const keyed = requireKey(config);
    return (await import('./openai/model.ts')).createOpenAiModel(keyed);
  },
  google: async (config) => {
    const keyed = requireKey(config);
    return (await import('./google/model.ts')).createGoogleModel(keyed);
  },
  'openai-compatible': async (config) => {
    const { baseUrl } = config;
    if (baseUrl === null)
      throw new ConfigError(`${config.modelId}: a model of an OpenAI-compatible server needs an endpoint.`, {
        hint: 'Set its base URL, usually ending in /v1.',
      });
    return (await import('./openai-compatible/model.ts')).createOpenAiCompatibleModel({
      ...config,
      baseUrl,
      apiKey: config.apiKey === '' ? null : config.apiKey,
    });
  },
};

/** A model to call, without retries around it. Throws `ConfigError` for a missing key or an endpoint that is not safe. */
export async function createLanguageModel(config: LanguageModelConfig): Promise<LanguageModel> {
  if (config.baseUrl !== null) checkEndpoint(config.baseUrl);
  return factories[config.provider](config);
}

function requireKey(config: LanguageModelConfig): KeyedModelConfig {
  const { apiKey } = config;
  if (apiKey === null || apiKey === '')
    throw new ConfigError(`${config.modelId}: there is no API key for ${config.provider}.`);
  return { ...config, apiKey };
}

/** The key travels with every request: in clear text only within this machine. */
function checkEndpoint(baseUrl: string): void {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch (cause) {
    throw new ConfigError(`"${baseUrl}" is not an address of an endpoint.`, { cause });
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return;
  throw new ConfigError(`The endpoint ${url.protocol}//${url.host} is neither https nor on this machine.`, {
    hint: 'Use https, or a tunnel to localhost.',
  });
}
