import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EarlierFinding, EarlierRound } from '../../src/domain/change.ts';
import type { Ledger, LedgerEntry } from '../../src/domain/ledger.ts';
import type { RunStatus } from '../../src/domain/vocabulary.ts';
import type { EarlierCode } from '../../src/evidence/compare-earlier-code.ts';
import { type SettleInput, settleEarlierFindings } from '../../src/verify/settle-earlier-findings.ts';
import { emptyChange } from '../render/random-run.ts';
import { makeReview } from '../support/finding-fixture.ts';

const place = { path: 'a.go', startLine: 10, endLine: 12, side: 'head' as const };
const shifted = { ...place, startLine: 50, endLine: 52 };
const earlier: EarlierFinding = {
  id: 'a3f9',
  fingerprint: 'a3f9'.padEnd(64, '0'),
  since: 1,
  label: 'I1',
  severity: 'important',
  title: 'The error is dropped',
  explanation: '',
  scenario: '',
  fix: '',
  quote: 'return nil',
  symbol: '',
  locations: [place],
  isGuards: false,
  reviewers: ['a', 'b'],
};
const codes: Record<string, EarlierCode> = {
  stands: { outcome: 'stands', places: [place] },
  shifted: { outcome: 'stands', places: [shifted] },
  changed: { outcome: 'changed', places: [place] },
  gone: { outcome: 'changed', places: [] },
  unknown: { outcome: 'unknown', why: 'no such commit' },
};
const decline = {
  label: 'I1',
  severity: 'important' as const,
  title: earlier.title,
  path: 'a.go',
  reason: 'On\npurpose.',
  by: 'grace',
  id: 'a3f9',
};

const cases = readFileSync(resolve(import.meta.dirname, '../../src/verify/earlier-findings.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| case '))
  .map((line) => line.slice(2, -2).split(' | '));

test('the rule has its table of cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(26);
  expect(new Set(cases.map(([, , , , , outcome]) => outcome))).toEqual(
    new Set(['still-present', 'moved', 'unknown', 'declined', 'fixed']),
  );
});

test.each(cases)('%s', (_case, code = '', now = '', run = '', opened = '', outcome, why) => {
  const input = inputOf({ code, now, run: run as RunStatus, opened });
  const [settled, ...more] = settleEarlierFindings(input);
  expect(more).toEqual([]);
  expect(settled).toMatchObject({ id: 'a3f9', label: 'I1', round: 1, since: 1, outcome, why });
  if (outcome === 'declined') expect(settled?.reason).toBe('declined in round 1 by grace: On purpose');
  if (outcome === 'moved')
    expect(settled?.reason).toBe(`raised again at ${now === 'elsewhere' ? 'b/c.ts' : 'a.go'}:50-52`);
});

/** `a b-`: a opened everything, b did not come to its end; `b/` completed and opened other files only. */
function inputOf({
  code,
  now,
  run,
  opened,
}: {
  code: string;
  now: string;
  run: RunStatus;
  opened: string;
}): SettleInput {
  const finding: EarlierFinding = {
    ...earlier,
    ...(now === 'text' ? { locations: [], about: 'the message of a commit' } : {}),
  };
  const { reviewers, ...anonymous } = finding;
  const round: EarlierRound = {
    round: 1,
    head: '3'.repeat(40),
    declined: now.startsWith('declined') ? [decline] : [],
    findings: [now === 'anonymous' ? anonymous : { ...anonymous, ...(reviewers && { reviewers }) }],
    ...(now === 'comment' ? { source: 'comment' as const } : {}),
  };
  const fates: Record<string, LedgerEntry['fate']> = {
    kept: { fate: 'kept' },
    elsewhere: { fate: 'kept' },
    split: { fate: 'kept' },
    observed: { fate: 'moved', target: 'design-observation' },
    refuted: { fate: 'dropped', reason: 'refuted' },
    'out-of-scope': { fate: 'dropped', reason: 'out-of-scope' },
    declined: { fate: 'dropped', reason: 'declined', round: 1 },
  };
  const fate = fates[now];
  const at = code === 'shifted' ? shifted : place;
  return {
    change: {
      ...emptyChange,
      files: emptyChange.files.filter(({ path }) => code !== 'gone' || path !== 'a.go'),
      round: 2,
      earlierRounds: [round],
    },
    status: run,
    reviews: opened
      .split(' ')
      .filter((one) => one !== 'nobody')
      .map((one) =>
        makeReview(one.charAt(0), 'anthropic', [], {
          status: one.endsWith('-') ? 'failed' : 'completed',
          filesRead: one.endsWith('/') ? ['d.md'] : ['a.go', 'b/c.ts'],
        }),
      ),
    matches:
      fate === undefined
        ? []
        : [
            {
              cluster: 'k1',
              relation: now === 'split' ? 'split' : 'same',
              id: 'a3f9',
              fingerprint: earlier.fingerprint,
              since: 1,
              score: 1,
              sameSymbol: true,
              reason: '',
            },
          ],
    ledger: { schemaVersion: 1, entries: fate === undefined ? [] : [entryOf(fate)] },
    code: new Map([['a3f9', codes[code] ?? { outcome: 'unknown', why: code }]]),
    places: new Map([['k1', [now === 'elsewhere' ? { ...shifted, path: 'b/c.ts' } : at]]]),
  };
}

