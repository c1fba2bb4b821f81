import { expect, test } from 'vitest';
import type { Consolidation } from '../../src/domain/consolidation.ts';
import { noLostRequests } from '../../src/domain/cost.ts';
import { emptyProse } from '../../src/domain/prose.ts';
import { consolidationNotices } from '../../src/pipeline/consolidation-notices.ts';

const session: Consolidation['session'] = {
  status: 'completed',
  cause: null,
  toolCalls: 1,
  costUsd: 0.1,
  lostRequests: noLostRequests,
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1,
};
const whole: Consolidation = {
  schemaVersion: 1,
  writer: 'claude',
  session,
  tried: [],
  withheld: [],
  prose: {
    executiveSummary: 'It is.',
    recommendation: 'It is.',
    retro: [{ reviewer: 'claude', text: 'It is.' }],
    closing: 'It is.',
  },
  refused: [],
};
const timeout = { code: 'timeout-idle', message: 'nothing came for 60 s.', retryable: true };

test('nothing is said of prose that was written as it was asked for, or that nobody was asked for', () => {
  expect(consolidationNotices(whole, ['claude'])).toEqual([]);
  expect(consolidationNotices(null, ['claude'])).toEqual([]);
  // Everything had been handed in when the session was stopped.
  const late = { ...whole, session: { ...session, status: 'timed-out' as const, cause: timeout } };
  expect(consolidationNotices(late, ['claude'])).toEqual([]);
});

test('says in one sentence what is computed, and why', () => {
  const failed: Consolidation = {
    ...whole,
    tried: [{ writer: 'codex', cause: { code: 'auth', message: 'bad key', retryable: false } }],
    session: { ...session, status: 'timed-out', cause: timeout },
    prose: emptyProse,
  };
  expect(consolidationNotices(failed, ['claude', 'codex'])).toEqual([
    'Codex and Claude were asked to write the report’s texts and did not end (timed-out: nothing came for 60 s): they are computed.',
  ]);
  const partly = { ...failed, tried: [], prose: { ...whole.prose, closing: '' } };
  expect(consolidationNotices(partly, ['claude'])).toEqual([
    'Claude was asked to write the report’s texts and did not end (timed-out: nothing came for 60 s): the closing is computed.',
  ]);
  expect(consolidationNotices({ ...whole, prose: { ...whole.prose, retro: [] } }, ['claude'])).toEqual([
    'Claude wrote the report’s texts, but the paragraph on Claude is computed: nothing was handed in for it.',
  ]);
});

test('a long reason is cut, and hidden characters in it are shown', () => {
  const refused: Consolidation['refused'] = [
    { part: 'closing', reviewer: null, text: 'x', reasons: [`\u001b[31m${'x'.repeat(2_000)}`] },
  ];
  const [notice = ''] = consolidationNotices({ ...whole, prose: { ...whole.prose, closing: '' }, refused }, [
    'claude',
  ]);
  expect(notice).toContain('⟦U+001B⟧[31m');
  expect(notice.length).toBeLessThan(600);
});
