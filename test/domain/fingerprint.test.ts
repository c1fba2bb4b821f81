import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint, shortIds } from '../../src/domain/fingerprint.ts';

const input = { path: 'a/b.go', symbol: 'IsRunning', quote: 'if err != nil {\n\treturn false, nil\n}' };

describe('fingerprint', () => {
  test('does not change with indentation, blank lines or trailing blanks', () => {
    const moved = { ...input, quote: '  if err != nil {  \n\n    return false, nil\n  }\n' };
    expect(fingerprint(moved)).toBe(fingerprint(input));
  });

  test.each([
    ['path', { path: 'a/c.go' }],
    ['symbol', { symbol: 'Stop' }],
    ['quote', { quote: 'if err == nil {' }],
  ])('changes with the %s', (_name, change) => {
    expect(fingerprint({ ...input, ...change })).not.toBe(fingerprint(input));
  });
});

describe('shortIds', () => {
  test('lengthens only those that begin alike, and counts equal ones', () => {
    expect(shortIds(['abcd1111', 'abcd2222', 'ffff0000', 'ffff0000'])).toEqual([
      'abcd1',
      'abcd2',
      'ffff',
      'ffff-2',
    ]);
  });

  test('keeps inherited names, and gives no name again that an earlier round gave', () => {
    const inherited = new Map([[1, 'abcd']]);
    const taken = new Set(['abcd', 'ffff', 'ffff0']);
    expect(shortIds(['abcd1111', 'abcd2222', 'ffff0000', 'ffff0000'], { inherited, taken })).toEqual([
      'abcd1',
      'abcd',
      'ffff00',
      'ffff00-2',
    ]);
  });

  test('never gives one name twice', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'01ab'), minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(fc.array(hex, { maxLength: 30 }), (all) => {
        const names = shortIds(all);
        expect(new Set(names).size).toBe(all.length);
      }),
    );
  });
});
