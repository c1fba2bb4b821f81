import { type Field, FieldProblem, type ObjectType, type Values } from './types.ts';

export interface Connection {
  items: readonly unknown[];
  first: number;
  all: number;
}

const most = 100;
export const pagingArguments = { first: 'Int', after: 'String', last: 'Int', before: 'String' } as const;

/** A field whose list comes in pages, as every list of GitHub's GraphQL does. */
export function connectionField<Source>(
  name: string,
  type: string,
  list: (
    source: Source,
    values: Values,
    call: Parameters<Field['resolve']>[2],
  ) => readonly unknown[] | Promise<readonly unknown[]>,
  more: Readonly<Record<string, string>> = {},
): Field<Source> {
  return {
    type: `${type}Connection`,
    takes: { ...pagingArguments, ...more },
    resolve: async (source, values, call) => slice(name, await list(source, values, call), values),
  };
}

function slice(name: string, items: readonly unknown[], { first, after, last, before }: Values): Connection {
  for (const [key, value] of Object.entries({ first, last })) {
    if (typeof value !== 'number') continue;
    if (value < 0)
      throw new FieldProblem(
        'EXCESSIVE_PAGINATION',
        `\`${key}\` on the \`${name}\` connection cannot be less than zero.`,
      );
    if (value > most)
      throw new FieldProblem(
        'EXCESSIVE_PAGINATION',
        `Requesting ${value} records on the \`${name}\` connection exceeds the \`${key}\` limit of ${most} records.`,
      );
  }
  const from = typeof after === 'string' ? placeOf(after, name) + 1 : 0;
  const to = typeof before === 'string' ? placeOf(before, name) : items.length;
  const range = Math.max(0, to - from);
  if (typeof first === 'number')
    return { items: items.slice(from, from + Math.min(first, range)), first: from, all: items.length };
  if (typeof last === 'number') {
    const start = to - Math.min(last, range);
    return { items: items.slice(start, to), first: start, all: items.length };
  }
  throw new FieldProblem(
    'MISSING_PAGINATION_BOUNDARIES',
    `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
  );
}

const cursorOf = (place: number) => Buffer.from(`cursor:v2:${place}`).toString('base64');

function placeOf(cursor: string, name: string): number {
  const [, place] = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? [];
  if (place === undefined)
    throw new FieldProblem(
      'UNPROCESSABLE',
      `\`${cursor}\` does not appear to be a valid cursor of \`${name}\`.`,
    );
  return Number(place);
}

/** The connection of a type, with its edges. */
export function connectionTypes(type: string): ObjectType[] {
  const connection: ObjectType<Connection> = {
    name: `${type}Connection`,
    fields: {
      totalCount: { type: 'Int', resolve: ({ all }) => all },
      nodes: { type, list: true, resolve: ({ items }) => items },
      edges: {
        type: `${type}Edge`,
        list: true,
        resolve: ({ items, first }) => items.map((node, index) => ({ node, place: first + index })),
      },
      pageInfo: { type: 'PageInfo', resolve: (source) => source },
    },
  };
  const edge: ObjectType<{ node: unknown; place: number }> = {
    name: `${type}Edge`,
    fields: {
      node: { type, resolve: ({ node }) => node },
      cursor: { type: 'String', resolve: ({ place }) => cursorOf(place) },
    },
  };
  return [connection, edge];
}

export const pageInfoType: ObjectType<Connection> = {
  name: 'PageInfo',
  fields: {
    hasNextPage: { type: 'Boolean', resolve: ({ items, first, all }) => first + items.length < all },
    hasPreviousPage: { type: 'Boolean', resolve: ({ first }) => first > 0 },
    startCursor: {
      type: 'String',
      resolve: ({ items, first }) => (items.length === 0 ? null : cursorOf(first)),
    },
    endCursor: {
      type: 'String',
      resolve: ({ items, first }) => (items.length === 0 ? null : cursorOf(first + items.length - 1)),
    },
  },
};
