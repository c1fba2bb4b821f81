import type { ProviderId } from '../../src/domain/reviewer.ts';
import type { Vendor } from '../servers/model/script.ts';

/** One vendor, as the contract sees it: the same behaviour, another wire. */
export interface VendorCase {
  provider: ProviderId;
  vendor: Vendor;
  modelId: string;
  /** A word for effort that this vendor takes. */
  effort: string;
}

export const vendorCases: readonly VendorCase[] = [
  { provider: 'anthropic', vendor: 'anthropic', modelId: 'claude-opus-5-5', effort: 'xhigh' },
  { provider: 'openai', vendor: 'openai', modelId: 'gpt-6.1-sol', effort: 'xhigh' },
  { provider: 'google', vendor: 'google', modelId: 'gemini-4-argon', effort: 'high' },
  { provider: 'openai-compatible', vendor: 'openai-chat', modelId: 'local-model', effort: 'high' },
];
