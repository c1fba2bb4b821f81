import { describe, expect, test } from 'vitest';
import type { Severity } from '../../src/domain/vocabulary.ts';
import type { EarlierCode } from '../../src/evidence/compare-earlier-code.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import type { DeclinedCluster } from '../../src/verify/judge-declined.ts';
import { verify } from '../../src/verify/verify.ts';
import { emptyChange } from '../render/random-run.ts';
import { type FindingSketch, makeReview, nobodyToAsk } from '../support/finding-fixture.ts';

const place = { path: 'src/server.go', startLine: 10, endLine: 12, side: 'head' as const };
const stands: EarlierCode = { outcome: 'stands', places: [place] };

interface Case {
  code?: EarlierCode;
  declined?: Severity;
  sameSymbol?: boolean;
}

/** What becomes of findings of three vendors in one cluster that was declined in round 2. */
async function judge(sketches: readonly Omit<FindingSketch, 'title'>[], given: Case = {}) {
  const { code = stands, declined: severity = 'important', sameSymbol = false } = given;
  const reviews = sketches.map((sketch, at) =>
    makeReview(`r${at}`, (['anthropic', 'openai', 'google'] as const)[at] ?? null, [
      { ...sketch, title: 'The error is dropped' },
    ]),
  );
  const declined: DeclinedCluster = {
    match: { cluster: 'k1', id: 'a3f9', sameSymbol },
    round: 2,
    declined: { severity, reason: 'On purpose.' },
    code,
  };
  const { ledger, verdicts } = await verify(
    { change: emptyChange, reviews, clusters: reconcile({ reviews }), declined: [declined] },
    {
      traceOrigin: async () => ({ touchedByChange: true, standsAtMergeBase: false, introducedBy: null }),
      checkFix: async () => null,
      challenge: nobodyToAsk,
    },
  );
  return { entries: ledger.entries, verdict: verdicts.verdicts[0] };
}

describe('a declined finding', () => {
  test('is dropped with every finding of its cluster, and nobody is asked', async () => {
    const { entries, verdict } = await judge([{ id: 'I1' }, { id: 'S1' }]);
    expect(entries).toMatchObject([
      { fate: { fate: 'dropped', reason: 'declined', round: 2 }, finalSeverity: null, reason: 'On purpose.' },
      { fate: { fate: 'dropped', reason: 'declined', round: 2 }, finalSeverity: null, reason: 'On purpose.' },
    ]);
    expect(verdict?.declined).toEqual({
      round: 2,
      id: 'a3f9',
      reason: 'On purpose.',
      holds: true,
      why: 'declined in round 2, and its code stands as it did',
    });
  });

  test.each<[string, EarlierCode, string]>([
    ['changed', { outcome: 'changed', places: [place] }, 'declined in round 2; its code changed since'],
    [
      'could not be read',
      { outcome: 'unknown', why: 'x' },
      'declined in round 2; whether its code changed since could not be read',
    ],
    [
      'is elsewhere',
      { outcome: 'stands', places: [{ ...place, startLine: 43, endLine: 44 }] },
      'declined in round 2 for other lines',
    ],
    [
      'is in another file',
      { outcome: 'stands', places: [{ ...place, path: 'src/other.go' }] },
      'declined in round 2 for other lines',
    ],
    ['is in no file', { outcome: 'stands', places: [] }, 'declined in round 2 for other lines'],
  ])('is kept when its code %s', async (_name, code, why) => {
    const { entries, verdict } = await judge([{ id: 'I1' }], { code });
    expect(entries).toMatchObject([{ fate: { fate: 'kept' }, finalSeverity: 'important' }]);
    expect(verdict?.declined).toMatchObject({ holds: false, why });
  });

  test.each([42, 200])('is dropped at line %i of the same function', async (startLine) => {
    const code: EarlierCode = { outcome: 'stands', places: [{ ...place, startLine, endLine: startLine }] };
    const { entries } = await judge([{ id: 'I1' }], { code, sameSymbol: startLine === 200 });
    expect(entries).toMatchObject([{ fate: { reason: 'declined' } }]);
  });

  test.each<[Severity, string, string]>([
    ['suggestion', 'kept', 'declined in round 2 as suggestion; it is critical now'],
    ['important', 'kept', 'declined in round 2 as important; it is critical now'],
    ['critical', 'dropped', 'declined in round 2, and its code stands as it did'],
  ])('as %s leaves a critical of two vendors %s', async (severity, fate, why) => {
    const { entries, verdict } = await judge([{ id: 'C1' }, { id: 'C1' }], { declined: severity });
    expect(entries[0]?.fate.fate).toBe(fate);
    expect(verdict?.declined?.why).toBe(why);
  });

  test('drops what was claimed as critical and is none', async () => {
    const { entries, verdict } = await judge([{ id: 'C1' }], { declined: 'important' });
    expect(verdict?.severity).toBe('important');
    expect(entries).toMatchObject([{ fate: { fate: 'dropped', reason: 'declined', round: 2 } }]);
  });
});
