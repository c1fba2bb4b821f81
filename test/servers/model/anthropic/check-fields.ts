import type { IncomingHttpHeaders } from 'node:http';
import { asArray, isJson, type Json, onlyFields } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { invalid, Refusal } from '../refusal.ts';
import { checkNamesUnique, checkTool } from '../schema-rules.ts';
import type { ModelLookup } from '../wire.ts';

/** The version this API speaks, and the one that gateways with a key header still speak. */
const currentVersion = '2026-10-21';
const gatewayVersion = '2023-06-01';

export function authenticate(headers: IncomingHttpHeaders, keys: readonly string[]): void {
  const version = headers['anthropic-version'];
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  const header = headers['x-api-key'];
  const key = bearer ?? header;
  if (typeof key !== 'string') throw new Refusal('x-api-key or bearer token is required', { kind: 'auth' });
  if (!keys.includes(key)) throw new Refusal('invalid x-api-key', { kind: 'auth' });
  if (version === undefined) throw invalid('anthropic-version: header is required');
  const isKnown = version === currentVersion || (version === gatewayVersion && header !== undefined);
  if (!isKnown) throw invalid(`anthropic-version: "${String(version)}" is not a valid version`);
}

const fields = [
  'model',
  'max_tokens',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'metadata',
  'service_tier',
  'stop_sequences',
  'stream',
];
const removed = ['temperature', 'top_p', 'top_k'];

/** Everything of a request but its messages. */
export function checkFields(body: Json, find: ModelLookup): { model: ServedModel; toolNames: string[] } {
  for (const field of removed)
    if (field in body) throw invalid(`${field}: is not supported for this model`, field);
  onlyFields(body, fields, '');
  const model = find(String(body.model));
  if (model === null) throw new Refusal(`model: ${String(body.model)}`, { kind: 'not-found' });
  if (!Number.isInteger(body.max_tokens) || Number(body.max_tokens) < 1)
    throw invalid('max_tokens: Field required', 'max_tokens');
  if (Number(body.max_tokens) > model.maxOutputTokens)
    throw invalid(
      `max_tokens: ${String(body.max_tokens)} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
      'max_tokens',
    );
  checkThinking(body, model);
  checkEffort(body, model);
  checkToolChoice(body, model);
  return { model, toolNames: checkTools(body.tools) };
}

function checkThinking(body: Json, model: ServedModel): void {
  if (body.thinking === undefined) return;
  const { type, display } = isJson(body.thinking) ? body.thinking : {};
  const allowed = model.allowsManualThinking ? ['adaptive', 'disabled', 'enabled'] : ['adaptive'];
  if (typeof type !== 'string' || !allowed.includes(type))
    throw invalid(
      `"thinking.type.${String(type)}" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
      'thinking',
    );
  if (isJson(body.thinking) && type === 'adaptive')
    onlyFields(body.thinking, ['type', 'display'], 'thinking');
  if (display !== undefined && display !== 'summarized' && display !== 'omitted')
    throw invalid('thinking.display: Input should be "summarized" or "omitted"', 'thinking.display');
}

function checkEffort(body: Json, model: ServedModel): void {
  if (body.output_config === undefined) return;
  const config = isJson(body.output_config) ? body.output_config : {};
  onlyFields(config, ['effort', 'format'], 'output_config');
  if (config.effort !== undefined && !model.efforts.includes(String(config.effort)))
    throw invalid(
      `output_config.effort: Input should be ${model.efforts.join(', ')}`,
      'output_config.effort',
    );
}

function checkToolChoice(body: Json, model: ServedModel): void {
  const type = isJson(body.tool_choice) ? body.tool_choice.type : undefined;
  if (!model.forcesTools && (type === 'any' || type === 'tool'))
    throw invalid('tool_choice: forced tool use is not supported for this model', 'tool_choice');
}

const rules = { keywords: null, namePattern: /^[a-zA-Z0-9_-]{1,128}$/ };

function checkTools(tools: unknown): string[] {
  const names = asArray(tools).map((tool, at) => {
    if (!isJson(tool)) throw invalid(`tools.${at}: Input should be an object`, 'tools');
    onlyFields(
      tool,
      ['name', 'description', 'input_schema', 'cache_control', 'strict', 'type'],
      `tools.${at}`,
    );
    return checkTool({
      name: tool.name,
      schema: tool.input_schema,
      where: `tools.${at}.input_schema`,
      rules,
    });
  });
  checkNamesUnique(names);
  return names;
}
