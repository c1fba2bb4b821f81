import { asArray, isJson, type Json } from './json.ts';
import { invalid } from './refusal.ts';

export interface SchemaRules {
  /** Keywords that are taken; null: all. */
  keywords: ReadonlySet<string> | null;
  namePattern: RegExp;
}

const oneSchema = ['items', 'additionalProperties', 'not', 'propertyNames', 'contains'];
const schemaLists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const schemaRecords = ['properties', '$defs'];

/** A tool's name and its arguments' schema, as vendors check them before anything else. */
export function checkTool(input: {
  name: unknown;
  schema: unknown;
  where: string;
  rules: SchemaRules;
}): string {
  const { name, schema, where, rules } = input;
  if (typeof name !== 'string' || !rules.namePattern.test(name))
    throw invalid(`Invalid '${where}.name': does not match ${rules.namePattern}.`, `${where}.name`);
  if (!isJson(schema) || schema.type !== 'object')
    throw invalid(
      `Invalid schema for function '${name}': schema must have type 'object'.`,
      where,
      'invalid_function_parameters',
    );
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'not', 'enum'])
    if (keyword in schema)
      throw invalid(
        `Invalid schema for function '${name}': '${keyword}' is not permitted at the top level.`,
        where,
        'invalid_function_parameters',
      );
  checkKeywords({ schema, where, rules });
  return name;
}

export function checkNamesUnique(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`Tool names must be unique: '${twice}'.`, 'tools');
}

function checkKeywords(input: { schema: Json; where: string; rules: SchemaRules }): void {
  const { schema, where, rules } = input;
  for (const [keyword, value] of Object.entries(schema)) {
    const path = `${where}.${keyword}`;
    if (rules.keywords !== null && !rules.keywords.has(keyword))
      throw invalid(`Unknown name "${keyword}" at '${where}': Cannot find field.`, path);
    const inner: [string, unknown][] = oneSchema.includes(keyword)
      ? [[path, value]]
      : schemaLists.includes(keyword)
        ? asArray(value).map((one, at) => [`${path}[${at}]`, one])
        : schemaRecords.includes(keyword) && isJson(value)
          ? Object.entries(value).map(([name, one]) => [`${path}.${name}`, one])
          : [];
    for (const [place, one] of inner) if (isJson(one)) checkKeywords({ schema: one, where: place, rules });
  }
}

/** What "strict" tools promise: everything required, nothing else allowed, at every level. */
export function checkStrict(schema: unknown, where: string): void {
  if (!isJson(schema)) return;
  if (schema.type === 'object') {
    const names = Object.keys(isJson(schema.properties) ? schema.properties : {});
    const missing = names.find((name) => !asArray(schema.required).includes(name));
    if (schema.additionalProperties !== false || missing !== undefined)
      throw invalid(
        `Invalid schema: in strict mode '${where}' must require all its properties and allow no others.`,
        where,
        'invalid_function_parameters',
      );
    for (const [name, one] of Object.entries(isJson(schema.properties) ? schema.properties : {}))
      checkStrict(one, `${where}.${name}`);
  }
  checkStrict(schema.items, `${where}.items`);
}
