import { describe, expect, test } from 'vitest';
import { findLikePairs } from '../../src/reconcile/find-like-pairs.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type ReconcileRules, reconcileRules } from '../../src/reconcile/rules.ts';
import { TextLikeness } from '../../src/reconcile/text-likeness.ts';
import { type Speakers, weighPairs } from '../../src/reconcile/weigh-pairs.ts';
import { makeReview } from '../support/finding-fixture.ts';

const find = 'externalCalendarId is falsy, so the fallback of find compares externalId against undefined';
const texts = [
  'fallback of find compares externalId against undefined when externalCalendarId is falsy',
  find,
  'fallback of the ternary compares externalId twice, so find is needless',
].map((text) => ({ title: text, text }));
const likeness = new TextLikeness(texts);
const rules = { ...reconcileRules, ask: 0.18, yielding: 0.25 };

function weigh(speakers: Speakers, some: ReconcileRules) {
  return weighPairs(findLikePairs(likeness, speakers.reviewers, some.ask), speakers, some);
}

describe('weighing pairs', () => {
  test('a pair gives way to a likelier one of the same two reviewers by a part of the difference', () => {
    const speakers = { reviewers: ['claude', 'gemini', 'gemini'], statements: [0, 1, 2] };
    const [likely, rival] = [likeness.between(0, 1), likeness.between(0, 2)];
    expect(likely).toBeGreaterThan(rival);
    expect(rival).toBeGreaterThan(0.27);
    expect(weigh(speakers, rules)).toEqual([
      { a: 0, b: 1, score: likely, certainty: likely + (likely - rival) },
      {
        a: 0,
        b: 2,
        score: rival - 0.25 * (likely - rival),
        certainty: Math.max(0, rival - (likely - rival)),
      },
    ]);
  });

  test('a third reviewer makes a pair more certain, not more alike; the guard takes no part', () => {
    const speakers = { reviewers: ['claude', 'gemini', 'codex'], statements: [0, 1, 2] };
    const alike = (a: number, b: number) => likeness.between(a, b);
    const weighed = weigh(speakers, { ...rules, support: 0.5 });
    expect(weighed.map(({ a, b, score }) => [a, b, score])).toEqual([
      [0, 1, alike(0, 1)],
      [0, 2, alike(0, 2)],
      [1, 2, alike(1, 2)],
    ]);
    const supported = alike(0, 1) + (0.5 * (alike(0, 2) + alike(1, 2))) / 2;
    expect(weighed[0]?.certainty).toBeCloseTo(supported + (supported - rules.ask), 9);
    const guarded = { ...speakers, reviewers: ['claude', 'gemini', 'guard'] };
    expect(weigh(guarded, { ...rules, support: 0.5 })).toEqual([
      { a: 0, b: 1, score: alike(0, 1), certainty: 2 * alike(0, 1) - rules.ask },
    ]);
  });

  test('another reviewer is no rival, and neither is a repetition', () => {
    const others = { reviewers: ['claude', 'gemini', 'codex'], statements: [0, 1, 2] };
    const repeated = { reviewers: ['claude', 'gemini', 'gemini'], statements: [0, 1, 1] };
    for (const speakers of [others, repeated]) {
      const weighed = weigh(speakers, rules).filter(({ a }) => a === 0);
      expect(weighed.map(({ score }) => score)).toEqual([likeness.between(0, 1), likeness.between(0, 2)]);
    }
  });

  test('never falls under nothing', () => {
    const speakers = { reviewers: ['claude', 'gemini', 'gemini'], statements: [0, 1, 2] };
    const steep = weigh(speakers, { ...rules, yielding: 100 });
    expect(steep.map(({ score }) => score)).toEqual([likeness.between(0, 1), 0]);
  });
});

test('the finding of two that says it more alike is the one merged', () => {
  const reviews = [
    makeReview('claude', 'anthropic', [{ id: 'I1', title: texts[0]?.title ?? '', lines: [10, 12] }]),
    makeReview('gemini', 'google', [
      { id: 'I1', title: texts[2]?.title ?? '', lines: [10, 12] },
      { id: 'I2', title: find, lines: [40, 42] },
    ]),
  ];
  expect(reconcile({ reviews }).clusters.map(({ members }) => members)).toEqual([
    ['claude/I1', 'gemini/I2'],
    ['gemini/I1'],
  ]);
});
