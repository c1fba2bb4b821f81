import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/domain/review.ts';
import { findOpenPairs } from '../../src/reconcile/find-open-pairs.ts';
import type { PairAnswers } from '../../src/reconcile/pair-answers.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type ReconcileRules, reconcileRules } from '../../src/reconcile/rules.ts';
import { makeReview } from '../support/finding-fixture.ts';

const vocabulary =
  `amber brick cliff dusk ember flint grove hatch ivory jolt knack lumen moss nylon orbit pluck quill
  rivet shawl thorn umbra vapor wharf xylem yacht zebra`.split(/\s+/);
const words = (from: number) => vocabulary.slice(from, from + 12).join(' ');

/** Each shares so many words with the next one. */
const neighbours = [
  makeReview('a', 'anthropic', [{ id: 'I1', title: words(0), quote: '' }]),
  makeReview('b', 'openai', [{ id: 'I1', title: words(5), quote: '' }]),
  makeReview('c', 'google', [{ id: 'I1', title: words(10), quote: '' }]),
];
const rules = { ...reconcileRules, merge: 0.9, ask: 0.2 };

function members(reviews: readonly Review[], answers: PairAnswers): string[][] {
  return reconcile({ reviews }, rules, answers).clusters.map((cluster) => cluster.members);
}

describe('open pairs', () => {
  test('are those of the middle band, the likest first', () => {
    const open = findOpenPairs({ reviews: neighbours }, rules);
    expect(open.map(({ a, b }) => [a, b])).toEqual([
      ['a/I1', 'b/I1'],
      ['b/I1', 'c/I1'],
    ]);
    for (const { score } of open) expect(score).toBeGreaterThanOrEqual(rules.ask);
  });

  test('are all that may be one and are not sure, where only what is sure is merged; answers tell apart', () => {
    const likely = { ...reconcileRules, merge: 0.3, ask: 0.2, mergesUnsure: false };
    const unasked = { ...likely, mergesUnsure: true };
    const pair = { a: 'a/I1', b: 'b/I1' };
    const reviews = neighbours.slice(0, 2);
    const clustersBy = (some: ReconcileRules, answers: PairAnswers) =>
      reconcile({ reviews }, some, answers).clusters.map((cluster) => cluster.members);
    expect(findOpenPairs({ reviews }, unasked)).toEqual([]);
    expect(findOpenPairs({ reviews }, likely)).toEqual([{ ...pair, score: expect.any(Number) }]);
    expect(clustersBy(unasked, { same: [] })).toEqual([['a/I1', 'b/I1']]);
    expect(clustersBy(unasked, { same: [], different: [pair] })).toEqual([['a/I1'], ['b/I1']]);
    expect(clustersBy(likely, { same: [] })).toEqual([['a/I1'], ['b/I1']]);
    expect(clustersBy(likely, { same: [pair] })).toEqual([['a/I1', 'b/I1']]);
  });

  test('are none of one reviewer, of the guard, of one cluster, nor of clusters that share a reviewer', () => {
    const title = words(0);
    const reviews = [
      makeReview('a', 'anthropic', [
        { id: 'I1', title, quote: '' },
        { id: 'I2', title: words(5), quote: '', lines: [90, 91] },
      ]),
      makeReview('b', 'openai', [{ id: 'I1', title, quote: '' }]),
      makeReview('guard', null, [{ id: 'I1', title, quote: '' }]),
    ];
    expect(members(reviews, { same: [] })).toContainEqual(['a/I1', 'b/I1']);
    expect(findOpenPairs({ reviews }, rules)).toEqual([]);
  });
});

