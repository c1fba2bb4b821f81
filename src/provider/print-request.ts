import type { ProviderId } from '../domain/reviewer.ts';
import { ConfigError } from '../errors.ts';
import type { GenerateRequest } from './language-model.ts';
import { wellFormed } from './well-formed.ts';

export interface PrintRequestInput {
  provider: ProviderId;
  modelId: string;
  /** As the configuration gives it; null is the vendor's own address. */
  baseUrl: string | null;
  request: GenerateRequest;
}

export interface PrintedRequest {
  /** Host, and port where one is given, that the request would go to. */
  host: string;
  /** The body as JSON, with the fields that would be sent; their order may be another. */
  body: string;
}

type Printer = (request: GenerateRequest, modelId: string) => Promise<{ address: string; body: unknown }>;

const printers: Record<ProviderId, Printer> = {
  anthropic: async (request, modelId) => {
    const { toRequest } = await import('./anthropic/to-request.ts');
    const { defaultBaseUrl } = await import('./anthropic/model.ts');
    return { address: defaultBaseUrl, body: toRequest(request, modelId) };
  },
  openai: async (request, modelId) => {
    const { toRequest } = await import('./openai/to-request.ts');
    const { defaultBaseUrl } = await import('./openai/model.ts');
    return { address: defaultBaseUrl, body: toRequest(request, { modelId, summaries: true }) };
  },
  google: async (request, modelId) => {
    const { toRequest } = await import('./google/to-request.ts');
    const { defaultBaseUrl } = await import('./google/model.ts');
    const { contents, config } = toRequest(request, modelId);
    const { systemInstruction, tools, maxOutputTokens, thinkingConfig } = config;
    const body = {
      contents,
      systemInstruction,
      tools,
      generationConfig: { maxOutputTokens, thinkingConfig },
    };
    return { address: defaultBaseUrl, body };
  },
  'openai-compatible': async (request, modelId) => {
    const { toRequest } = await import('./openai-compatible/to-request.ts');
    return { address: '', body: toRequest(request, modelId) };
  },
};

/** What a request would carry and where it would go. Sends nothing, and needs no key. */
export async function printRequest(input: PrintRequestInput): Promise<PrintedRequest> {
  const { address, body } = await printers[input.provider](input.request, input.modelId);
  const target = input.baseUrl ?? address;
  if (!URL.canParse(target)) throw new ConfigError(`"${target}" is not an address of an endpoint.`);
  return { host: new URL(target).host, body: JSON.stringify(wellFormed(body)) };
}
