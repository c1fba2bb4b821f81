import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeSpan, fencedBlock } from '../../src/render/text/code-span.ts';
import { splitInlineCode } from '../../src/render/text/inline-code.ts';
import { languageOf } from '../../src/render/text/languages.ts';
import {
  formatBytes,
  formatCounts,
  formatDate,
  formatDuration,
  formatInteger,
  formatUsd,
  joinWords,
  nameRevision,
  plural,
  reviewerLabel,
  shorten,
  wordCounts,
  wordDuration,
} from '../../src/render/text/words.ts';

describe('words', () => {
  test('durations', () => {
    const cases = [0, 420, 999.6, 12_000, 59_999, 439_000, 3_883_000];
    expect(cases.map(formatDuration)).toEqual([
      '0ms',
      '420ms',
      '1000ms',
      '12s',
      '1m 0s',
      '7m 19s',
      '1h 4m 43s',
    ]);
    expect(cases.map(wordDuration)).toEqual([
      ...['0 ms', '420 ms', '1000 ms', '12 s', '1 min 0 s', '7 min 19 s', '1 h 4 min 43 s'],
    ]);
  });

  test('money, numbers, bytes and dates', () => {
    expect([null, 0, 0.004, 1.005, 12.3].map(formatUsd)).toEqual([
      ...['unknown', '$0.00', '$0.0040', '$1.00', '$12.30'],
    ]);
    expect([0, 999, 1000, 1234567].map(formatInteger)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([5, 1400, 2_500_000].map(formatBytes)).toEqual(['5 B', '1.4 kB', '2.5 MB']);
    expect(formatDate('2026-05-12T13:36:36Z')).toBe('2026-05-12 13:36 UTC');
    expect(formatDate('yesterday')).toBe('yesterday');
  });

  test('counts', () => {
    expect(formatCounts({ critical: 0, important: 4, suggestion: 5 })).toBe('4I 5S');
    expect(formatCounts({ critical: 0, important: 0, suggestion: 0 })).toBe('none');
    expect(wordCounts({ critical: 1, important: 2, suggestion: 1 })).toBe(
      '1 critical finding, 2 important findings and 1 suggestion',
    );
    expect(wordCounts({ critical: 0, important: 0, suggestion: 0 })).toBe('no finding');
    expect([plural(1, 'file is', 'files are'), plural(2000, 'file')]).toEqual(['1 file is', '2,000 files']);
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinWords)).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });

  test('reviewers', () => {
    expect(
      reviewerLabel({
        type: 'model',
        id: 'claude',
        provider: 'anthropic',
        model: 'claude-opus-5-5',
        effort: 'xhigh',
      }),
    ).toBe('Claude claude-opus-5-5 (effort: xhigh)');
    expect(
      reviewerLabel({ type: 'model', id: 'local', provider: 'openai-compatible', model: 'm', effort: null }),
    ).toBe('Local m (effort: default)');
    expect(reviewerLabel({ type: 'program', id: 'checks', program: 'built-in rules' })).toBe(
      'Checks (built-in rules)',
    );
  });

  test('shortening says how much is left out and splits no character', () => {
    expect(shorten('abcdef', 6)).toBe('abcdef');
    expect(shorten('abcdefg', 4)).toBe('abcd… (3 more characters)');
    expect(shorten('abc😀', 4)).toBe('abc… (2 more characters)');
  });

  test('languages by name and extension, nothing for anything else', () => {
    expect(
      ['a/b.GO', 'Dockerfile', 'x/Makefile', 'a.constructor', 'noext', '.ts', 'toString', 'a.__proto__'].map(
        languageOf,
      ),
    ).toEqual(['go', 'dockerfile', 'makefile', '', '', 'typescript', '', '']);
  });
});

test('a whole object id is named by its first digits, anything else as it is', () => {
  const id = '506135f67307e3d9977d09f4719f49e0d347e20f';
  expect([id, `${id}0`, 'main', 'beef'].map(nameRevision)).toEqual([
    '506135f67307',
    `${id}0`,
    'main',
    'beef',
  ]);
});

describe('code in Markdown', () => {
  test('spans and fences cannot be closed from inside', () => {
    expect(codeSpan('a``b')).toBe('```a``b```');
    expect(codeSpan('`a')).toBe('`` `a ``');
    expect(fencedBlock('```\nx\n````', 'c++ <x>')).toBe('`````c++x\n```\nx\n````\n`````');
  });

  test('splitting a line loses nothing and finds each span that was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 8 })), (texts) => {
        const codes = texts
          .map((text) => text.replace(/\s/g, '_').replace(/^`|`$/g, "'"))
          .filter((text) => text !== '');
        const line = codes.map((code) => `before ${codeSpan(code)} after`).join('; ');
        expect(
          splitInlineCode(line)
            .filter(({ code }) => code)
            .map(({ text }) => text),
        ).toEqual(codes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ') }), (line) => {
        const letters = (text: string) => text.replace(/[^a]/g, '');
        expect(
          letters(
            splitInlineCode(line)
              .map(({ text }) => text)
              .join(''),
          ),
        ).toBe(letters(line));
      }),
    );
  });
});
