import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { promptLength } from '../../src/agent/duplicates/duplicates-prompt.ts';
import { findingKey } from '../../src/domain/finding.ts';
import { batchPairs } from '../../src/reconcile/batch-pairs.ts';
import { makeFinding } from '../support/finding-fixture.ts';

const finding = (reviewer: string, number: number, text = '') =>
  makeFinding(reviewer, {
    id: `I${number}`,
    title: `[Critical] ${reviewer} ${number}`,
    explanation: text,
    lines: [number, number],
  });

describe('pairs of a session', () => {
  test('are shown in the findings’ own order, without the rank before a title and without who wrote them', () => {
    const [one, other, third] = [finding('zoe', 1), finding('amy', 2), finding('bob', 3)];
    const pairs = [
      { a: 'bob/I3', b: 'zoe/I1' },
      { a: 'amy/I2', b: 'zoe/I1' },
    ];
    expect(batchPairs(pairs, [one, other, third])).toMatchObject([
      {
        pairs: [pairs[1], pairs[0]],
        question: {
          findings: [
            { id: 'f1', title: 'zoe 1' },
            { id: 'f2', title: 'amy 2' },
            { id: 'f3', title: 'bob 3' },
          ],
          pairs: [
            { id: 'p1', a: 'f1', b: 'f2' },
            { id: 'p2', a: 'f1', b: 'f3' },
          ],
        },
      },
    ]);
    const [batch] = batchPairs(pairs, [one, other, third]);
    expect(Object.keys(batch?.question.findings[0] ?? {}).sort()).toEqual(
      ['absent', 'explanation', 'id', 'locations', 'quote', 'scenario', 'title'].sort(),
    );
  });
});

test('every pair of findings that are there is asked once, in sessions of bounded size', () => {
  const length = fc.constantFrom(0, 500, 5_000, 400_000);
  const drawn = fc.record({
    lengths: fc.array(length, { minLength: 2, maxLength: 60 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 150 }),
  });
  fc.assert(
    fc.property(drawn, ({ lengths, picks }) => {
      const findings = lengths.map((size, at) => finding(at % 2 === 0 ? 'a' : 'b', at, 'x'.repeat(size)));
      const key = (at: number) => findingKey(findings[at % findings.length] ?? finding('gone', 0));
      const pairs = [
        ...new Map(
          picks.map(([x, y]) => {
            const [a = '', b = ''] = [key(x), key(y)].sort();
            return [`${a} ${b}`, { a, b }];
          }),
        ).values(),
      ].filter(({ a, b }) => a !== b);
      const batches = batchPairs([...pairs, { a: 'nobody/I1', b: key(0) }], findings);
      const name = ({ a, b }: { a: string; b: string }) => `${a} ${b}`;
      expect(batches.flatMap((batch) => batch.pairs.map(name)).sort()).toEqual(pairs.map(name).sort());
      for (const { pairs: own, question } of batches) {
        expect(own.length).toBeLessThanOrEqual(40);
        const size = question.findings.reduce((sum, one) => sum + promptLength(one), 0);
        expect(size <= 60_000 || own.length === 1).toBe(true);
        const ids = new Map(question.findings.map((one) => [one.id, one.title]));
        question.pairs.forEach(({ a, b }, at) => {
          const titles = [own[at]?.a, own[at]?.b].map((one) => (one ?? '').replace('/I', ' '));
          expect([ids.get(a), ids.get(b)].sort()).toEqual(titles.sort());
        });
      }
    }),
  );
});
