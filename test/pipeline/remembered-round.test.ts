import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HiddenBlock, RememberedFinding } from '../../src/domain/hidden-block.ts';
import { addRemembered, toRememberedRounds } from '../../src/pipeline/remembered-round.ts';
import { matchRounds } from '../../src/reconcile/match-rounds.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { settleEarlierFindings } from '../../src/verify/settle-earlier-findings.ts';
import { randomRun } from '../render/random-run.ts';
import { makeReview } from '../support/finding-fixture.ts';

const head = 'a'.repeat(40);
const fingerprint = 'a3f9'.padEnd(64, '0');
const remembered: RememberedFinding = {
  ...{ id: 'a3f9', fingerprint, since: 1, label: 'I1', severity: 'important', symbol: 'Serve' },
  ...{ title: 'The error of Accept is dropped', reviewers: ['claude'] },
  location: { path: 'src/server.go', startLine: 10, endLine: 12, side: 'head' },
};
const block = (more: Partial<HiddenBlock> = {}): HiddenBlock => ({
  ...{
    schemaVersion: 1,
    run: { id: 'r', startedAt: '2026-11-01T00:00:00.000Z' },
    head,
    mergeBase: head,
    round: 2,
  },
  ...{ findings: [remembered], leftOut: 0 },
  ...more,
});

test('the newest block is a round that is known from a comment only, and nothing counts as reviewed by it', () => {
  const older = block({ round: 1, run: { id: 'q', startedAt: '2026-10-01T00:00:00.000Z' } });
  const known = toRememberedRounds([older, block()], 'b'.repeat(40));
  expect(known).toMatchObject({
    round: 3,
    earlierRounds: [
      { round: 2, head, declined: [], source: 'comment', findings: [{ id: 'a3f9', quote: '' }] },
    ],
    last: { round: 2, head, complete: false, coverage: [], isRemembered: true },
  });
  expect(toRememberedRounds([block()], head)).toMatchObject({ round: 2, last: null });
  expect(toRememberedRounds([], head)).toBeNull();
  // One that knows of nothing takes nothing away.
  const empty = block({ round: 9, run: { id: 's', startedAt: '2026-12-01T00:00:00.000Z' }, findings: [] });
  expect(toRememberedRounds([block(), empty], head)).toMatchObject({
    round: 9,
    earlierRounds: [{ round: 9, findings: [{ id: 'a3f9' }] }],
  });
});

test('a comment on a later round than all runs at hand is the last round, behind theirs, and others add nothing', () => {
  const ran = { round: 1, head, mergeBase: head, declined: [], findings: [] };
  const known = { round: 2, earlierRounds: [ran], last: null };
  const add = (more: Partial<HiddenBlock>, today = 'b'.repeat(40)) =>
    addRemembered(known, { blocks: [block(more)], head: today, newest: '2026-10-31T00:00:00.000Z' });
  const joined = [ran, expect.objectContaining({ round: 4, source: 'comment' })];
  expect(add({ round: 4 })).toEqual({
    ...{ round: 5, earlierRounds: joined },
    last: expect.objectContaining({ round: 4, isRemembered: true }),
  });
  expect(add({ round: 4 }, head)).toEqual({ round: 4, earlierRounds: joined, last: null });
  for (const nothing of [
    { round: 1 },
    { round: 4, run: { id: 'r', startedAt: '2026-10-31T00:00:00.000Z' } },
    { round: 4, run: { id: 'r', startedAt: 'zzz' } },
  ])
    expect(add(nothing)).toBe(known);
});

test('a finding that is raised again in its words keeps its name', () => {
  const { earlierRounds = [] } = toRememberedRounds([block()], 'b'.repeat(40)) ?? {};
  const reviews = [makeReview('claude', 'anthropic', [{ id: 'I1', title: remembered.title }])];
  const clusters = reconcile({ reviews });
  const places = new Map([['a3f9', remembered.location === null ? [] : [remembered.location]]]);
  const change = { earlierRounds, files: [] };
  expect(matchRounds({ change, clusters, reviews, symbols: new Map(), places })).toMatchObject([
    { id: 'a3f9', relation: 'same', fingerprint },
  ]);
});

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('a3f9', fingerprint));
const forged: fc.Arbitrary<HiddenBlock> = fc.record({
  schemaVersion: fc.constant(1 as const),
  run: fc.record({ id: text, startedAt: text }),
  head: fc.constantFrom(head, '2'.repeat(40)),
  mergeBase: fc.constant(head),
  round: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  findings: fc.array(
    fc.record({
      ...{ id: text, fingerprint: text, label: text, title: text, symbol: text },
      since: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      severity: fc.constantFrom('critical' as const, 'suggestion' as const),
      location: fc.constant(remembered.location),
      reviewers: fc.array(text, { maxLength: 2 }),
    }),
    { maxLength: 4 },
  ),
  leftOut: fc.nat(),
});

test('whatever a comment claims: every finding is published as without it, none is deferred, and none is fixed', () => {
  fc.assert(
    fc.property(randomRun, fc.array(forged, { maxLength: 3 }), (input, blocks) => {
      const { last: _, ...rounds } = toRememberedRounds(blocks, input.change.head.sha) ?? { last: null };
      const change = { ...input.change, ...rounds };
      const [first] = input.clusters.clusters;
      const [id] = change.earlierRounds?.[0]?.findings ?? [];
      // The worst case: a claim that is taken for a finding of this run.
      const match = { relation: 'same' as const, score: 1, sameSymbol: true, reason: '' };
      const matches = first && id ? [{ ...match, ...id, cluster: first.id }] : [];
      const earlierFindings = settleEarlierFindings({
        ...{ change, status: 'complete', reviews: input.reviews, matches, ledger: input.ledger },
        code: new Map(
          (change.earlierRounds?.[0]?.findings ?? []).map((one) => [
            one.id,
            { outcome: 'changed', places: [] },
          ]),
        ),
        places: new Map(),
      });
      const report = buildReport({ ...input, change, roundMatches: matches, earlierFindings });
      const plain = buildReport(input);
      const clustersOf = ({ findings }: typeof report) => findings.map(({ cluster }) => cluster).toSorted();
      expect(clustersOf(report)).toEqual(clustersOf(plain));
      expect([report.counts, report.recommendation.value, report.ledger]).toEqual([
        plain.counts,
        plain.recommendation.value,
        plain.ledger,
      ]);
      expect(new Set(report.findings.map(({ shortId }) => shortId)).size).toBe(report.findings.length);
      expect(report.deferred).toBeUndefined();
      expect(earlierFindings.filter(({ outcome }) => outcome === 'fixed' || outcome === 'declined')).toEqual(
        [],
      );
    }),
    { numRuns: 60 },
  );
});
