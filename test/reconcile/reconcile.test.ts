import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingKey } from '../../src/domain/finding.ts';
import type { Review } from '../../src/domain/review.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type FindingSketch, makeReview } from '../support/finding-fixture.ts';

const inspectError: Partial<FindingSketch> = {
  title: '`IsRunning` reports a stopped container for any inspect error',
  explanation:
    'ContainerInspect can fail because the daemon timed out. IsRunning returns false, nil and the caller restarts a healthy container.',
};
const inspectErrorReworded: Partial<FindingSketch> = {
  title: 'Daemon timeout makes healthy containers restart',
  explanation:
    'When ContainerInspect fails with a timeout, IsRunning answers false, nil; maybeRestart then restarts the healthy container.',
};
const leakedTicker: Partial<FindingSketch> = {
  title: 'Ticker is never stopped',
  explanation: 'watch creates a time.Ticker and returns without Stop, so each subscription leaks one.',
};

function members(reviews: readonly Review[]): string[][] {
  return reconcile({ reviews }).clusters.map((cluster) => cluster.members);
}

describe('reconcile', () => {
  test('puts one defect in different words together, and two defects on the same lines apart', () => {
    const reviews = [
      makeReview('claude', 'anthropic', [
        { id: 'C1', ...inspectError, lines: [40, 46] },
        { id: 'S1', ...leakedTicker, lines: [42, 44] },
      ]),
      makeReview('gemini', 'google', [{ id: 'I1', ...inspectErrorReworded, lines: [41, 45] }]),
    ];
    expect(members(reviews)).toEqual([['claude/C1', 'gemini/I1'], ['claude/S1']]);
    expect(reconcile({ reviews }).clusters[0]?.links).toMatchObject([
      { a: 'claude/C1', b: 'gemini/I1', reason: expect.stringContaining('same lines') },
    ]);
  });

  test('keeps the same words in other files apart', () => {
    const reviews = [
      makeReview('claude', 'anthropic', [{ id: 'I1', ...inspectError, path: 'a.go' }]),
      makeReview('codex', 'openai', [{ id: 'I1', ...inspectError, path: 'b.go' }]),
    ];
    expect(members(reviews)).toEqual([['claude/I1'], ['codex/I1']]);
  });

  test('takes a reviewer’s list of places for several findings, its repetition for one', () => {
    const rule = { title: 'Error ignored', explanation: 'The error of Close is assigned to the blank name.' };
    const reviews = [
      makeReview('checks', null, [
        { id: 'I1', ...rule, lines: [10, 10] },
        { id: 'I2', ...rule, lines: [30, 30] },
        { id: 'I3', ...rule, lines: [30, 30] },
      ]),
    ];
    expect(members(reviews)).toEqual([['checks/I1'], ['checks/I2', 'checks/I3']]);
  });

  test('puts places together that another reviewer names as those of one defect', () => {
    const rule = {
      title: 'Error of Close is ignored',
      explanation: 'The error of Close is assigned to the blank name.',
    };
    const listed = makeReview('checks', null, [
      { id: 'I1', ...rule, lines: [10, 10] },
      { id: 'I2', ...rule, lines: [30, 30] },
      { id: 'I3', ...rule, path: 'src/other.go', lines: [5, 5] },
      { id: 'I4', ...rule, lines: [90, 90] },
    ]);
    const whole = makeReview('claude', 'anthropic', [
      { id: 'I1', ...rule, title: 'Errors of Close are ignored', lines: [9, 11] },
    ]);
    const places = [
      ...(whole.findings[0]?.locations ?? []),
      { path: 'src/server.go', startLine: 29, endLine: 30, side: 'head' as const },
      { path: 'src/other.go', startLine: 1, endLine: 9, side: 'head' as const },
    ];
    const naming = { ...whole, findings: whole.findings.map((one) => ({ ...one, locations: places })) };
    expect(members([listed, naming])).toEqual([
      ['checks/I1', 'checks/I2', 'checks/I3', 'claude/I1'].sort(),
      ['checks/I4'],
    ]);
    expect(members([listed, whole])).toContainEqual(['checks/I2']);
    expect(reconcile({ reviews: [listed, naming] }).clusters[0]?.links).toContainEqual(
      expect.objectContaining({
        a: 'checks/I3',
        b: 'checks/I1',
        reason: expect.stringMatching(/^places of one defect to claude, /),
      }),
    );
  });

  test('does not chain neighbours into one cluster', () => {
    const words = (from: number) => Array.from({ length: 12 }, (_, index) => `word${from + index}`).join(' ');
    const reviews = [
      makeReview('a', 'anthropic', [{ id: 'I1', title: words(0), quote: '' }]),
      makeReview('b', 'openai', [{ id: 'I1', title: words(6), quote: '' }]),
      makeReview('c', 'google', [{ id: 'I1', title: words(12), quote: '' }]),
    ];
    expect(
      members(reviews)
        .map((one) => one.length)
        .sort(),
    ).toEqual([1, 2]);
  });

  test('leaves refused and withdrawn findings out', () => {
    const reviews = [
      makeReview('claude', 'anthropic', [
        { id: 'I1', refused: true },
        { id: 'I2', withdrawn: 'wrong' },
        { id: 'I3' },
      ]),
    ];
    expect(members(reviews)).toEqual([['claude/I3']]);
  });
});

