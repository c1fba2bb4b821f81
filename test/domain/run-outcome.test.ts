import { describe, expect, test } from 'vitest';
import {
  completedModels,
  decideExitCode,
  decideRecommendation,
  decideRunStatus,
  requiredQuorum,
} from '../../src/domain/run-outcome.ts';
import type { Severity, VerdictValue } from '../../src/domain/vocabulary.ts';
import { makeReview } from '../support/finding-fixture.ts';

const failed = {
  status: 'failed',
  cause: { code: 'quota', message: 'no credit', retryable: false },
} as const;
const skipped = {
  status: 'skipped',
  cause: { code: 'nothing-to-review', message: '', retryable: false },
} as const;

const stopped = (code: string) => ({ code, message: 'over', retryable: true });

describe('decideRunStatus', () => {
  const done = makeReview('claude', 'anthropic', []);
  test.each([
    ['all completed', [done, makeReview('checks', null, [])], false, 'complete'],
    ['nothing to review', [makeReview('claude', 'anthropic', [], skipped)], false, 'complete'],
    ['one failed', [done, makeReview('codex', 'openai', [], failed)], false, 'degraded'],
    ['all failed', [makeReview('codex', 'openai', [], failed)], false, 'failed'],
    [
      'partial alone',
      [makeReview('codex', 'openai', [], { ...failed, status: 'partial' })],
      false,
      'degraded',
    ],
    [
      'stopped by a limit of the run',
      [makeReview('codex', 'openai', [], { status: 'timed-out', cause: stopped('run-deadline') })],
      false,
      'degraded',
    ],
    [
      'timed out without a limit of the run',
      [makeReview('codex', 'openai', [], { status: 'timed-out', cause: stopped('timeout-idle') })],
      false,
      'failed',
    ],
    ['cancelled', [done], true, 'cancelled'],
  ] as const)('%s', (_name, reviews, cancelled, status) => {
    expect(decideRunStatus(reviews, cancelled)).toBe(status);
  });
});

test.each([
  [0, null, 0],
  [1, null, 1],
  [2, null, 2],
  [3, null, 2],
  [3, 3, 3],
  [2, 3, 2],
  [3, 0, 0],
])('%i models asked for, quorum %s: %i must complete', (asked, configured, required) => {
  expect(requiredQuorum(asked, configured)).toBe(required);
});

test('programs do not count for the quorum', () => {
  expect(completedModels([makeReview('checks', null, []), makeReview('codex', 'openai', [], failed)])).toBe(
    0,
  );
});

describe('decideRecommendation', () => {
  const judged = (severity: Severity, verdict: VerdictValue) => ({ severity, verdict });
  test.each([
    ['below the quorum', [], true, 'incomplete'],
    ['nothing', [], false, 'merge-as-is'],
    ['a suggestion', [judged('suggestion', 'confirmed')], false, 'merge-with-optional-fixes'],
    ['an important one', [judged('important', 'unexamined')], false, 'merge-with-fixes'],
    ['an unexamined critical', [judged('critical', 'unexamined')], false, 'merge-with-fixes'],
    ['a confirmed critical', [judged('critical', 'confirmed')], false, 'rework'],
    ['four important', Array(4).fill(judged('important', 'confirmed')), false, 'merge-with-fixes'],
    ['five important', Array(5).fill(judged('important', 'confirmed')), false, 'rework'],
    ['five unexamined', Array(5).fill(judged('important', 'unexamined')), false, 'merge-with-fixes'],
  ] as const)('%s', (_name, findings, belowQuorum, recommendation) => {
    expect(decideRecommendation(findings, belowQuorum)).toBe(recommendation);
  });
});

describe('decideExitCode', () => {
  const clean = { runStatus: 'complete', incomplete: false, severities: [], failOn: 'critical' } as const;
  test.each([
    ['clean', {}, 0],
    ['an important finding, critical asked', { severities: ['important'] }, 0],
    ['an important finding, important asked', { severities: ['important'], failOn: 'important' }, 1],
    ['a critical finding, suggestion asked', { severities: ['critical'], failOn: 'suggestion' }, 1],
    ['a critical finding, never asked', { severities: ['critical'], failOn: 'never' }, 0],
    ['incomplete outranks findings', { severities: ['critical'], incomplete: true }, 3],
    ['incomplete, never asked', { incomplete: true, failOn: 'never' }, 3],
    ['all failed', { runStatus: 'failed', incomplete: true }, 4],
    ['cancelled', { runStatus: 'cancelled', incomplete: true }, 130],
  ] as const)('%s', (_name, change, code) => {
    expect(decideExitCode({ ...clean, ...change })).toBe(code);
  });
});
