import { describe, expect, test } from 'vitest';
import type { CommentDecision } from '../../src/domain/comment-decision.ts';
import type { Decision } from '../../src/domain/decisions.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import { bindDecisions } from '../../src/pipeline/bind-decisions.ts';
import { findCommentedDeclines } from '../../src/pipeline/commented-declines.ts';
import { toRounds } from '../../src/pipeline/earlier-rounds.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { toCommentRows } from '../../src/resolve/to-comment-rows.ts';
import { toResolution } from '../../src/resolve/to-resolution.ts';
import { emptyChange } from '../render/random-run.ts';
import { makeReview } from '../support/finding-fixture.ts';
import { createReportFixture } from '../support/report-fixture.ts';

const said = (fields: Partial<CommentDecision>): CommentDecision => ({
  label: null,
  id: null,
  action: 'decline',
  reason: 'by design',
  by: 'ada',
  at: '2026-11-01T12:00:00Z',
  url: 'https://forge.example/pull/7#1',
  ...fields,
});

describe('what is decided in a comment', () => {
  const { report: base } = createReportFixture();
  const [finding] = base.findings;
  if (finding === undefined) throw new Error('the fixture has no finding');
  const run = (startedAt: string, names: Record<string, string>, renamedAt: string | null = null) => ({
    startedAt,
    renamedAt,
    report: {
      ...base,
      findings: Object.entries(names).map(([label, shortId]) => ({ ...finding, label, shortId })),
    },
    decisions: [] as Decision[],
  });
  const first = run('2026-11-01T11:00:00.500Z', { I1: 'aaaa', I2: 'bbbb' });
  const second = run('2026-11-01T11:30:00.500Z', { I1: 'bbbb', I3: 'cccc' });
  const later = run('2026-11-01T12:30:00.500Z', { I1: 'aaaa', I2: 'bbbb', I3: 'dddd' });

  test.each<[string, Partial<CommentDecision>, [run: number, finding: string] | null]>([
    ['the newest run that published it then', { id: 'bbbb' }, [1, 'bbbb']],
    ['the run that called it so', { id: 'bbbb', label: 'I2' }, [0, 'bbbb']],
    ['an older run, where the newest did not publish it', { id: 'aaaa' }, [0, 'aaaa']],
    ['none: no run called it so', { id: 'bbbb', label: 'I7' }, null],
    ['none: it was published afterwards only', { id: 'dddd' }, null],
    ['a label that means one finding', { label: 'I2' }, [0, 'bbbb']],
    ['none: a label that means two', { label: 'I1' }, null],
    ['none: a label that no report had then', { label: 'S1' }, null],
    ['a run of the same second', { id: 'aaaa', at: '2026-11-01T11:00:00Z' }, [0, 'aaaa']],
    ['none: a comment that is older than all runs', { id: 'aaaa', at: '2026-11-01T10:59:59Z' }, null],
  ])('is about %s', (_name, fields, expected) => {
    const { runs, notices } = bindDecisions([first, second, later], [said(fields)]);
    const bound = runs.flatMap(({ decisions }, at) => decisions.map((one) => [at, one.finding]));
    expect(bound).toEqual(expected === null ? [] : [expected]);
    expect(notices.length).toBe(expected === null && fields.id === undefined ? 1 : 0);
  });

  test('a label alone means nothing in a report that was made anew after the comment', () => {
    const times = ['2026-11-01T11:59:00Z', '2026-11-01T12:01:00Z'];
    const bound = times.map((renamedAt) =>
      bindDecisions(
        [run('2026-11-01T11:00:00Z', { I1: 'aaaa' }, renamedAt)],
        [said({ label: 'I1' }), said({ id: 'aaaa', label: 'I1' })],
      ),
    );
    expect(bound.map(({ runs, notices }) => [runs[0]?.decisions.length, notices.join()])).toEqual([
      [2, ''],
      [1, expect.stringContaining('the report was made anew since, and may have meant another')],
    ]);
  });

  test('a name that is whole means its finding whatever a second look called it, and silences nothing that it made critical', () => {
    const renamed = run('2026-11-01T11:00:00Z', { I2: 'aaaa', C1: 'bbbb' }, '2026-11-01T12:01:00Z');
    const [important, critical] = renamed.report.findings;
    if (important === undefined || critical === undefined) throw new Error('two were made');
    important.severity = 'important';
    critical.severity = 'critical';
    const whole: [Partial<CommentDecision>, ReturnType<typeof declinedIn>][] = [
      [{ id: 'aaaa', label: 'I1' }, [['aaaa', 'important']]],
      [{ id: 'aaaa', label: 'I1', at: '2026-11-01T12:02:00Z' }, [['aaaa', 'important']]],
      [{ id: 'aaaa', label: 'C1' }, [['aaaa', 'important']]],
      [{ id: 'aaaa' }, [['aaaa', 'important']]],
      [{ id: 'bbbb', label: 'I2' }, [['bbbb', 'important']]],
      [{ id: 'bbbb', label: 'C2' }, [['bbbb', 'critical']]],
      [{ id: 'bbbb' }, []],
    ];
    const declinedIn = (fields: Partial<CommentDecision>) => {
      const { runs } = bindDecisions([renamed], [said(fields)]);
      const { earlierRounds } = toRounds(runs, 'd'.repeat(40));
      return (earlierRounds ?? []).flatMap(({ declined }) =>
        declined.map(({ id, severity }) => [id, severity]),
      );
    };
    expect(whole.map(([fields]) => declinedIn(fields))).toEqual(whole.map(([, declined]) => declined));
    expect(bindDecisions([renamed], [said({ id: 'bbbb' })]).notices).toEqual([
      expect.stringMatching(/^not counted: bbbb in .*: it became critical .* such as C1·bbbb$/),
    ]);
  });

  test('joins what was decided otherwise, by time', () => {
    const resolved = {
      ...{ finding: 'aaaa', action: 'Fixed' as const, reason: '', commit: null, by: null },
      decidedAt: '2026-11-01T12:00:01Z',
    };
    const given = { ...first, decisions: [resolved] };
    const { runs } = bindDecisions(
      [given],
      [said({ id: 'aaaa' }), said({ id: 'aaaa', action: 'accept', reason: '', at: '2026-11-01T12:00:02Z' })],
    );
    const { title } = finding;
    const bound = { finding: 'aaaa', label: 'I1', title, commit: null, by: 'ada' };
    expect(runs[0]?.decisions).toEqual([
      { ...bound, action: 'Skipped', reason: 'by design', decidedAt: '2026-11-01T12:00:00Z' },
      resolved,
      { ...bound, action: 'Commented', reason: 'Accepted', decidedAt: '2026-11-01T12:00:02Z' },
    ]);
  });
});