const sketch = fc.record({
  title: fc.array(
    fc.constantFrom('daemon', 'timeout', 'restart', 'ticker', 'leak', 'error', 'socket', 'wait'),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  path: fc.constantFrom('a.go', 'b.go'),
  start: fc.integer({ min: 1, max: 60 }),
  /** Where it stands, too. */
  others: fc.array(
    fc.record({ path: fc.constantFrom('a.go', 'b.go'), startLine: fc.integer({ min: 1, max: 60 }) }),
    {
      maxLength: 2,
    },
  ),
  severity: fc.constantFrom('critical' as const, 'important' as const, 'suggestion' as const),
  refused: fc.boolean(),
});

const reviewSet = fc
  .tuple(...['claude', 'codex', 'gemini'].map(() => fc.array(sketch, { maxLength: 8 })))
  .map((lists) =>
    lists.map((sketches, index) => {
      const review = makeReview(
        ['claude', 'codex', 'gemini'][index] ?? '',
        (['anthropic', 'openai', 'google'] as const)[index] ?? null,
        sketches.map((one, number) => ({
          id: `${one.severity.charAt(0).toUpperCase()}${number + 1}`,
          severity: one.severity,
          title: one.title.join(' '),
          path: one.path,
          lines: [one.start, one.start + 3] as [number, number],
          refused: one.refused,
        })),
      );
      const findings = review.findings.map((finding, at) => ({
        ...finding,
        locations: finding.locations.flatMap((location) => [
          location,
          ...(sketches[at]?.others ?? []).map(({ path, startLine }) => ({
            path,
            startLine,
            endLine: startLine + 3,
            side: 'head' as const,
          })),
        ]),
      }));
      return { ...review, findings };
    }),
  );

test('holds every accepted finding exactly once, in whatever order it is given', () => {
  fc.assert(
    fc.property(reviewSet, fc.infiniteStream(fc.nat()), (reviews, numbers) => {
      const accepted = reviews
        .flatMap((review) => review.findings)
        .filter((finding) => finding.gate.outcome !== 'refused')
        .map(findingKey);
      expect(members(reviews).flat().sort()).toEqual(accepted.sort());
      const shuffle = <T>(items: readonly T[]) =>
        items
          .map((item) => ({ item, order: numbers.next().value }))
          .sort((a, b) => a.order - b.order)
          .map(({ item }) => item);
      const shuffled = shuffle(reviews).map((review) => ({ ...review, findings: shuffle(review.findings) }));
      expect(JSON.stringify(reconcile({ reviews: shuffled }))).toBe(JSON.stringify(reconcile({ reviews })));
    }),
    { numRuns: 300 },
  );
});
