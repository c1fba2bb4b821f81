import type { IncomingHttpHeaders } from 'node:http';
import { asArray, isJson, type Json, onlyFields } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { invalid, Refusal } from '../refusal.ts';
import { checkNamesUnique, checkStrict, checkTool } from '../schema-rules.ts';
import type { ModelLookup } from '../wire.ts';

export function authenticate(headers: IncomingHttpHeaders, keys: readonly string[]): void {
  const [scheme, key] = (headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || key === undefined)
    throw new Refusal("You didn't provide an API key.", { kind: 'auth' });
  if (!keys.includes(key))
    throw new Refusal(`Incorrect API key provided: ${key.slice(0, 3)}***.`, {
      kind: 'auth',
      code: 'invalid_api_key',
    });
}

const fields = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'reasoning',
  'include',
  'store',
  'stream',
  'prompt_cache_key',
  'prompt_cache_options',
  'previous_response_id',
  'text',
  'truncation',
  'metadata',
  'service_tier',
];

/** Everything of a Responses request but its input. */
export function checkFields(body: Json, find: ModelLookup): { model: ServedModel; toolNames: string[] } {
  for (const field of ['temperature', 'top_p'])
    if (field in body)
      throw invalid(
        `Unsupported parameter: '${field}' is not supported with this model.`,
        field,
        'unsupported_parameter',
      );
  onlyFields(body, fields, '');
  const model = findModel(body, find);
  if (typeof body.previous_response_id === 'string')
    throw invalid(
      `Previous response with id '${body.previous_response_id}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    );
  checkLength(body.prompt_cache_key, 'prompt_cache_key', 64);
  checkMaximum(body.max_output_tokens, 'max_output_tokens', model);
  checkReasoning(body, model);
  return { model, toolNames: checkTools(body.tools) };
}

export function findModel(body: Json, find: ModelLookup): ServedModel {
  const model = find(String(body.model));
  if (model !== null) return model;
  throw new Refusal(`The model '${String(body.model)}' does not exist or you do not have access to it.`, {
    kind: 'not-found',
    code: 'model_not_found',
    parameter: 'model',
  });
}

export function checkLength(value: unknown, field: string, longest: number): void {
  if (typeof value === 'string' && value.length > longest)
    throw invalid(
      `Invalid '${field}': string too long. Expected a string with maximum length ${longest}.`,
      field,
      'string_above_max_length',
    );
}

export function checkMaximum(value: unknown, field: string, model: ServedModel): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || Number(value) < 16 || Number(value) > model.maxOutputTokens)
    throw invalid(
      `Invalid '${field}': integer out of range, 16 to ${model.maxOutputTokens}.`,
      field,
      'integer_above_max_value',
    );
}

function checkReasoning(body: Json, model: ServedModel): void {
  if (body.reasoning === undefined) return;
  const reasoning = isJson(body.reasoning) ? body.reasoning : {};
  onlyFields(reasoning, ['effort', 'summary', 'context', 'mode'], 'reasoning');
  const { effort, summary } = reasoning;
  if (effort !== undefined && !model.efforts.includes(String(effort)))
    throw invalid(
      `Unsupported value: '${String(effort)}' is not supported with the '${model.id}' model. Supported values are: ${model.efforts.join(', ')}.`,
      'reasoning.effort',
      'unsupported_value',
    );
  if (summary !== undefined && !model.allowsSummaries)
    throw invalid(
      'Your organization must be verified to generate reasoning summaries.',
      'reasoning.summary',
      'unsupported_value',
    );
}

export const toolRules = { keywords: null, namePattern: /^[a-zA-Z0-9_-]{1,64}$/ };

function checkTools(tools: unknown): string[] {
  const names = asArray(tools).map((tool, at) => {
    if (!isJson(tool) || tool.type !== 'function')
      throw invalid(`Invalid value: 'tools[${at}].type'.`, `tools[${at}].type`);
    onlyFields(tool, ['type', 'name', 'description', 'parameters', 'strict'], `tools[${at}]`);
    const where = `tools[${at}].parameters`;
    if (tool.strict !== false) checkStrict(tool.parameters, where);
    return checkTool({ name: tool.name, schema: tool.parameters, where, rules: toolRules });
  });
  checkNamesUnique(names);
  return names;
}
