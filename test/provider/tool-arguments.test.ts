import { expect, test } from 'vitest';
import { argumentsAsObject, parseToolArguments } from '../../src/provider/tool-arguments.ts';
import { wellFormed } from '../../src/provider/well-formed.ts';

test.each(['[1]', '7', '"text"', 'null', '{"a": 1', '{"a": 1}}', '{a: 1}', '{"a": 1,}'])(
  '%s is malformed',
  (text) => {
    expect(parseToolArguments(text)).toEqual({ outcome: 'malformed', text });
    expect(argumentsAsObject({ outcome: 'malformed', text })).toEqual({ INVALID_JSON: text });
  },
);

test.each(['', ' \n'])('nothing is a call without arguments', (text) => {
  expect(parseToolArguments(text)).toEqual({ outcome: 'parsed', value: {} });
});

test('a key called __proto__ is a key like any other', () => {
  const parsed = parseToolArguments('{"__proto__": {"polluted": true}}');
  expect(JSON.stringify(parsed)).toBe('{"outcome":"parsed","value":{"__proto__":{"polluted":true}}}');
  expect(JSON.stringify(wellFormed(parsed))).toBe(JSON.stringify(parsed));
  expect({}).not.toHaveProperty('polluted');
});

test('half pairs are replaced in keys and values, whole ones stay', () => {
  expect(wellFormed({ 'a\ud800': ['\udc80 🧪', { b: '\ud83e' }], n: 1, nothing: null })).toEqual({
    'a\ufffd': ['\ufffd 🧪', { b: '\ufffd' }],
    n: 1,
    nothing: null,
  });
});
