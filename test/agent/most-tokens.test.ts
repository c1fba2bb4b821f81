import { describe, expect, test } from 'vitest';
import { InputEstimate, leastTokens } from '../../src/agent/input-estimate.ts';
import { mostTokens } from '../../src/agent/most-tokens.ts';

describe('the most tokens of a text', () => {
  test.each([
    ['', 0],
    ['a plain sentence of words', 10],
    ['return this.readFile(path, 4096);', 19],
    ['        indented', 6],
    ['日本語', 9],
    ['0123456789', 10],
    ['\n\n\n', 3],
    ['a'.repeat(300), 300],
  ])('%j: %i', (text, tokens) => {
    expect(mostTokens(text)).toBe(tokens);
  });

  test.each([
    ['letters that are no words', 'qXzpLw'.repeat(50), 300],
    ['words too long to be one', 'abacadabra'.repeat(30), 300],
    ['base64', Buffer.from('a secret that nobody should read at all').toString('base64'), 35],
    ['tabs', '\t'.repeat(30), 20],
  ])('count %s dearly', (_, text, least) => {
    expect(mostTokens(text)).toBeGreaterThanOrEqual(least);
  });

  test('are more than one for four characters of code, and little more than one for two', () => {
    const code = "  if (previous !== undefined && !isReady(previous)) throw new Error('not ready');\n".repeat(
      200,
    );
    expect(mostTokens(code)).toBeGreaterThan(code.length / 4);
    expect(mostTokens(code)).toBeLessThan(code.length / 1.9);
  });
});

describe("an estimate of the next request's input", () => {
  const system = [{ text: 'word '.repeat(1_000), endsStablePrefix: true }];
  const first = { role: 'user', text: 'word '.repeat(500) } as const;
  const said = {
    role: 'assistant',
    parts: [{ type: 'text', text: 'word '.repeat(900), opaque: null }],
  } as const;
  const next = { role: 'user', text: 'go on' } as const;

  test('takes what was counted, and estimates only what came after the answer', () => {
    const estimate = new InputEstimate();
    const before = estimate.most({ system, tools: [], messages: [first] });
    expect(before).toBeGreaterThan(3_000);
    estimate.count([first], 1_234);
    expect(estimate.most({ system, tools: [], messages: [first] })).toBe(1_234);
    expect(estimate.most({ system, tools: [], messages: [first, said] })).toBe(1_234);
    expect(estimate.most({ system, tools: [], messages: [first, said, next] })).toBe(1_234 + 20 + 4);
    estimate.forget();
    expect(estimate.most({ system, tools: [], messages: [first] })).toBe(before);
  });

  test('knows the least that a text can be', () => {
    expect(leastTokens({ system, messages: [first, said, next] })).toBe(Math.floor((5_000 + 2_500 + 5) / 12));
  });

  test('is made anew where the vendor did not count', () => {
    const estimate = new InputEstimate();
    const before = estimate.most({ system, tools: [], messages: [first] });
    estimate.count([first], null);
    expect(estimate.most({ system, tools: [], messages: [first] })).toBe(before);
  });
});
