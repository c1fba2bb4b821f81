import type { ModelRules, ModelScript, Vendor } from './script.ts';

export interface ServedModel extends ModelRules {
  id: string;
  vendor: Vendor;
}

const anthropic = {
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  forcesTools: false,
  minimumCacheTokens: 512,
  allowsSummaries: true,
  allowsManualThinking: false,
};
const openai = {
  contextTokens: 922_000,
  maxOutputTokens: 128_000,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  forcesTools: true,
  minimumCacheTokens: 1_024,
  allowsSummaries: true,
  allowsManualThinking: false,
};
const google = {
  contextTokens: 1_048_576,
  maxOutputTokens: 65_536,
  efforts: ['LOW', 'MEDIUM', 'HIGH'],
  forcesTools: true,
  minimumCacheTokens: 4_096,
  allowsSummaries: true,
  allowsManualThinking: false,
};

const served: readonly ServedModel[] = [
  { id: 'claude-opus-5-5', vendor: 'anthropic', ...anthropic },
  { id: 'claude-sonnet-5-5', vendor: 'anthropic', ...anthropic },
  { id: 'claude-haiku-5-5', vendor: 'anthropic', ...anthropic, allowsManualThinking: true },
  {
    id: 'claude-opus-4-8',
    vendor: 'anthropic',
    ...anthropic,
    forcesTools: true,
    minimumCacheTokens: 1_024,
    allowsManualThinking: true,
  },
  { id: 'gpt-6.1-sol', vendor: 'openai', ...openai },
  { id: 'gpt-6-astra', vendor: 'openai', ...openai },
  { id: 'gpt-6.1-terra', vendor: 'openai', ...openai, efforts: ['none', ...openai.efforts] },
  { id: 'gemini-4-argon', vendor: 'google', ...google },
  { id: 'gemini-4-carbon', vendor: 'google', ...google },
  { id: 'local-model', vendor: 'openai-chat', ...openai, contextTokens: 128_000, maxOutputTokens: 32_000 },
];

/** The models of a script: those above, changed and added to. */
export function servedModels(script: ModelScript): ReadonlyMap<string, ServedModel> {
  const models = new Map(served.map((model) => [model.id, model]));
  for (const [id, change] of Object.entries(script.models ?? {})) {
    const base = models.get(id) ?? served.find((model) => model.vendor === change.vendor);
    if (base === undefined) throw new Error(`the script adds the model ${id} without a vendor`);
    models.set(id, { ...base, ...change, id });
  }
  return models;
}
