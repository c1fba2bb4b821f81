import { isRecord } from './tool-arguments.ts';

/** Keywords of JSON Schema that hold schemas: one, a list, or a record of them. */
const oneSchema = ['items', 'additionalProperties', 'not', 'propertyNames', 'contains', 'if', 'then', 'else'];
const schemaLists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const schemaRecords = ['properties', '$defs', 'definitions', 'patternProperties'];

/** The schema without the keywords that `keep` refuses, at every depth; a `const` becomes an `enum` of one. */
export function filterSchema(
  schema: Record<string, unknown>,
  keep: (keyword: string) => boolean,
): Record<string, unknown> {
  const filter = (value: unknown): unknown => (isRecord(value) ? filterSchema(value, keep) : value);
  const entries: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'const' && !keep('const')) entries.push(['enum', [value]]);
    else if (!keep(keyword)) continue;
    else if (oneSchema.includes(keyword)) entries.push([keyword, filter(value)]);
    else if (schemaLists.includes(keyword) && Array.isArray(value))
      entries.push([keyword, value.map(filter)]);
    else if (schemaRecords.includes(keyword) && isRecord(value))
      entries.push([
        keyword,
        Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filter(one)])),
      ]);
    else entries.push([keyword, value]);
  }
  return Object.fromEntries(entries);
}

/** Every vendor knows its own dialect; the keyword that names one is noise to all of them. */
export function withoutDialect(schema: Record<string, unknown>): Record<string, unknown> {
  return filterSchema(schema, (keyword) => keyword !== '$schema');
}
