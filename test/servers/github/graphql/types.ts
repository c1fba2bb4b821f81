import type { Call } from '../route.ts';

/** What a query may ask of one type. */
export interface ObjectType<Source = unknown> {
  name: string;
  fields: Record<string, Field<Source>>;
}

export interface Field<Source = unknown> {
  /** Name of a type of the schema, or of a scalar. */
  type: string;
  /** The value is a list of that type. */
  list?: boolean;
  /** Types by name: `Int`, `ID!`. */
  takes?: Readonly<Record<string, string>>;
  resolve(source: Source, values: Values, call: Call): unknown;
}

export type Values = Readonly<Record<string, unknown>>;

export interface Schema {
  objects: ReadonlyMap<string, ObjectType>;
  /** Names of the objects that an interface or union stands for. */
  abstract: ReadonlyMap<string, { possible: readonly string[]; fields: ObjectType['fields'] }>;
  enums: ReadonlyMap<string, readonly string[]>;
  /** Input objects: types by field. */
  inputs: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Which object a value behind an interface is. */
  typeOf: (value: unknown) => string;
}

export const scalars = [
  'Int',
  'String',
  'ID',
  'Boolean',
  'DateTime',
  'URI',
  'GitObjectID',
  'BigInt',
  'Float',
];

/** An answer that is an entry in `errors`, with null in its place. */
export class FieldProblem extends Error {
  readonly type: string;

  constructor(
    type:
      | 'NOT_FOUND'
      | 'FORBIDDEN'
      | 'UNPROCESSABLE'
      | 'MISSING_PAGINATION_BOUNDARIES'
      | 'EXCESSIVE_PAGINATION',
    message: string,
  ) {
    super(message);
    this.type = type;
  }
}

/** `[Int!]!` without its marks. */
export function bareType(type: string): string {
  return type.replace(/[![\]]/g, '');
}
