import { isJson } from '../../model/json.ts';
import type { Operation } from './parse.ts';
import { bareType, type Schema } from './types.ts';

/** What is wrong with the variables that came with a query, in GitHub's words. */
export function variableProblems(
  schema: Schema,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
): string[] {
  return [...operation.variables].flatMap(([name, { type, fallback }]) => {
    const given = variables[name];
    if (given === undefined && fallback !== null) return [];
    return fits(schema, given, type) ? [] : [`Variable $${name} of type ${type} was provided invalid value`];
  });
}

function fits(schema: Schema, value: unknown, type: string): boolean {
  if (value === undefined || value === null) return !type.endsWith('!');
  const inner = type.replace(/!$/, '');
  if (inner.startsWith('['))
    return Array.isArray(value) && value.every((one) => fits(schema, one, inner.slice(1, -1)));
  const bare = bareType(inner);
  const members = schema.enums.get(bare);
  if (members !== undefined) return members.some((member) => member === value);
  const fields = schema.inputs.get(bare);
  if (fields !== undefined)
    return (
      isJson(value) &&
      Object.keys(value).every((key) => key in fields) &&
      Object.entries(fields).every(([key, one]) => fits(schema, value[key], one))
    );
  if (bare === 'Int') return Number.isInteger(value);
  if (bare === 'Boolean') return typeof value === 'boolean';
  return typeof value === 'string' || (bare === 'ID' && typeof value === 'number');
}
