import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { compileGlob, GlobError } from '../../../src/agent/tools/glob.ts';

describe('compileGlob', () => {
  test.each([
    ['*.go', 'a.go', true],
    ['*.go', 'cmd/deep/a.go', true],
    ['cmd/*.go', 'cmd/deep/a.go', false],
    ['cmd/**/*.go', 'cmd/a.go', true],
    ['cmd/**', 'cmd/a/b', true],
    ['cmd/', 'cmd/a/b', true],
    ['./cmd/', 'cmd/a', true],
    ['**/test/*', 'test/a', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]x', '[]x', true],
    ['{src,test}/**/*.{ts,tsx}', 'test/a/b.tsx', true],
    ['{a,{b,c}}.txt', 'c.txt', true],
    ['{a', '{a', true],
    ['a}', 'a}', true],
    ['a,b', 'a,b', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a.b', 'axb', false],
    ['*.js', '.hidden.js', true],
    ['*', 'name\nwith line feed', true],
    ['*', 'bad\udcffbyte', true],
    ['Ä*', 'Äpfel', true],
  ])('%s on %s', (glob, path, expected) => {
    expect(compileGlob(glob)(path)).toBe(expected);
  });

  test('takes bombs without growing', () => {
    const bomb = compileGlob(`${'{a,b}'.repeat(400)}/x`);
    expect([bomb(`${'ab'.repeat(200)}/x`), bomb('a/x')]).toEqual([true, false]);
    expect(compileGlob(`${'**/'.repeat(800)}x`)('a/b/c/y')).toBe(false);
    expect(compileGlob(`${'*a'.repeat(1000)}`)('a'.repeat(3000))).toBe(true);
  });

  test('says what it cannot read', () => {
    expect(() => compileGlob('[z-a]')).toThrow(GlobError);
  });

  test('never throws anything else, and agrees with a common implementation on plain globs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab/*?[]{},\\!^-.'), maxLength: 30 }), (glob) => {
        try {
          compileGlob(glob)('a/b');
        } catch (error) {
          expect(error).toBeInstanceOf(GlobError);
        }
      }),
    );
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 4 });
    const part = fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: fc.constant('**') });
    const plain = fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/'));
    const path = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(plain, path, (glob, one) => {
        fc.pre(!/\*\*[^/]|[^/]\*\*|\*\*\*|\/\*\*$/.test(glob));
        expect(compileGlob(glob)(one)).toBe(picomatch.isMatch(one, glob, { dot: true }));
      }),
    );
  });
});