describe('answers', () => {
  test('put an open pair together, and the link says who was asked', () => {
    const same = [{ a: 'b/I1', b: 'a/I1', answeredBy: 'gemini' }];
    const { clusters } = reconcile({ reviews: neighbours }, rules, { same });
    expect(clusters.map((one) => one.members)).toEqual([['a/I1', 'b/I1'], ['c/I1']]);
    expect(clusters[0]?.links).toMatchObject([
      { a: 'a/I1', b: 'b/I1', reason: expect.stringMatching(/^same lines, .*called one defect by gemini$/) },
    ]);
  });

  test('never chain: each pair across has to be alike enough to ask about, or called one defect', () => {
    const chain = [
      { a: 'a/I1', b: 'b/I1' },
      { a: 'b/I1', b: 'c/I1' },
    ];
    expect(members(neighbours, { same: chain })).toEqual([['a/I1', 'b/I1'], ['c/I1']]);
    expect(members(neighbours, { same: [...chain, { a: 'c/I1', b: 'a/I1' }] })).toEqual([
      ['a/I1', 'b/I1', 'c/I1'],
    ]);
  });

  test('that tell two apart keep them apart, whatever else is said', () => {
    const pair = { a: 'a/I1', b: 'b/I1' };
    expect(members(neighbours, { same: [pair], different: [{ a: 'b/I1', b: 'a/I1' }] })).toEqual([
      ['a/I1'],
      ['b/I1'],
      ['c/I1'],
    ]);
    const alike = neighbours
      .slice(0, 2)
      .map((review, at) =>
        makeReview(['a', 'b'][at] ?? '', review.reviewer.type === 'model' ? review.reviewer.provider : null, [
          { id: 'I1', title: words(0), quote: '' },
        ]),
      );
    expect(members(alike, { same: [] })).toEqual([['a/I1', 'b/I1']]);
    expect(members(alike, { same: [], different: [pair] })).toEqual([['a/I1'], ['b/I1']]);
  });

  test('about nobody, one reviewer, the guard or what was refused change nothing', () => {
    const reviews = [
      makeReview('a', 'anthropic', [
        { id: 'I1', title: words(0) },
        { id: 'I2', title: words(14), lines: [50, 51] },
        { id: 'I3', refused: true },
      ]),
      makeReview('b', 'openai', [{ id: 'I1', title: 'Nothing like it', lines: [60, 61] }]),
      makeReview('guard', null, [{ id: 'I1', title: words(0) }]),
    ];
    const same = [
      { a: 'a/I1', b: 'x/I9' },
      { a: 'a/I1', b: 'a/I1' },
      { a: 'a/I1', b: 'a/I2' },
      { a: 'a/I1', b: 'guard/I1' },
      { a: 'a/I3', b: 'b/I1' },
    ];
    expect(members(reviews, { same })).toEqual(members(reviews, { same: [] }));
  });
});

test('nothing is lost and no order matters, whatever is answered', () => {
  const title = fc
    .array(fc.constantFrom('daemon', 'timeout', 'restart', 'ticker', 'leak', 'error', 'socket'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((some) => some.join(' '));
  const reviewers = ['a', 'b', 'c'];
  const reviewSet = fc.tuple(...reviewers.map(() => fc.array(title, { maxLength: 4 }))).map((lists) =>
    lists.map((titles, at) =>
      makeReview(
        reviewers[at] ?? '',
        'openai',
        titles.map((one, number) => ({ id: `S${number + 1}`, title: one, lines: [number + 1, number + 2] })),
      ),
    ),
  );
  const key = fc
    .tuple(fc.constantFrom(...reviewers), fc.integer({ min: 1, max: 5 }))
    .map(([a, b]) => `${a}/S${b}`);
  const pairs = fc.array(fc.record({ a: key, b: key }), { maxLength: 12 });
  fc.assert(
    fc.property(reviewSet, pairs, pairs, (reviews, same, different) => {
      const reversed = reviews.toReversed().map((one) => ({ ...one, findings: one.findings.toReversed() }));
      const turned = (some: typeof same) => some.toReversed().map(({ a, b }) => ({ a: b, b: a }));
      const clusters = reconcile({ reviews }, reconcileRules, { same, different });
      expect(
        reconcile({ reviews: reversed }, reconcileRules, {
          same: turned(same),
          different: turned(different),
        }),
      ).toEqual(clusters);
      expect(findOpenPairs({ reviews: reversed })).toEqual(findOpenPairs({ reviews }));
      expect(clusters.clusters.flatMap((one) => one.members).sort()).toEqual(
        reviews.flatMap((one) => one.findings.map(({ id, reviewer }) => `${reviewer}/${id}`)).sort(),
      );
      for (const { a, b } of different) {
        const together = clusters.clusters.filter(
          ({ members }) => members.includes(a) && members.includes(b),
        );
        if (a.charAt(0) !== b.charAt(0)) expect(together).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