function entryOf(fate: LedgerEntry['fate']): Ledger['entries'][number] {
  return {
    key: 'a/I1',
    reviewer: 'a',
    id: 'I1',
    title: earlier.title,
    severity: 'important',
    finalSeverity: null,
    cluster: 'k1',
    fate,
    reason: '',
  };
}

test('what a round between proved to be fixed is settled, until it is raised again', () => {
  const input = inputOf({ code: 'changed', now: 'kept', run: 'complete', opened: 'a b' });
  const [first] = input.change.earlierRounds ?? [];
  if (first === undefined) throw new Error('no round');
  const second: EarlierRound = { ...first, round: 2, findings: [], fixed: ['a3f9'] };
  const change = { ...input.change, round: 3, earlierRounds: [first, second] };
  expect(settleEarlierFindings({ ...input, change, matches: [] })).toEqual([]);
  expect(settleEarlierFindings({ ...input, change })).toMatchObject([{ outcome: 'still-present', round: 1 }]);
});

test('nothing is lost: every finding of every round before this has one entry, and only a whole run fixes', () => {
  const id = fc.constantFrom('a1', 'b2', 'c3', 'd4', 'e5');
  const rounds = fc.array(fc.uniqueArray(id), { minLength: 1, maxLength: 4 });
  const status = fc.constantFrom<RunStatus>('complete', 'degraded', 'failed', 'cancelled');
  const code = fc.array(fc.constantFrom(...Object.keys(codes)), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(
      rounds,
      status,
      code,
      fc.constantFrom('a b', 'a', 'a b-', 'a b/'),
      (ids, run, kinds, opened) => {
        const input = inputOf({ code: 'changed', now: 'nothing', run, opened });
        const earlierRounds = ids.map((names, at): EarlierRound => {
          const findings = names.map((name) => ({ ...earlier, id: name }));
          return { round: at + 1, head: '3'.repeat(40), declined: [], findings };
        });
        const known = [...new Set(ids.flat())];
        const settled = settleEarlierFindings({
          ...input,
          change: { ...input.change, round: ids.length + 1, earlierRounds },
          code: new Map(
            known.map((name, at) => [name, codes[kinds[at] ?? ''] ?? { outcome: 'unknown', why: '' }]),
          ),
        });
        expect(settled.map((one) => one.id).toSorted()).toEqual(known.toSorted());
        const whole = run === 'complete' && opened === 'a b';
        const isGone = (name: (typeof known)[number]) =>
          ['changed', 'gone'].includes(kinds[known.indexOf(name)] ?? '');
        const fixed = settled.filter(({ outcome }) => outcome === 'fixed').map((one) => one.id);
        expect(fixed.toSorted()).toEqual(whole ? known.filter(isGone).toSorted() : []);
      },
    ),
  );
});
