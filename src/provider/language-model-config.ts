import type { ProviderId } from '../domain/reviewer.ts';

/** How to reach one model. Nothing else decides: no environment variable, no profile file of an SDK. */
export interface LanguageModelConfig {
  provider: ProviderId;
  modelId: string;
  /** null only for a self-hosted model that asks for none. */
  apiKey: string | null;
  /**
   * As the vendor's SDK takes it: with `/v1` for `openai` and `openai-compatible`, without a version for the others.
   * null is the vendor's own address. https, or http on this machine.
   */
  baseUrl: string | null;
  /** How a gateway wants the key for `anthropic`; null is the vendor's way (bearer). */
  authStyle: 'bearer' | 'x-api-key' | null;
}

/** A configuration whose key is known to be there. */
export type KeyedModelConfig = LanguageModelConfig & { apiKey: string };
