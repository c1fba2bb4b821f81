import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compilePattern, toNativeExpression } from '../../../src/agent/tools/search-pattern.ts';

describe('a search pattern', () => {
  test('says the same of a text whichever engine looks', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      'k',
      'S',
      '|',
      ' ',
      '-',
      '/',
      '\\.',
      '\\(',
      '\\\\',
      '\\|',
      'é',
      '(?i)',
      '.',
      '*',
    );
    const source = fc
      .tuple(fc.constantFrom('', '(?i)'), fc.array(piece, { maxLength: 5 }))
      .map(([flag, parts]) => flag + parts.join(''));
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        'A',
        'b',
        'k',
        '\u212a',
        's',
        '\u017f',
        '.',
        '(',
        '\\',
        '|',
        '-',
        ' ',
        '\n',
        '/',
        'É',
        '😀',
      ),
      maxLength: 12,
    });
    let natives = 0;
    fc.assert(
      fc.property(source, text, (pattern, given) => {
        const native = toNativeExpression(pattern);
        if (native === null) return;
        natives += 1;
        expect(native.test(given)).toBe(RE2JS.compile(pattern, RE2JS.MULTILINE).matcher(given).find());
      }),
      { numRuns: 2_000 },
    );
    expect(natives).toBeGreaterThan(200);
  });

  test.each([
    '(a+)+$',
    'a*',
    'a.c',
    '(?=x)',
    '[ab]',
    'x'.repeat(201),
    '\\d',
    '\\b',
    '^a',
    '(?i)',
    '(?s)a',
    'é',
    '',
  ])('leaves %.10s to the engine that takes linear time', (source) => {
    expect(toNativeExpression(source)).toBeNull();
  });

  test('is refused when it cannot be read', () => {
    expect(() => compilePattern('[')).toThrow('missing closing ]');
    expect(compilePattern('(?i)todo').occursIn('a TODO b')).toBe(true);
  });
});
