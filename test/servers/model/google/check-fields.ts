import type { IncomingHttpHeaders } from 'node:http';
import { asArray, isJson, type Json, onlyFields } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { invalid, Refusal } from '../refusal.ts';
import { checkNamesUnique, checkTool } from '../schema-rules.ts';

export function authenticate(
  request: { headers: IncomingHttpHeaders; url: URL },
  keys: readonly string[],
): void {
  const key = request.headers['x-goog-api-key'] ?? request.url.searchParams.get('key');
  if (typeof key !== 'string' || key === '')
    throw new Refusal("Method doesn't allow unregistered callers (callers without established identity).", {
      kind: 'permission',
    });
  if (!keys.includes(key))
    throw invalid('API key not valid. Please pass a valid API key.', 'key', 'API_KEY_INVALID');
}

const fields = [
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'cachedContent',
];
const configFields = [
  'maxOutputTokens',
  'thinkingConfig',
  'temperature',
  'topP',
  'topK',
  'seed',
  'stopSequences',
  'candidateCount',
  'responseMimeType',
  'responseJsonSchema',
];

/** Everything of a request but its contents. */
export function checkFields(body: Json, model: ServedModel): { toolNames: string[] } {
  onlyFields(body, fields, '');
  const config = isJson(body.generationConfig) ? body.generationConfig : {};
  onlyFields(config, configFields, 'generation_config');
  const maximum = config.maxOutputTokens;
  if (
    maximum !== undefined &&
    (!Number.isInteger(maximum) || Number(maximum) < 1 || Number(maximum) > model.maxOutputTokens)
  )
    throw invalid(
      `Unable to submit request because it has a maxOutputTokens value of ${String(maximum)} but the supported range is from 1 to ${model.maxOutputTokens + 1} (exclusive).`,
      'generation_config',
    );
  checkThinking(config, model);
  return { toolNames: checkTools(body.tools) };
}

function checkThinking(config: Json, model: ServedModel): void {
  if (config.thinkingConfig === undefined) return;
  const thinking = isJson(config.thinkingConfig) ? config.thinkingConfig : {};
  onlyFields(thinking, ['includeThoughts', 'thinkingLevel', 'thinkingBudget'], 'thinking_config');
  if (thinking.thinkingBudget !== undefined)
    throw invalid('Thinking budget is not supported for this model. Use thinking_level.', 'thinking_config');
  if (thinking.thinkingLevel !== undefined && !model.efforts.includes(String(thinking.thinkingLevel)))
    throw invalid(
      `Thinking level ${String(thinking.thinkingLevel)} is not supported for this model.`,
      'thinking_config',
    );
}

const rules = {
  namePattern: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/,
  keywords: new Set([
    '$id',
    '$defs',
    '$ref',
    '$anchor',
    'type',
    'format',
    'title',
    'description',
    'enum',
    'items',
    'prefixItems',
    'minItems',
    'maxItems',
    'minimum',
    'maximum',
    'anyOf',
    'oneOf',
    'properties',
    'propertyOrdering',
    'additionalProperties',
    'required',
  ]),
};

function checkTools(tools: unknown): string[] {
  const declarations = asArray(tools).flatMap((tool, at) => {
    if (!isJson(tool)) throw invalid(`Invalid value at 'tools[${at}]'`, 'tools');
    onlyFields(tool, ['functionDeclarations'], `tools[${at}]`);
    return asArray(tool.functionDeclarations);
  });
  const names = declarations.map((declaration, at) => {
    const where = `function_declarations[${at}]`;
    if (!isJson(declaration)) throw invalid(`Invalid value at '${where}'`, 'tools');
    onlyFields(declaration, ['name', 'description', 'parametersJsonSchema', 'parameters'], where);
    const schema = declaration.parametersJsonSchema ?? declaration.parameters;
    return checkTool({ name: declaration.name, schema, where, rules });
  });
  checkNamesUnique(names);
  return names;
}
