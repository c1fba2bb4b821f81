import type { Call } from '../route.ts';
import type { Document, FieldSelection, Operation, Selection, Value } from './parse.ts';
import { type Field, FieldProblem, type Schema } from './types.ts';
import { possibleOf } from './validate.ts';

export interface FieldError {
  type: string;
  path: (string | number)[];
  extensions: { saml_failure: boolean };
  locations: { line: number; column: number }[];
  message: string;
}

/** Carries a valid query out: mutations one after the other; what cannot be had is null and an entry in `errors`. */
export async function executeQuery(input: {
  schema: Schema;
  document: Document;
  operation: Operation;
  variables: Readonly<Record<string, unknown>>;
  call: Call;
}): Promise<{ data: unknown; errors: FieldError[] }> {
  const { schema, document, operation, call } = input;
  const errors: FieldError[] = [];

  const complete = async (
    selections: readonly Selection[],
    type: string,
    source: unknown,
    path: (string | number)[],
  ): Promise<Record<string, unknown>> => {
    const made: Record<string, unknown> = {};
    for (const [alias, fields] of collect(selections, type)) {
      const [first] = fields;
      if (first === undefined) continue;
      made[alias] =
        first.name === '__typename' ? type : await resolveField(fields, type, source, [...path, alias]);
    }
    return made;
  };

  const resolveField = async (
    selections: readonly FieldSelection[],
    type: string,
    source: unknown,
    path: (string | number)[],
  ): Promise<unknown> => {
    const [selection] = selections;
    const field = selection === undefined ? undefined : schema.objects.get(type)?.fields[selection.name];
    if (selection === undefined || field === undefined)
      throw new Error(`the schema has no ${type}.${selection?.name}`);
    try {
      const values = Object.fromEntries(
        [...selection.values].map(([name, value]) => [name, plain(value, operation, input.variables)]),
      );
      const value = await field.resolve(source, values, call);
      const inner = selections.flatMap((one) => one.selections ?? []);
      if (field.list !== true) return await shape(field, inner, value, path);
      const items = value as readonly unknown[];
      return await Promise.all(items.map((item, index) => shape(field, inner, item, [...path, index])));
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      errors.push({
        type: error.type,
        path,
        extensions: { saml_failure: false },
        locations: [selection.at],
        message: error.message,
      });
      return null;
    }
  };

  const shape = (field: Field, inner: readonly Selection[], value: unknown, path: (string | number)[]) => {
    if (value === null || value === undefined || inner.length === 0) return value ?? null;
    const type = schema.abstract.has(field.type) ? schema.typeOf(value) : field.type;
    return complete(inner, type, value, path);
  };

  /** The fields that an object answers, by their name in the answer. */
  const collect = (selections: readonly Selection[], type: string) => {
    const found = new Map<string, FieldSelection[]>();
    const add = (among: readonly Selection[]): void => {
      for (const selection of among) {
        if (selection.kind === 'field') {
          found.set(selection.alias, [...(found.get(selection.alias) ?? []), selection]);
          continue;
        }
        const fragment = selection.kind === 'spread' ? document.fragments.get(selection.name) : selection;
        if (fragment === undefined) continue;
        if (fragment.on === null || possibleOf(schema, fragment.on).includes(type)) add(fragment.selections);
      }
    };
    add(selections);
    return found;
  };

  const root = operation.kind === 'query' ? 'Query' : 'Mutation';
  const data = await complete(operation.selections, root, null, []);
  return { data, errors };
}

function plain(value: Value, operation: Operation, variables: Readonly<Record<string, unknown>>): unknown {
  switch (value.kind) {
    case 'variable': {
      const given = variables[value.name];
      const fallback = operation.variables.get(value.name)?.fallback ?? null;
      return given === undefined && fallback !== null ? plain(fallback, operation, variables) : given;
    }
    case 'enum':
      return value.name;
    case 'literal':
      return value.value;
    case 'list':
      return value.values.map((one) => plain(one, operation, variables));
    case 'object':
      return Object.fromEntries(
        [...value.values].map(([name, one]) => [name, plain(one, operation, variables)]),
      );
  }
}
