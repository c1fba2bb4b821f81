import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFinish } from '../../../src/agent/report/read-finish.ts';
import { ReviewFinish } from '../../../src/domain/review.ts';

function read(change: Record<string, unknown>): ReviewFinish {
  const reading = readFinish({ summary: 's', ...change });
  if (reading.outcome === 'malformed') throw new Error(reading.problems.join(' '));
  return reading.finish;
}

describe('readFinish', () => {
  test('takes a whole one as it is, and keeps fields it does not know', () => {
    const whole = {
      summary: 's',
      designObservations: [{ kind: 'strength', scope: 'future', title: 't', text: 'x' }],
      testing: 'T',
      documentation: 'D',
      commits: 'C',
      acknowledged: [{ location: 'a.go:1', text: 'x' }],
      unresolvedFeedback: [{ author: 'a', text: 'x', state: 'open' }],
      coverage: [{ path: 'a.go', status: 'trivial', note: 'n' }],
      contextUpdates: [{ scope: 'tool', rule: 'r', why: 'w' }],
      mood: 'good',
    };
    expect(readFinish(whole)).toEqual({ outcome: 'read', finish: whole });
  });

  test('needs a summary and nothing else', () => {
    expect(read({})).toEqual({
      summary: 's',
      designObservations: [],
      testing: '',
      documentation: '',
      commits: '',
      acknowledged: [],
      unresolvedFeedback: [],
      coverage: [],
      contextUpdates: [],
    });
    expect(readFinish({ summary: ' ' })).toEqual({
      outcome: 'malformed',
      problems: ['`summary` is missing: what the change does, and how well.'],
    });
  });

  test('understands lists of texts, single entries, and "none"', () => {
    expect(
      read({
        designObservations: ['Too many layers'],
        acknowledged: 'None.',
        unresolvedFeedback: { author: 'ada', text: 'rename it' },
        contextUpdates: ['Tests need docker'],
        testing: ['a', 'b'],
      }),
    ).toMatchObject({
      designObservations: [{ kind: 'concern', scope: 'in-scope', title: 'Too many layers', text: '' }],
      acknowledged: [],
      unresolvedFeedback: [{ author: 'ada', text: 'rename it', state: '' }],
      contextUpdates: [{ scope: 'repo', rule: 'Tests need docker', why: '' }],
      testing: 'a\nb',
    });
    expect(
      read({ designObservations: [{ text: 'First. Second.', kind: 'Positive' }] }).designObservations,
    ).toEqual([{ kind: 'strength', scope: 'in-scope', title: 'First.', text: 'First. Second.' }]);
  });

  test('reads coverage in every shape, and claims a review only where one is claimed', () => {
    expect(
      read({ coverage: { 'a.go': 'Reviewed, no issues', 'b.go': 'trivial', 'c.go': 'I1, S2' } }).coverage,
    ).toEqual([
      { path: 'a.go', status: 'reviewed', note: 'Reviewed, no issues' },
      { path: 'b.go', status: 'trivial', note: '' },
      { path: 'c.go', status: 'reviewed', note: 'I1, S2' },
    ]);
    const statuses = [
      'skipped',
      'not reviewed',
      'unread',
      'partially read',
      'perhaps',
      'Trivial (lock file)',
      'ok',
      '',
    ];
    expect(
      read({ coverage: statuses.map((status) => ({ path: 'a', status, note: 'n' })) }).coverage.map(
        ({ status, note }) => [status, note],
      ),
    ).toEqual([
      ['skipped', 'n'],
      ['skipped', 'not reviewed: n'],
      ['skipped', 'unread: n'],
      ['skipped', 'partially read: n'],
      ['skipped', 'perhaps: n'],
      ['trivial', 'Trivial (lock file): n'],
      ['reviewed', 'ok: n'],
      ['skipped', 'n'],
    ]);
    expect(read({ coverage: ['a.go', { path: 'b.go', status: 'reviewed' }] }).coverage).toEqual([
      { path: 'a.go', status: 'reviewed', note: '' },
      { path: 'b.go', status: 'reviewed', note: '' },
    ]);
  });

  test('never throws, and what it reads is a finish', () => {
    const key = fc.constantFrom(...Object.keys(ReviewFinish.shape), '__proto__', 'x');
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything({ maxDepth: 3 })), (given) => {
        const reading = readFinish(given);
        if (reading.outcome === 'read') expect(ReviewFinish.safeParse(reading.finish).success).toBe(true);
        else expect(reading.problems).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
