import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeVisible, makeVisibleLine } from '../../src/domain/visible-text.ts';

describe('makeVisible', () => {
  test.each([
    ['zero-width space', 'a\u200bb', 'a⟦U+200B⟧b'],
    ['right-to-left override', 'a\u202eb', 'a⟦U+202E⟧b'],
    ['tag letters', '\u{e0041}', '⟦U+E0041⟧'],
    ['variation selector used to smuggle', 'a\ufe01', 'a⟦U+FE01⟧'],
    ['Hangul filler', '\u3164', '⟦U+3164⟧'],
    ['lone surrogate', 'a\ud800', 'a⟦U+D800⟧'],
    ['escape and bell', '\u001b[2J\u0007', '⟦U+001B⟧[2J⟦U+0007⟧'],
    ['C1 control', '\u009b', '⟦U+009B⟧'],
    ['NUL', '\u0000', '⟦U+0000⟧'],
    ['carriage return alone', 'a\rb', 'a⟦U+000D⟧b'],
    ['Windows line end', 'a\r\nb', 'a\r\nb'],
    ['line separator', 'a\u2028b', 'a⟦U+2028⟧b'],
    ['private use', '\ue000', '⟦U+E000⟧'],
    ['tab and line feed', 'a\tb\nc', 'a\tb\nc'],
    ['an emoji as phones type it', '⚠️ ok', '⚠️ ok'],
    ['letters of all scripts', 'Žluťoučký 日本 שלום', 'Žluťoučký 日本 שלום'],
  ])('%s', (_name, text, visible) => {
    expect(makeVisible(text)).toBe(visible);
  });

  test('shows every invisible code point, once and for all', () => {
    const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
    const missed: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (character === '\t' || character === '\n' || !invisible.test(character)) continue;
      if (makeVisible(character) !== `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`)
        missed.push(code.toString(16));
    }
    expect(missed).toEqual([]);
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(makeVisible(makeVisible(text))).toBe(makeVisible(text));
      }),
    );
  });
});

test('makeVisibleLine gives one line, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(makeVisibleLine(text)).not.toMatch(/[\n\r\t\u2028\u2029]/);
    }),
  );
});
