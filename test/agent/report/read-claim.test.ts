import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClaim, readSeverity } from '../../../src/agent/report/read-claim.ts';
import { FindingClaim } from '../../../src/domain/finding.ts';

const whole = {
  severity: 'important',
  kind: 'regression',
  category: 'concurrency',
  title: 'Evict races',
  locations: [{ path: 'a.go', startLine: 3, endLine: 4, side: 'head' }],
  quote: 'x\ny',
  absent: true,
  explanation: 'e',
  scenario: 's',
  fix: { text: 't', diff: 'd' },
  confidence: 0.7,
  replaces: 'A1',
};

function read(change: Record<string, unknown>) {
  const reading = readClaim({ ...whole, ...change });
  if (reading.outcome === 'malformed') throw new Error(reading.problems.join(' '));
  return reading.claim;
}

describe('readClaim', () => {
  test('takes a claim as it is, and keeps fields it does not know', () => {
    expect(readClaim({ ...whole, cwe: 362 })).toEqual({ outcome: 'read', claim: { ...whole, cwe: 362 } });
  });

  test('gives what is missing its default', () => {
    const { severity, title, locations } = whole;
    expect(readClaim({ severity, title, locations })).toEqual({
      outcome: 'read',
      claim: {
        severity,
        title,
        locations,
        kind: 'gap',
        category: 'correctness',
        quote: '',
        absent: false,
        explanation: '',
        scenario: '',
        fix: { text: '', diff: '' },
        confidence: null,
        replaces: '',
      },
    });
  });

  test.each([
    ['CRITICAL', 'critical'],
    ['Critical; DROP TABLE findings', 'critical'],
    ['blocker', 'critical'],
    ['high', 'important'],
    ['Medium', 'important'],
    ['**important**', 'important'],
    ['low', 'suggestion'],
    ['nit', 'suggestion'],
    ['S', 'suggestion'],
    ['P0', 'critical'],
    ['criticality unknown', null],
    ['none', null],
    [3, null],
    [undefined, null],
    [['high'], 'important'],
  ])('reads the severity %j', (word, expected) => {
    expect(readSeverity(word)).toBe(expected);
  });

  test.each([
    [
      { path: 'a.go', startLine: '3', endLine: 4.0 },
      { path: 'a.go', startLine: 3, endLine: 4, side: 'head' },
    ],
    [
      { file: 'a.go', line: 7 },
      { path: 'a.go', startLine: 7, endLine: 7, side: 'head' },
    ],
    [
      { path: 'a.go', lines: '3-9', side: 'LEFT' },
      { path: 'a.go', startLine: 3, endLine: 9, side: 'base' },
    ],
    [
      { path: 'a.go', lines: [3, 9], side: 'base' },
      { path: 'a.go', startLine: 3, endLine: 9, side: 'base' },
    ],
    [{ path: 'a.go' }, { path: 'a.go', startLine: 0, endLine: 0, side: 'head' }],
    [
      { path: 'a.go', startLine: -5, endLine: 1e12 },
      { path: 'a.go', startLine: -5, endLine: 1e12, side: 'head' },
    ],
    [
      { path: 'a.go', startLine: 'NaN', endLine: null },
      { path: 'a.go', startLine: 0, endLine: 0, side: 'head' },
    ],
    ['a/b.go:10-14', { path: 'a/b.go', startLine: 10, endLine: 14, side: 'head' }],
    ['a/b.go:L10', { path: 'a/b.go', startLine: 10, endLine: 10, side: 'head' }],
    ['a/b.go', { path: 'a/b.go', startLine: 0, endLine: 0, side: 'head' }],
  ])('reads the place %j, alone or in a list', (place, expected) => {
    expect(read({ locations: place }).locations).toEqual([expected]);
    expect(read({ locations: [place, place] }).locations).toEqual([expected, expected]);
  });

  test('finds the place and the text where other tools put them', () => {
    const { claim } = readClaim({
      level: 'high',
      summary: 'two\nlines',
      path: 'a.go',
      line: 3,
      snippet: ['x', 'y'],
      description: 'why',
    }) as { claim: FindingClaim };
    expect(claim).toMatchObject({
      severity: 'important',
      title: 'two lines',
      locations: [{ path: 'a.go', startLine: 3, endLine: 3, side: 'head' }],
      quote: 'x\ny',
      explanation: 'why',
    });
  });

  test('reads quotes, words, fixes and confidence however they are written', () => {
    expect(read({ quote: ['a', '', 'b'] }).quote).toBe('a\n\nb');
    expect(read({ category: 'Error Handling' }).category).toBe('error-handling');
    expect(read({ category: 'error_handling' }).category).toBe('error-handling');
    expect(read({ category: 'vibes' }).category).toBe('correctness');
    expect(read({ kind: 'bug' }).kind).toBe('gap');
    expect(read({ kind: 'constructor', category: 'constructor' })).toMatchObject({
      kind: 'gap',
      category: 'correctness',
    });
    expect(read({ absent: 'true' }).absent).toBe(true);
    expect(read({ fix: 'do it' }).fix).toEqual({ text: 'do it', diff: '' });
    expect(read({ fix: '--- a/x\n+++ b/x\n' }).fix).toEqual({ text: '', diff: '--- a/x\n+++ b/x\n' });
    expect(read({ fix: null }).fix).toEqual({ text: '', diff: '' });
    expect(
      [0.5, '0.5', 80, '80%', '1 %', 'high', -1, 1000, Number.NaN].map(
        (confidence) => read({ confidence }).confidence,
      ),
    ).toEqual([0.5, 0.5, 0.8, 0.8, 0.01, null, null, null, null]);
    expect(read({ replaces: null }).replaces).toBe('');
  });

  test('makes everything visible', () => {
    expect(read({ title: 'a\u202eb\0', extra: { 'k\u200b': ['\ud800'] } })).toMatchObject({
      title: 'a⟦U+202E⟧b⟦U+0000⟧',
      extra: { 'k⟦U+200B⟧': ['⟦U+D800⟧'] },
    });
  });

  test('says everything that is missing', () => {
    expect(readClaim({ quote: 'x' })).toEqual({
      outcome: 'malformed',
      problems: [
        '`severity` must be critical, important or suggestion.',
        '`title` is missing: one line that says what is wrong.',
        '`locations` is missing: a list of {path, startLine, endLine, side}, the quoted place first.',
      ],
    });
    expect(readClaim({ ...whole, locations: [] }).outcome).toBe('malformed');
    expect(readClaim({ ...whole, locations: [{ line: 3 }, 7] }).outcome).toBe('malformed');
  });

  test('keeps a finding of two megabytes whole', () => {
    const explanation = 'é'.repeat(2 ** 20);
    expect(read({ explanation }).explanation).toBe(explanation);
  });

  test('is not led astray by keys of the language', () => {
    const hostile = JSON.parse('{"__proto__": {"severity": "critical"}, "constructor": 1, "toString": "x"}');
    expect(readClaim(hostile).outcome).toBe('malformed');
    const kept = readClaim({ ...whole, ...hostile });
    expect(kept.outcome).toBe('read');
    expect(({} as Record<string, unknown>).severity).toBeUndefined();
  });

  test('never throws, and what it reads is a claim', () => {
    const key = fc.constantFrom(...Object.keys(whole), 'path', 'line', 'lines', '__proto__', 'x');
    const record = fc.dictionary(key, fc.anything({ maxDepth: 3 }));
    fc.assert(
      fc.property(record, fc.boolean(), (given, isWhole) => {
        const reading = readClaim(isWhole ? { ...whole, ...given } : given);
        if (reading.outcome === 'read') expect(FindingClaim.safeParse(reading.claim).success).toBe(true);
        else expect(reading.problems).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
