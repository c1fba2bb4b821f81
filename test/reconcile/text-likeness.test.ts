import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileRules } from '../../src/reconcile/rules.ts';
import { stem } from '../../src/reconcile/stem.ts';
import { type FindingText, TextLikeness } from '../../src/reconcile/text-likeness.ts';
import { tokenize, trigrams } from '../../src/reconcile/tokenize.ts';

describe('words', () => {
  test('identifiers count whole and in their parts, endings and common words do not', () => {
    expect(tokenize('The waitForPods() of HTTPServer leaked 2 file_handles.')).toEqual(
      'waitforpod wait pods httpserver http server leak file_handl file handl'.split(' '),
    );
    expect(['leaks', 'leaking', 'leaked', 'retries', 'ids', 'close', 'closes'].map(stem)).toEqual(
      'leak leak leak retry ids clos clos'.split(' '),
    );
  });

  test('trigrams are of words set off by blanks', () => {
    expect([...trigrams('A-b!')]).toEqual(['  a', ' a ', '  b', ' b ']);
  });
});

const likenessWeights = reconcileRules.weights;

/** The formula, written down plainly, over all pairs. */
function plainly(texts: readonly FindingText[]): Map<string, number> {
  const counts = texts.map(({ text }) => {
    const count = new Map<string, number>();
    for (const token of tokenize(text)) count.set(token, (count.get(token) ?? 0) + 1);
    return count;
  });
  const rarity = (token: string) =>
    Math.log((texts.length + 1) / (counts.filter((count) => count.has(token)).length + 0.5));
  const vector = (at: number) =>
    new Map([...(counts[at] ?? [])].map(([token, n]) => [token, n * rarity(token)]));
  const length = (one: Map<string, number>) =>
    Math.sqrt([...one.values()].reduce((sum, x) => sum + x * x, 0));
  const scores = new Map<string, number>();
  texts.forEach((one, a) => {
    texts.slice(a + 1).forEach((other, offset) => {
      const b = a + 1 + offset;
      const [x, y] = [vector(a), vector(b)];
      const shared = [...x.keys()].filter((token) => y.has(token));
      const dot = shared.reduce((sum, token) => sum + (x.get(token) ?? 0) * (y.get(token) ?? 0), 0);
      const [p, q] = [trigrams(one.title), trigrams(other.title)];
      const common = [...p].filter((three) => q.has(three)).length;
      const score =
        (likenessWeights.words * shared.length) / Math.max(1, x.size + y.size - shared.length) +
        (length(x) * length(y) === 0 ? 0 : (likenessWeights.rareWords * dot) / (length(x) * length(y))) +
        (p.size * q.size === 0 ? 0 : (likenessWeights.titles * 2 * common) / (p.size + q.size));
      if (shared.length > 0) scores.set(`${a}-${b}`, score);
    });
  });
  return scores;
}

test('pairs are found by shared words, with the same scores as by comparing all with all', () => {
  const word = fc.constantFrom(
    'leak',
    'ticker',
    'waitForPod',
    'timeout',
    'retry',
    'lock',
    'error',
    'page',
    'token',
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
  const finding = fc.record({ title: text, text });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 12 }), fc.constantFrom(0.05, 0.18, 0.5), (texts, least) => {
      const expected = [...plainly(texts)].filter(([, score]) => score >= least + 1e-9);
      const likeness = new TextLikeness(texts);
      const groups = texts.map((_, at) => String(at));
      const found = new Map(likeness.pairs(groups, least).map(({ a, b, score }) => [`${a}-${b}`, score]));
      for (const [pair, score] of expected) expect(found.get(pair)).toBeCloseTo(score, 9);
      for (const [pair, score] of found) expect(plainly(texts).get(pair)).toBeCloseTo(score, 9);
      texts.forEach((_, b) => {
        for (let a = 0; a < b; a += 1)
          expect(likeness.between(a, b)).toBeCloseTo(plainly(texts).get(`${a}-${b}`) ?? 0, 9);
      });
      expect(
        likeness.pairs(
          texts.map(() => 'same'),
          least,
        ),
      ).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
