import { expect, test } from 'vitest';
import { filterSchema, withoutDialect } from '../../src/provider/tool-schema.ts';

test('keywords are left out at every depth, names of properties are not', () => {
  const schema = {
    $schema: 'x',
    type: 'object',
    properties: {
      $schema: { type: 'string', $schema: 'x' },
      list: { type: 'array', items: { anyOf: [{ const: 'a', $schema: 'x' }, { type: 'null' }] } },
    },
    $defs: { one: { $schema: 'x', type: 'string' } },
    additionalProperties: { $schema: 'x', type: 'string' },
    default: { $schema: 'data, not a keyword' },
  };
  expect(withoutDialect(schema)).toEqual({
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      list: { type: 'array', items: { anyOf: [{ const: 'a' }, { type: 'null' }] } },
    },
    $defs: { one: { type: 'string' } },
    additionalProperties: { type: 'string' },
    default: { $schema: 'data, not a keyword' },
  });
});

test('a constant is a choice of one where there are no constants', () => {
  const schema = { type: 'object', properties: { side: { const: 'head' } }, additionalProperties: false };
  const known = new Set(['type', 'properties', 'additionalProperties', 'enum']);
  expect(filterSchema(schema, (keyword) => known.has(keyword))).toEqual({
    type: 'object',
    properties: { side: { enum: ['head'] } },
    additionalProperties: false,
  });
});
