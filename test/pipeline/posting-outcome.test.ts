import { expect, test } from 'vitest';
import type { PublishedPart, PublishReceipt } from '../../src/domain/publication.ts';
import { describePosting, isPosted, postingExitCode } from '../../src/pipeline/posting-outcome.ts';

const part: PublishedPart = {
  part: 'summary',
  outcome: 'created',
  url: 'https://forge.example/c/1',
  cause: null,
  posted: [],
  unplaced: [],
  minimized: 0,
};

function receiptOf(...parts: readonly Partial<PublishedPart>[]): PublishReceipt {
  return {
    schemaVersion: 1,
    repository: 'o/r',
    pullRequest: 7,
    head: 'a'.repeat(40),
    parts: parts.map((one) => ({ ...part, ...one })),
  };
}

test('a line for each part: where it stands or why it does not; nothing in it begins a command', () => {
  const refused = { code: 'missing-permission', message: 'the token needs checks=write', retryable: false };
  const hostile = { code: 'invalid', message: 'no\n::error::gone \u202eod', retryable: false };
  const receipt = receiptOf(
    { part: 'check', outcome: 'skipped', url: null, cause: refused },
    { part: 'inline', outcome: 'created', posted: ['a3f9', 'b0c1'], unplaced: ['c111'] },
    { part: 'inline', outcome: 'failed', url: null, cause: hostile },
    { outcome: 'updated', minimized: 1 },
    {
      outcome: 'superseded',
      cause: { code: 'superseded', message: 'a later run has spoken', retryable: false },
    },
  );
  expect(describePosting(receipt)).toEqual([
    'not posted: check (skipped): the token needs checks=write',
    'posted: inline (created): 2 beside the code; 1 in the summary only, https://forge.example/c/1',
    'not posted: inline (failed): no⟦U+000A⟧::error::gone ⟦U+202E⟧od',
    'posted: summary (updated): 1 doubled before, folded away, https://forge.example/c/1',
    'not posted: summary (superseded): a later run has spoken, https://forge.example/c/1',
  ]);
});

test('what failed, or may have, is 4; what is not allowed leaves the review’s own code', () => {
  const codes = (['created', 'unchanged', 'superseded', 'skipped', 'failed', 'unknown'] as const).map(
    (outcome) => {
      const receipt = receiptOf({}, { outcome });
      return [
        outcome,
        isPosted(receipt),
        ...([0, 1, 3, 130] as const).map((code) => postingExitCode(code, receipt)),
      ];
    },
  );
  expect(codes).toEqual([
    ['created', true, 0, 1, 3, 130],
    ['unchanged', true, 0, 1, 3, 130],
    ['superseded', true, 0, 1, 3, 130],
    ['skipped', true, 0, 1, 3, 130],
    ['failed', false, 4, 4, 4, 130],
    ['unknown', false, 4, 4, 4, 130],
  ]);
});