describe('a decline about a run that is not at hand', () => {
  const reviews = [makeReview('claude', 'anthropic', [{ id: 'C1', title: 'The error is dropped' }])];
  const clusters = reconcile({ reviews });
  const [cluster = { id: '' }] = clusters.clusters;
  const raw = reviews[0]?.findings[0];
  if (raw === undefined) throw new Error('the review has no finding');
  const print = fingerprint({
    path: raw.locations[0]?.path ?? '',
    symbol: 'stop',
    quote: raw.claim.quote,
  });
  const id = print.slice(0, 4);
  const known = (source: 'run' | 'comment') => ({
    ...{ round: 1, head: null, declined: [], source },
    findings: [
      {
        ...{ id, fingerprint: print, since: 1, label: 'I1', severity: 'important' as const, title: '' },
        ...{ explanation: '', scenario: '', fix: '', quote: '', symbol: '', locations: [], isGuards: false },
      },
    ],
  });
  const found = (decided: CommentDecision[], earlierRounds: ReturnType<typeof known>[] | null = null) =>
    findCommentedDeclines({
      ...{ reviews, clusters, symbols: new Map([[cluster.id, 'stop']]) },
      change: { ...emptyChange, decided, earlierRounds },
    }).map(({ declined: { severity }, round, match }) => [match.cluster, match.id, round, severity]);

  test.each<[string, ReturnType<typeof found>, CommentDecision[], (ReturnType<typeof known>[] | null)?]>([
    ['holds for the code that bears its name', [[cluster.id, id, null, 'important']], [said({ id })]],
    ['of a critical may silence one', [[cluster.id, id, null, 'critical']], [said({ id, label: 'C3' })]],
    ['is taken back', [], [said({ id }), said({ id, action: 'accept', reason: '' })]],
    ['needs a stable name', [], [said({ label: 'C1' })]],
    ['needs that code', [], [said({ id: id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })]],
    ['says nothing of one of two in the same lines', [], [said({ id: `${id}-2` })]],
    ['says nothing where the run is at hand', [], [said({ id })], [known('run')]],
    [
      'is not for a comment of ours to settle',
      [[cluster.id, id, null, 'important']],
      [said({ id })],
      [known('comment')],
    ],
  ])('%s', (_name, expected, decided, rounds) => {
    expect(found(decided, rounds ?? null)).toEqual(expected);
  });
});

