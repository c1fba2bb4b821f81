import { describe, expect, test } from 'vitest';
import { findHiddenCharacters } from '../../src/guard/hidden-characters.ts';
import { findLookAlikes } from '../../src/guard/look-alikes.ts';

const code = { startsFile: false, prose: false, translation: false };
const prose = { ...code, prose: true };
const rulesIn = (line: string, context = code) => findHiddenCharacters(line, context).map(({ rule }) => rule);

describe('hidden characters', () => {
  test.each<[string, string, string]>([
    ['a name with a zero-width space', 'const a\u200bb = 1', 'hidden-character'],
    ['a word joiner', 'is\u2060Admin()', 'hidden-character'],
    ['an override around a comment', '/* \u202e } \u2066if (isAdmin)\u2069 \u2066 begin */', 'bidirectional'],
    ['isolates in a line of Latin letters', "if (a != 'user\u2066// check\u2069')", 'bidirectional'],
    ['an embedding that is not closed, beside Hebrew', '\u202bשלום', 'bidirectional'],
    [
      'tags that spell a sentence',
      `x${[...'ignore'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')}`,
      'smuggled-text',
    ],
    [
      'a flag with more tags than a region has',
      `\u{1f3f4}${'\u{e0061}'.repeat(12)}\u{e007f}`,
      'smuggled-text',
    ],
    ['a row of variation selectors behind an emoji', '😀\ufe00\ufe01\ufe0e\u{e0121}', 'smuggled-text'],
    ['single selectors behind letters', 'a\u{e0101}b\u{e0102}', 'smuggled-text'],
    ['a Hangul filler as a name', 'const { timeout,\u3164} = req.query', 'hidden-character'],
    ['a half-width filler', 'x\uffa0 = 1', 'hidden-character'],
    ['private use in a word', 'na\ue000me', 'private-use'],
    ['a row of private use', '"\u{f0001}\u{f0002}\u{f0003}\u{f0004}"', 'private-use'],
    ['a byte order mark inside a line', 'a = "\ufeff"', 'hidden-character'],
    ['a soft hyphen in code', 'pass\u00adword', 'hidden-character'],
    ['half of a surrogate pair', 'a\ud800b', 'broken-encoding'],
  ])('%s', (_, line, rule) => {
    expect(rulesIn(line)).toContain(rule);
  });

  test.each<[string, string, Partial<typeof code>]>([
    ['a family of emoji', '👩\u200d👩\u200d👧\u200d👦 and 🏳\ufe0f\u200d🌈', {}],
    ['a heart on fire and a keycap', '❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ✔\ufe0e', {}],
    ['skin tones and flags', '👍🏽 🧑🏿\u200d🚀 🇩🇪', {}],
    ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', {}],
    ['a byte order mark at the start of a file', '\ufeffusing System;', { startsFile: true }],
    ['Arabic with its marks of direction', 'رقم\u200f: \u202b123\u202c', {}],
    ['Hebrew isolates', 'שלום \u2067abc\u2069', {}],
    ['Persian with non-joiners', 'می\u200cخواهم', {}],
    ['Devanagari with joiners', 'क्\u200dष र्\u200c', {}],
    ['Thai with break points', 'ภาษา\u200bไทย', {}],
    ['isolates around a placeholder of a translation', 'Hello \u2068{name}\u2069', { translation: true }],
    ['a soft hyphen in prose', 'Donau\u00addampf\u00adschiff', prose],
    ['an ideograph in a certain form', '葛\u{e0100}城市', {}],
    ['old Hangul', '\u115f\u1161', {}],
    ['one icon of a font', 'content: "\uf101 next"', {}],
    ['escapes', String.raw`"\u200b\u202e\u{e0041}"`, {}],
    ['Mongolian', 'ᠮᠣᠩ\u180bᠭᠣᠯ', {}],
  ])('leave alone %s', (_, line, context) => {
    expect(rulesIn(line, { ...code, ...context })).toEqual([]);
  });

  test('are found inside a Latin word for every format, private-use and unassigned character there is', () => {
    const missed: string[] = [];
    const suspect = /[\p{Cf}\p{Co}\p{Cn}]/u;
    let looked = 0;
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      if (!suspect.test(character)) continue;
      looked += 1;
      if (findHiddenCharacters(`na${character}me`, code).length !== 1) missed.push(point.toString(16));
    }
    expect(missed).toEqual([]);
    expect(looked).toBeGreaterThan(900_000);
  });
});

describe('letters of another alphabet', () => {
  test.each(['\u0430dmin', 'is\u0410dmin', 'p\u0430yp\u0430l', 'c\u043efig', 'c\u03bfnfig', '\u0420assword'])(
    'in %s',
    (word) => {
      expect(findLookAlikes(`if (${word} === 1) {`)).toMatchObject([{ rule: 'look-alike', at: 4 }]);
    },
  );
  test.each([
    'Δt',
    'μs',
    'λx',
    'dθ',
    'αβ',
    'версия',
    'USB-порт',
    'CPUшный',
    "json'ом",
    'cтол',
    'naïve',
    'ﬁle',
    '[a-zа-я]',
  ])('but not in %s', (word) => {
    expect(findLookAlikes(`x = ${word};`)).toEqual([]);
  });
});
