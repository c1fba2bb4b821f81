import { beforeEach, expect, test } from 'vitest';
import { FindingCollector } from '../../src/agent/finding-collector.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { FindingClaim } from '../../src/domain/finding.ts';
import { makeFinding } from '../support/finding-fixture.ts';

const location = { path: 'a.go', startLine: 1, endLine: 2, side: 'head' as const };
let events: RunEvent[];
let collector: FindingCollector;

beforeEach(() => {
  events = [];
  collector = new FindingCollector({
    reviewer: 'gemini',
    check: async (claim) => {
      if (claim.quote === 'broken repository') throw new Error('git does not answer');
      return claim.quote.startsWith('real')
        ? { answer: { outcome: 'stands', location, message: 'stands' }, locations: [location] }
        : {
            answer: { outcome: 'refused', reason: 'no-such-lines', nearest: null, message: 'no such lines' },
            locations: [],
          };
    },
    emit: (event) => {
      events.push(event);
    },
  });
});

function claim(change: Partial<FindingClaim>): FindingClaim {
  return { ...makeFinding('gemini', { id: 'I1' }).claim, ...change };
}

test('numbers accepted findings by severity, and refused attempts after them', async () => {
  const answers = [
    await collector.report(claim({ quote: 'real', severity: 'important' })),
    await collector.report(claim({ quote: 'invented', severity: 'important' })),
    await collector.report(claim({ quote: 'real 2', severity: 'important' })),
    await collector.report(claim({ quote: 'real 3', severity: 'critical' })),
  ];
  expect(answers).toEqual([
    { outcome: 'accepted', id: 'I1', message: 'stands', replaced: null },
    { outcome: 'refused', attempt: 'A1', message: 'no such lines' },
    { outcome: 'accepted', id: 'I2', message: 'stands', replaced: null },
    { outcome: 'accepted', id: 'C1', message: 'stands', replaced: null },
  ]);
  expect(collector.findings().map(({ id, gate }) => [id, gate.outcome])).toEqual([
    ['I1', 'stands'],
    ['I2', 'stands'],
    ['C1', 'stands'],
    ['I3', 'refused'],
  ]);
});

test('a corrected attempt lives on in the finding, and is no finding of its own', async () => {
  await collector.report(claim({ quote: 'invented' }));
  await collector.report(claim({ quote: 'invented again', replaces: 'A1' }));
  expect(await collector.report(claim({ quote: 'real', replaces: 'A2' }))).toMatchObject({ replaced: 'A2' });
  const findings = collector.findings();
  expect(findings).toHaveLength(1);
  expect(findings[0]?.attempts.map(({ id, claim: { quote } }) => [id, quote])).toEqual([
    ['A1', 'invented'],
    ['A2', 'invented again'],
  ]);
});

test('an unknown or used attempt id replaces nothing and loses nothing', async () => {
  await collector.report(claim({ quote: 'invented' }));
  await collector.report(claim({ quote: 'real', replaces: 'A7' }));
  await collector.report(claim({ quote: 'real', replaces: 'A1' }));
  await collector.report(claim({ quote: 'real', replaces: 'A1' }));
  expect(collector.findings().map(({ attempts }) => attempts.length)).toEqual([0, 1, 0]);
});

test('attempts that name themselves or each other end', async () => {
  await collector.report(claim({ quote: 'invented', replaces: 'A1' }));
  await collector.report(claim({ quote: 'real', replaces: 'A1' }));
  expect(collector.findings()).toHaveLength(1);
});

test('a withdrawn finding is kept with its reason', async () => {
  await collector.report(claim({ quote: 'real' }));
  expect(await collector.withdraw('I1', 'guarded by the caller')).toBe('withdrawn');
  expect(await collector.withdraw('I1', 'again')).toBe('already-withdrawn');
  expect(await collector.withdraw('C9', 'no such')).toBe('unknown');
  expect(collector.findings().map(({ withdrawn }) => withdrawn)).toEqual(['guarded by the caller']);
});

test('calls made at once are taken in the order of the calls', async () => {
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => collector.report(claim({ quote: 'real', title: `${index}` }))),
  );
  expect(collector.findings().map(({ id, claim: { title } }) => `${id} ${title}`)).toEqual(
    Array.from({ length: 50 }, (_, index) => `I${index + 1} ${index}`),
  );
});

test('a repository that does not answer is an error, not a refusal, and the next report works', async () => {
  await expect(collector.report(claim({ quote: 'broken repository' }))).rejects.toThrow(
    'git does not answer',
  );
  expect(await collector.report(claim({ quote: 'real' }))).toMatchObject({ outcome: 'accepted', id: 'I1' });
  expect(collector.findings()).toHaveLength(1);
});

test('every report and withdrawal is told', async () => {
  await collector.report(claim({ quote: 'real', title: 'T' }));
  await collector.withdraw('I1', 'wrong');
  expect(events).toEqual([
    {
      type: 'finding-report',
      reviewer: 'gemini',
      id: 'I1',
      severity: 'important',
      title: 'T',
      outcome: 'stands',
    },
    { type: 'finding-withdraw', reviewer: 'gemini', id: 'I1', reason: 'wrong' },
  ]);
});
