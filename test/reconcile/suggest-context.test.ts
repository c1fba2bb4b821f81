import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeclineRecord } from '../../src/domain/context-suggestion.ts';
import { suggestContext } from '../../src/reconcile/suggest-context.ts';

const words: Record<string, { title: string; explanation: string }> = {
  pool: {
    title: 'The connection pool is never closed',
    explanation: 'Nothing closes the pool of connections, so that each test leaves sockets open.',
  },
  "pool'": {
    title: 'Connection pool stays open',
    explanation: 'The pool of connections is never closed and leaves its sockets open after each test.',
  },
  wait: {
    title: 'Waiting for the server has no bound',
    explanation: 'The loop polls until the server answers; when it never does, the command hangs.',
  },
};
const hows = { d: 'declined', a: 'accepted', r: 'raised-again' } as const;

const cases = readFileSync(resolve(import.meta.dirname, '../../src/reconcile/context-suggestions.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| case '))
  .map((line) => line.slice(2, -2).split(' | '));

test('the rule has its table of cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(21);
});

test.each(cases)('%s', (_case, records = '', hasIt, suggested) => {
  const found = suggestContext({
    records: records.split('; ').map(toRecord),
    note: hasIt === 'yes' ? 'Look at the tests.\n- Declined before: … [declined 12-a-pool]\n' : null,
  });
  expect(
    found
      .map(
        ({ times, targets }) =>
          `${times} ${times === 1 ? 'time' : 'times'} in ${targets.map(({ name }) => name).join(', ')}`,
      )
      .join('; ') || '–',
  ).toBe(suggested);
});

/** `d 12.1 a.go pool/security#2!`, the place in the list its time. */
function toRecord(text: string, at: number): DeclineRecord {
  const [how = '', round = '', path = '', told = ''] = text.split(' ');
  const [target = '', number = ''] = round.split('.');
  const [called = '', category = 'correctness'] = told.replace('!', '').split('/');
  const [word = '', other = ''] = called.split('#');
  const isRaised = how === 'r';
  return {
    how: hows[how as keyof typeof hows],
    target,
    round: number === '?' ? null : Number(number),
    id: isRaised ? null : `${target}-${path.replace('.go', '')}-${word.replace("'", '')}${other}`,
    severity: 'important',
    category: category as DeclineRecord['category'],
    ...(words[word] ?? { title: word, explanation: '' }),
    path,
    symbol: '',
    reason: isRaised ? '' : told.endsWith('!') ? 'We never close it, by design.' : 'Not now.',
    by: isRaised ? null : 'alice',
    at: `2026-11-0${at + 1}T00:00:00.000Z`,
    url: null,
  };
}

test('says what was declined last, under every name, and at its highest severity', () => {
  const first = { ...toRecord('d 12.1 a.go pool', 0), severity: 'critical' as const, symbol: 'open' };
  const last = { ...toRecord("d 15.2 a.go pool'!", 1), by: 'bob', url: 'https://forge.test/15#c' };
  expect(suggestContext({ records: [last, first], note: '' })).toEqual([
    {
      names: ['15-a-pool', '12-a-pool'],
      times: 2,
      targets: [
        { name: '12', rounds: [1] },
        { name: '15', rounds: [2] },
      ],
      severity: 'critical',
      category: 'correctness',
      title: 'Connection pool stays open',
      path: 'a.go',
      symbol: '',
      reason: 'We never close it, by design.',
      by: 'bob',
      at: '2026-11-02T00:00:00.000Z',
      url: 'https://forge.test/15#c',
    },
  ]);
});

test('the order of the records says nothing', () => {
  const all = cases.flatMap(([, records = '']) => records.split('; ').map(toRecord));
  const expected = suggestContext({ records: all, note: null });
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (records) => {
      expect(suggestContext({ records, note: null })).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});