test('what is decided in comments stands in the report’s resolution, beside own decisions, and the later counts', () => {
  const earlier = (id: string, label: string) => ({
    ...{ id, label, fingerprint: id, since: 1, severity: 'important' as const, title: `Title of ${id}` },
    ...{ explanation: '', scenario: '', fix: '', quote: '', symbol: '', locations: [], isGuards: false },
  });
  const rounds = [
    [earlier('aaaa', 'I1'), earlier('bbbb', 'I2')],
    [earlier('bbbb', 'I1'), earlier('cccc', 'I3')],
  ].map((findings, at) => ({
    ...{ round: at + 1, head: null, declined: [], source: 'run' as const, findings },
  }));
  const url = 'https://forge.example/pull/7#1';
  const commented = toCommentRows({
    change: {
      earlierRounds: rounds,
      decided: [
        said({ label: 'I3', id: 'cccc', at: '2026-11-01T12:00:05Z' }),
        // Taken back before, by the time it was said at.
        said({ id: 'cccc', action: 'accept', reason: '', at: '2026-11-01T12:00:01Z' }),
        said({ label: 'I2', action: 'accept', reason: '', by: 'bea' }),
        ...[said({ label: 'I1' }), said({ id: 'ffff' }), said({ id: 'aaaa' })],
      ],
    },
    findings: [{ label: 'S2', shortId: 'bbbb', title: 'Title of today' }],
  });
  const at = '2026-11-01T12:00:00Z';
  const [declined, accepted, again] = [
    {
      ...{ finding: 'aaaa of round 1. Title of aaaa', action: 'Skipped', commit: null },
      ...{ reason: 'Declined by ada in a comment: by design', comment: { finding: 'aaaa', at, url } },
    },
    {
      ...{ finding: 'S2·bbbb. Title of today', action: 'Commented', commit: null },
      ...{ reason: 'Accepted by bea in a comment', comment: { finding: 'bbbb', at, url } },
    },
    {
      ...{ finding: 'cccc of round 2. Title of cccc', action: 'Skipped', commit: null },
      ...{ reason: 'Declined by ada in a comment: by design' },
      comment: { finding: 'cccc', at: '2026-11-01T12:00:05Z', url },
    },
  ];
  expect(commented).toEqual([accepted, declined, again]);

  const own = (finding: string, label: string, decidedAt: string): Decision => ({
    ...{ finding, label, title: 'Own', action: 'Fixed', reason: '', commit: null, by: null, decidedAt },
  });
  const resolution = toResolution(
    [own('bbbb', 'S2', '2026-11-01T11:59:59Z'), own('aaaa', 'I9', '2026-11-01T12:00:00.500Z')],
    commented,
  );
  expect(resolution).toEqual({
    addressedAt: '2026-11-01T12:00:05Z',
    rows: [{ finding: 'I9·aaaa. Own', action: 'Fixed', reason: '', commit: null }, ...[accepted, again]],
  });
  expect(toResolution([], [])).toBeNull();
});
