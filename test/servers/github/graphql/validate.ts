import type { Document, FieldSelection, Location, Operation, Selection, Value } from './parse.ts';
import { bareType, type Field, type Schema, scalars } from './types.ts';

/** What is wrong with a query before any of it is carried out. */
export interface QueryProblem {
  message: string;
  locations: Location[];
  path: string[];
  extensions: Record<string, string>;
}

/** Everything that the schema does not know, and variables that do not fit: GitHub then carries nothing out. */
export function validateQuery(schema: Schema, document: Document, operation: Operation): QueryProblem[] {
  const problems: QueryProblem[] = [];
  const used = new Set<string>();
  const operationPath = `${operation.kind}${operation.name === null ? '' : ` ${operation.name}`}`;
  const complain = (
    message: string,
    at: Location | null,
    path: string[],
    extensions: Record<string, string>,
  ) => problems.push({ message, locations: at === null ? [] : [at], path, extensions });

  const checkSelections = (selections: readonly Selection[], type: string, path: string[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'field') {
        checkField(selection, type, path);
        continue;
      }
      const fragment = selection.kind === 'spread' ? document.fragments.get(selection.name) : selection;
      if (fragment === undefined) {
        const name = selection.kind === 'spread' ? selection.name : '';
        complain(`Fragment ${name} was used, but not defined`, selection.at, path, {
          code: 'useAndDefineFragment',
        });
        continue;
      }
      const on = fragment.on ?? type;
      const inside = [...path, selection.kind === 'spread' ? `... ${selection.name}` : `... on ${on}`];
      if (!isKnown(schema, on))
        complain(`No such type ${on}, so it can't be a fragment condition`, selection.at, inside, {
          code: 'undefinedType',
          typeName: on,
        });
      else if (!overlap(schema, type, on))
        complain(`Fragment on ${on} can't be spread inside ${type}`, selection.at, inside, {
          code: 'cannotSpreadFragment',
        });
      else checkSelections(fragment.selections, on, inside);
    }
  };

  const checkField = (selection: FieldSelection, type: string, above: string[]): void => {
    const path = [...above, selection.alias];
    if (selection.name === '__typename') return;
    const field = fieldsOf(schema, type)[selection.name];
    if (field === undefined) {
      complain(`Field '${selection.name}' doesn't exist on type '${type}'`, selection.at, path, {
        code: 'undefinedField',
        typeName: type,
        fieldName: selection.name,
      });
      return;
    }
    checkValues(selection, field, type, path);
    const isLeaf = scalars.includes(field.type) || schema.enums.has(field.type);
    if (isLeaf !== (selection.selections === null)) {
      const message = isLeaf
        ? `Selections can't be made on scalars (field '${selection.name}' returns ${field.type} but has selections)`
        : `Field must have selections (field '${selection.name}' returns ${field.type} but has no selections. Did you mean '${selection.name} { ... }'?)`;
      complain(message, selection.at, path, {
        code: 'selectionMismatch',
        nodeName: `field '${selection.name}'`,
      });
    } else if (selection.selections !== null) checkSelections(selection.selections, field.type, path);
  };

  const checkValues = (selection: FieldSelection, field: Field, type: string, path: string[]): void => {
    const takes = field.takes ?? {};
    for (const [name, value] of selection.values) {
      const expected = takes[name];
      if (expected === undefined)
        complain(
          `Field '${selection.name}' doesn't accept argument '${name}'`,
          selection.at,
          [...path, name],
          {
            code: 'argumentNotAccepted',
            name: selection.name,
            typeName: type,
            argumentName: name,
          },
        );
      else checkValue(value, expected, selection, [...path, name]);
    }
    for (const [name, expected] of Object.entries(takes))
      if (expected.endsWith('!') && !selection.values.has(name))
        complain(`Field '${selection.name}' is missing required arguments: ${name}`, selection.at, path, {
          code: 'missingRequiredArguments',
          className: 'Field',
          name: selection.name,
          arguments: name,
        });
  };

  const checkValue = (value: Value, expected: string, selection: FieldSelection, path: string[]): void => {
    const name = path.at(-1) ?? '';
    const mismatch = (what: string) =>
      complain(what, selection.at, path, {
        code: 'argumentLiteralsIncompatible',
        typeName: 'Field',
        argumentName: name,
      });
    if (value.kind === 'variable') {
      used.add(value.name);
      const variable = operation.variables.get(value.name);
      if (variable === undefined)
        complain(
          `Variable $${value.name} is used by ${operation.name ?? 'anonymous query'} but not declared`,
          selection.at,
          path,
          {
            code: 'variableNotDefined',
            variableName: value.name,
          },
        );
      else if (
        variable.type !== expected &&
        variable.type !== `${expected}!` &&
        !(variable.fallback !== null && `${variable.type}!` === expected)
      )
        complain(
          `${expected.endsWith('!') && bareType(variable.type) === bareType(expected) ? 'Nullability' : 'Type'} mismatch on variable $${value.name} and argument ${name} (${variable.type} / ${expected})`,
          selection.at,
          path,
          { code: 'variableMismatch', variableName: value.name, typeName: variable.type, argumentName: name },
        );
      return;
    }
    const bare = bareType(expected);
    const fields = schema.inputs.get(bare);
    if (fields !== undefined) {
      if (value.kind !== 'object')
        return void mismatch(`Argument '${name}' has an invalid value. Expected type '${expected}'.`);
      for (const [key, one] of value.values) {
        const type = fields[key];
        if (type === undefined)
          complain(`InputObject '${bare}' doesn't accept argument '${key}'`, selection.at, [...path, key], {
            code: 'argumentNotAccepted',
            name: bare,
            typeName: 'InputObject',
            argumentName: key,
          });
        else checkValue(one, type, selection, [...path, key]);
      }
      for (const [key, type] of Object.entries(fields))
        if (type.endsWith('!') && !value.values.has(key))
          mismatch(`Argument '${key}' on InputObject '${bare}' is required. Expected type ${type}`);
    } else if (!literalFits(schema, value, bare, expected.endsWith('!')))
      mismatch(
        `Argument '${name}' on Field '${selection.name}' has an invalid value. Expected type '${expected}'.`,
      );
  };

  checkSelections(operation.selections, operation.kind === 'query' ? 'Query' : 'Mutation', [operationPath]);
  for (const name of operation.variables.keys())
    if (!used.has(name))
      complain(
        `Variable $${name} is declared by ${operation.name ?? 'anonymous query'} but not used`,
        null,
        [operationPath],
        {
          code: 'variableNotUsed',
          variableName: name,
        },
      );
  return problems;
}

function literalFits(schema: Schema, value: Value, type: string, required: boolean): boolean {
  if (value.kind === 'literal' && value.value === null) return !required;
  const members = schema.enums.get(type);
  if (members !== undefined) return value.kind === 'enum' && members.includes(value.name);
  if (value.kind !== 'literal') return false;
  if (type === 'Int') return Number.isInteger(value.value);
  if (type === 'Boolean') return typeof value.value === 'boolean';
  return typeof value.value === 'string' || (type === 'ID' && typeof value.value === 'number');
}

function isKnown(schema: Schema, type: string): boolean {
  return schema.objects.has(type) || schema.abstract.has(type);
}

function overlap(schema: Schema, one: string, other: string): boolean {
  const first = possibleOf(schema, one);
  return possibleOf(schema, other).some((name) => first.includes(name));
}

/** The objects that a type can be. */
export function possibleOf(schema: Schema, type: string): readonly string[] {
  return schema.abstract.get(type)?.possible ?? [type];
}

export function fieldsOf(schema: Schema, type: string): Record<string, Field> {
  return schema.objects.get(type)?.fields ?? schema.abstract.get(type)?.fields ?? {};
}
