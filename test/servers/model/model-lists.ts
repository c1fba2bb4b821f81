import type { Json } from './json.ts';
import type { ServedModel } from './models.ts';
import { Refusal } from './refusal.ts';
import type { Vendor } from './script.ts';

/** The answer to `GET /v1/models` or `/v1beta/models`, all or one of them. */
export function listModels(input: {
  vendor: Vendor;
  id: string | null;
  models: Iterable<ServedModel>;
}): Json {
  const { vendor, id } = input;
  const models = [...input.models]
    .filter((model) => isListed(model, vendor))
    .map((model) => describe(model, vendor));
  if (id === null) return vendor === 'google' ? { models } : { data: models, ...pageEnd(vendor, models) };
  const one = models.find((model) => model.id === id || model.name === `models/${id}`);
  if (one === undefined) throw new Refusal(`model: ${id}`, { kind: 'not-found', code: 'model_not_found' });
  return one;
}

/** Both wire formats of OpenAI list the same models. */
function isListed(model: ServedModel, vendor: Vendor): boolean {
  return vendor === 'openai' ? model.vendor.startsWith('openai') : model.vendor === vendor;
}

function pageEnd(vendor: Vendor, models: readonly Json[]): Json {
  if (vendor !== 'anthropic') return { object: 'list' };
  return { has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
}

function describe(model: ServedModel, vendor: Vendor): Json {
  if (vendor === 'google')
    return {
      name: `models/${model.id}`,
      displayName: model.id,
      inputTokenLimit: model.contextTokens,
      outputTokenLimit: model.maxOutputTokens,
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
      thinking: true,
    };
  if (vendor === 'anthropic')
    return {
      type: 'model',
      id: model.id,
      display_name: model.id,
      created_at: '2026-01-01T00:00:00Z',
      max_input_tokens: model.contextTokens,
      max_tokens: model.maxOutputTokens,
    };
  return { id: model.id, object: 'model', created: 1_790_000_000, owned_by: 'openai' };
}
