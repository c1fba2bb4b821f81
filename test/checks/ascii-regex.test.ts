import { expect, test } from 'vitest';
import { asciiRegex, withAsciiRegexes } from '../../src/checks/ascii-regex.ts';
import { parseSource } from '../../src/evidence/languages.ts';

test.each([
  ['^\\w+\\s*\\d$', '^[0-9A-Za-z_]+[\\t\\n\\x0B\\f\\r ]*[0-9]$'],
  ['[\\w.]+', '[0-9A-Za-z_.]+'],
  ['[]\\w][^]\\d]', '[]0-9A-Za-z_][^]0-9]'],
  ['[[:alpha:]\\d]\\d', '[[:alpha:]0-9][0-9]'],
  ['\\bfoo\\b', '(?-u:\\b)foo(?-u:\\b)'],
  ['\\W\\D\\S', '[^0-9A-Za-z_][^0-9][^\\t\\n\\x0B\\f\\r ]'],
  ['\\\\w \\[\\w\\]', '\\\\w \\[[0-9A-Za-z_]\\]'],
  ['(?i)plain.text', '(?i)plain.text'],
])('%s', (source, narrowed) => {
  expect(asciiRegex(source)).toBe(narrowed);
});

test('every regex of a rule is narrowed, wherever it stands, and nothing else', () => {
  const rule = {
    kind: 'call_expression',
    all: [{ regex: '\\w' }, { not: { has: { regex: '\\d', pattern: '\\d' } } }],
    utils: { regex: { regex: '\\s' } },
  };
  expect(withAsciiRegexes(rule)).toEqual({
    kind: 'call_expression',
    all: [{ regex: '[0-9A-Za-z_]' }, { not: { has: { regex: '[0-9]', pattern: '\\d' } } }],
    utils: { regex: { regex: '[\\t\\n\\x0B\\f\\r ]' } },
  });
});

test('a narrowed expression finds the same words of code', async () => {
  const tree = await parseSource('go', 'package p\nvar aB_1, naïve, x2 = 1, 2, 3\n');
  const find = (regex: string) =>
    tree
      ?.root()
      .findAll({ rule: { kind: 'identifier', regex } })
      .map((node) => node.text());
  for (const source of ['^\\w+$', '\\d', '^[^\\W\\d]+\\d$', '\\b\\w'])
    expect(find(asciiRegex(source))).toEqual(
      find(source)?.filter((word) => word !== 'naïve' || source === '\\b\\w'),
    );
});
