import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/domain/report.ts';
import { severities } from '../../src/domain/vocabulary.ts';
import { InternalError } from '../../src/errors.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import type { ReportInput } from '../../src/render/build/report-input.ts';
import { findSameLines } from '../../src/render/same-lines.ts';
import { retroProblems } from '../support/check-retro.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { randomRun } from './random-run.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

describe('buildReport', () => {
  test('is what the schema says', () => {
    expect(Report.parse(fixture.report)).toEqual(fixture.report);
  });

  test('says when a reviewer is of the vendor of a co-author that the commits name', () => {
    const { input } = fixture;
    const commits = input.change.commits.map((commit, index) => ({
      ...commit,
      body: index === 0 ? 'Co-authored-by: Claude <noreply@anthropic.com>' : '',
    }));
    const notices = (reviews: ReportInput['reviews']) =>
      buildReport({ ...input, reviews, change: { ...input.change, commits } }).run.notices;
    const many = `1 of ${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}`;
    const note = `The reviewer Claude is of the same vendor as the change’s co-author Claude, named in ${many}.`;
    expect(notices(input.reviews)).toEqual([...input.run.notices, note]);
    expect(fixture.report.run.notices).toEqual(input.run.notices);
  });

  test('labels findings by severity, the surest first, then by place, and names who raised them', () => {
    expect(
      fixture.report.findings.map(({ label, title, severity, reviewers, members }) => ({
        label,
        title,
        severity,
        reviewers,
        members,
      })),
    ).toEqual([
      {
        label: 'C1',
        title: '`Evict` deletes from the map after it released the lock',
        severity: 'critical',
        reviewers: ['claude', 'codex'],
        members: ['claude/C1', 'codex/I1'],
      },
      {
        label: 'C2',
        title: 'Without an argument the release script deletes `/*`',
        severity: 'critical',
        reviewers: ['codex'],
        members: ['codex/C1'],
      },
      {
        label: 'I1',
        title: 'The session token travels in the query string',
        severity: 'important',
        reviewers: ['claude', 'gemini'],
        members: ['claude/I1', 'gemini/C1'],
      },
      {
        label: 'I2',
        title: 'The refresh interval is computed once and can be negative',
        severity: 'important',
        reviewers: ['gemini'],
        members: ['gemini/I1'],
      },
      {
        label: 'I3',
        title: 'A refused refresh is taken for a session',
        severity: 'important',
        reviewers: ['codex'],
        members: ['codex/I2'],
      },
      {
        label: 'S1',
        title: 'The documentation says that nothing is removed',
        severity: 'suggestion',
        reviewers: ['codex'],
        members: ['codex/S1'],
      },
      {
        label: 'S2',
        title: '`EvictEvery` cannot be stopped',
        severity: 'suggestion',
        reviewers: ['claude'],
        members: ['claude/S1'],
      },
      {
        label: 'S3',
        title: 'Unquoted variable in a command',
        severity: 'suggestion',
        reviewers: ['checks'],
        members: ['checks/S1'],
      },
    ]);
  });

  test('says in the title who is missing, counting models only', () => {
    expect(fixture.report.title).toBe(
      'Deep Review: 20260512-133636-pr-42 (2 of 3 reviewers), without Gemini (timed out)',
    );
    const complete = withRun({ quorum: { asked: 3, required: 2, completed: 3 } });
    expect(buildReport(complete).title).toBe('Deep Review: 20260512-133636-pr-42');
  });

  test('never takes silence for approval while a reviewer is missing', () => {
    const silent = (quorum: { asked: number; required: number; completed: number }) =>
      buildReport({
        ...withRun({ quorum }),
        reviews: fixture.input.reviews.map((review) => ({ ...review, findings: [] })),
        clusters: { ...fixture.input.clusters, clusters: [] },
        verdicts: { ...fixture.input.verdicts, verdicts: [] },
        ledger: { ...fixture.input.ledger, entries: [] },
      }).recommendation;
    expect(silent({ asked: 3, required: 2, completed: 2 })).toEqual({
      value: 'incomplete',
      sentence: 'nothing was found, but only 2 of 3 reviewers completed; no recommendation is made.',
    });
    expect(silent({ asked: 3, required: 2, completed: 3 }).value).toBe('merge-as-is');
  });

  test('makes no recommendation below the quorum', () => {
    const report = buildReport(withRun({ quorum: { asked: 3, required: 3, completed: 2 } }));
    expect(report.recommendation).toEqual({
      value: 'incomplete',
      sentence: '2 of 3 reviewers completed, 3 needed; no recommendation is made.',
    });
  });

  test('computes the retro from the ledger', () => {
    const [claude, codex, gemini, checks] = fixture.report.retro.columns;
    expect(claude).toEqual({
      reviewer: 'claude',
      durationMs: 439_000,
      findings: { critical: 1, important: 1, suggestion: 2 },
      toolCalls: {
        total: 8,
        byTool: [
          { tool: 'read_file', count: 5 },
          { tool: 'diff', count: 1 },
          { tool: 'git_show', count: 1 },
          { tool: 'search', count: 1 },
        ],
      },
      designObservations: 2,
      falsePositives: 0,
      uniqueInsights: 1,
      filesReviewed: 5,
      coverageMisses: 0,
      totals: { critical: 1, important: 1, suggestion: 1 },
      downgraded: [],
      dropped: 0,
      costUsd: 2.11,
    });
    expect(codex).toMatchObject({ totals: { critical: 2, important: 1, suggestion: 1 }, uniqueInsights: 3 });
    expect(gemini).toMatchObject({
      findings: { critical: 2, important: 2, suggestion: 1 },
      totals: { critical: 0, important: 2, suggestion: 0 },
      falsePositives: 2,
      dropped: 2,
      downgraded: [{ from: 'critical', to: 'important', count: 1 }],
      coverageMisses: 6,
      designObservations: 1,
    });
    expect(checks).toMatchObject({ filesReviewed: 0, coverageMisses: 0, uniqueInsights: 1 });
  });

  test('reconciles every raw finding that was not published as it was handed in', () => {
    expect(fixture.report.retro.reconciliation).toEqual([
      {
        key: 'claude/S2',
        text: 'Claude S2 "`time.Since` is slow": suggestion → withdrawn by Claude: it measured it and found no difference.',
      },
      {
        key: 'claude/S3',
        text: 'Claude S3 "No test evicts while another goroutine writes": suggestion → testing assessment: it asks for a test.',
      },
      {
        key: 'codex/I1',
        text: 'Codex I1 "Unlocked `delete` in `Evict`": important → critical C1: Data is lost without a message, so the higher rating stands.',
      },
      {
        key: 'gemini/C1',
        text: 'Gemini C1 "Token leaks through the URL": critical → important I1: the token is short-lived, and the examiners rate it important.',
      },
      {
        key: 'gemini/C2',
        text: 'Gemini C2 "Typo in the release script breaks every build": critical → dropped, the quoted line is not at `scripts/release.sh:5`; the file has `version=$(git describe --tags)` at `scripts/release.sh:5`',
      },
      {
        key: 'gemini/I2',
        text: 'Gemini I2 "The result of `w.Write` is ignored": important → design observation: the line stood there before the change.',
      },
      {
        key: 'gemini/S1',
        text: 'Gemini S1 "The map should be pre-sized": suggestion → dropped: two examiners refuted it: the size is not known when the store is made.',
      },
    ]);
  });

  test('moves findings to the sections the ledger names', () => {
    const moved = fixture.report.designObservations.filter(({ from }) => from !== null);
    expect(moved).toEqual([
      {
        kind: 'concern',
        scope: 'future',
        title: 'The result of `w.Write` is ignored',
        text: 'A broken connection goes unnoticed.',
        reviewers: ['gemini'],
        locations: [fixture.repository.locate('cmd/lanternd/main.go', 'w.Write(value)')],
        from: 'gemini/I2',
      },
    ]);
    expect(fixture.report.testing.at(-1)).toEqual({
      reviewers: ['claude'],
      text: '**No test evicts while another goroutine writes** — `internal/cache/store_test.go:11`\n\nThe only test of `Evict` has one goroutine.',
    });
  });

  test('tells reading from saying so in the coverage', () => {
    const row = (path: string) =>
      fixture.report.coverage.find((one) => one.path === path)?.cells.map(({ cell }) => cell);
    expect(row('internal/cache/store_test.go')).toEqual(['read', 'listed', 'missed', 'not-asked']);
    expect(row('old/legacy.py')).toEqual(['skipped', 'read', 'missed', 'not-asked']);
    expect(row('web/yarn.lock')).toEqual(['trivial', 'trivial', 'missed', 'not-asked']);
  });

  test('does not let the silence of rules pass for a review', () => {
    const reviews = fixture.input.reviews.filter(({ reviewer }) => reviewer.id === 'checks');
    const own = ({ key }: { key: string }) => key.startsWith('checks/');
    const silent = (filesRead: string[]): ReportInput => ({
      ...fixture.input,
      reviews: reviews.map((review) => ({ ...review, findings: [], filesRead })),
      clusters: { schemaVersion: 1, clusters: [] },
      ledger: { schemaVersion: 1, entries: [] },
      verdicts: { ...fixture.input.verdicts, facts: fixture.input.verdicts.facts.filter(own) },
      run: { ...fixture.input.run, quorum: { asked: 0, required: 0, completed: 0 } },
    });
    expect(buildReport(silent([])).recommendation.value).toBe('incomplete');
    const report = buildReport(silent([fixture.input.change.files[0]?.path ?? '']));
    expect(report.recommendation.value).toBe('merge-as-is');
    expect(report.executiveSummary.split('\n\n').slice(1)).toEqual([
      'No model reviewed it; only Checks ran.',
      'No reviewer handed in a finding.',
    ]);
  });

  test('takes a model’s sentences where there are any, and keeps every number', () => {
    const report = buildReport({
      ...fixture.input,
      prose: {
        writer: 'claude',
        executiveSummary: 'It evicts.',
        recommendation: 'Fix the lock.',
        retro: [{ reviewer: 'codex', text: 'Codex was thorough.' }],
        closing: ' ',
      },
    });
    expect(report.executiveSummary).toBe('It evicts.');
    expect(report.recommendation).toEqual({ value: 'rework', sentence: 'Fix the lock.' });
    expect(report.retro.paragraphs.map(({ text }) => text)).toEqual([
      fixture.report.retro.paragraphs[0]?.text,
      'Codex was thorough.',
      fixture.report.retro.paragraphs[2]?.text,
      fixture.report.retro.paragraphs[3]?.text,
    ]);
    expect(report.retro.closing).toBe(fixture.report.retro.closing);
    expect(report.retro.columns).toEqual(fixture.report.retro.columns);
    expect(fixture.report.prose).toBeNull();
    expect(report.prose).toEqual({
      writer: 'claude',
      executiveSummary: true,
      recommendation: true,
      retro: ['codex'],
      closing: false,
    });
  });

  test('keeps the name a finding had in an earlier round, and says what that round knows', () => {
    const print = 'beef'.padEnd(64, '0');
    const match = { id: 'beef', fingerprint: print, since: 1, score: 1, sameSymbol: true, reason: '' };
    const verdicts = fixture.input.verdicts.verdicts.map((verdict) =>
      verdict.cluster === 'k3'
        ? {
            ...verdict,
            declined: {
              round: 1,
              id: 'beef',
              reason: 'No.',
              holds: false,
              why: 'declined in round 1; its code changed since',
            },
          }
        : verdict,
    );
    const report = buildReport({
      ...fixture.input,
      change: { ...fixture.input.change, round: 2 },
      verdicts: { ...fixture.input.verdicts, verdicts },
      roundMatches: [
        { ...match, cluster: 'k2', relation: 'same' },
        { ...match, cluster: 'k3', relation: 'split' },
      ],
    });
    const byCluster = (cluster: string) => report.findings.find((finding) => finding.cluster === cluster);
    expect(byCluster('k2')).toMatchObject({
      label: 'C2',
      shortId: 'beef',
      fingerprint: print,
      history: { relation: 'same', id: 'beef', since: 1, declined: null },
    });
    expect(byCluster('k3')).toMatchObject({
      shortId: fixture.report.findings.find(({ cluster }) => cluster === 'k3')?.shortId,
      history: {
        relation: 'split',
        id: 'beef',
        since: 1,
        declined: { round: 1, reason: 'No.', why: 'declined in round 1; its code changed since' },
      },
    });
    expect(byCluster('k1')).not.toHaveProperty('history');
  });

  test('gives no name again that an earlier round gave to another finding', () => {
    const [first] = fixture.report.findings;
    if (first === undefined) throw new Error('no finding');
    const {
      shortId: id,
      fingerprint,
      label,
      severity,
      title,
      explanation,
      scenario,
      quote,
      locations,
    } = first;
    const earlier = { id, fingerprint, since: 1, label, severity, title, explanation, scenario, fix: '' };
    const findings = [{ ...earlier, quote, symbol: '', locations, isGuards: false }];
    const change = {
      ...fixture.input.change,
      round: 2,
      earlierRounds: [{ round: 1, head: null, declined: [], findings }],
    };
    const [renamed] = buildReport({ ...fixture.input, change }).findings;
    expect(renamed).toMatchObject({ fingerprint, shortId: first.fingerprint.slice(0, 5) });
  });

  test('gives the same report for the same run in any order', () => {
    const shuffled: ReportInput = {
      ...fixture.input,
      reviews: fixture.input.reviews.map((review) => ({ ...review, findings: review.findings.toReversed() })),
      clusters: { schemaVersion: 1, clusters: fixture.input.clusters.clusters.toReversed() },
      ledger: { schemaVersion: 1, entries: fixture.input.ledger.entries.toReversed() },
      verdicts: {
        schemaVersion: 1,
        facts: fixture.input.verdicts.facts.toReversed(),
        verdicts: fixture.input.verdicts.verdicts
          .toReversed()
          .map((verdict) => ({ ...verdict, examinations: verdict.examinations.toReversed() })),
      },
    };
    expect(buildReport(shuffled)).toEqual(fixture.report);
  });

  test('refuses a ledger that loses or invents a finding', () => {
    const { entries } = fixture.input.ledger;
    const lost = { ...fixture.input, ledger: { schemaVersion: 1 as const, entries: entries.slice(1) } };
    expect(() => buildReport(lost)).toThrow(InternalError);
    expect(() => buildReport(lost)).toThrow('Missing: claude/C1. Surplus: none.');
    const invented = { ...fixture.input, reviews: fixture.input.reviews.slice(1) };
    expect(() => buildReport(invented)).toThrow('Surplus: claude/C1');
  });

  test('refuses a kept finding that no cluster shows, and a cluster without a verdict', () => {
    const clusters = fixture.input.clusters.clusters.filter(({ id }) => id !== 'k2');
    expect(() => buildReport({ ...fixture.input, clusters: { schemaVersion: 1, clusters } })).toThrow(
      'neither dropped nor shown: codex/C1',
    );
    const verdicts = { ...fixture.input.verdicts, verdicts: [] };
    expect(() => buildReport({ ...fixture.input, verdicts })).toThrow(
      'cluster k1 is published without a verdict',
    );
  });

  test('loses nothing: for any run, the columns add up', () => {
    fc.assert(
      fc.property(randomRun, (input) => {
        const report = buildReport(input);
        expect(retroProblems(report)).toEqual([]);
        const { entries } = report.ledger;
        expect(entries).toHaveLength(input.reviews.flatMap((review) => review.findings).length);
        for (const column of report.retro.columns) {
          const own = entries.filter(({ reviewer }) => reviewer === column.reviewer);
          const withdrawn = own.filter(
            ({ fate }) => fate.fate === 'dropped' && fate.reason === 'withdrawn',
          ).length;
          const moved = own.filter(({ fate }) => fate.fate === 'moved').length;
          const members = report.findings.flatMap((finding) => finding.members);
          const published = members.filter((key) => key.startsWith(`${column.reviewer}/`)).length;
          expect(sum(column.findings)).toBe(published + moved + column.dropped);
          expect(own).toHaveLength(sum(column.findings) + withdrawn);
          const text = report.retro.paragraphs.find(
            ({ reviewers }) => reviewers[0] === column.reviewer,
          )?.text;
          expect(/ withdrew (\d+)/.exec(text ?? '')?.[1] ?? '0').toBe(`${withdrawn}`);
          expect(sum(column.totals)).toBe(
            report.findings.filter(({ reviewers }) => reviewers.includes(column.reviewer)).length,
          );
          expect(column.falsePositives).toBeLessThanOrEqual(column.dropped);
          expect(column.uniqueInsights).toBeLessThanOrEqual(sum(column.totals));
          const cells = report.coverage.flatMap((row) =>
            row.cells.filter(({ reviewer }) => reviewer === column.reviewer).map(({ cell }) => cell),
          );
          const listed = cells.filter((cell) => cell === 'listed').length;
          expect(column.filesReviewed + listed + column.coverageMisses).toBe(report.coverage.length);
        }
        expect(sum(report.counts)).toBe(report.findings.length);
        const [raw = 0, ...ends] = numbersAfter(report.executiveSummary, /(?=\b\d+ raw findings?)/);
        expect(ends.reduce((total, end) => total + end, 0)).toBe(raw);
        const unique = report.retro.columns.reduce((total, column) => total + column.uniqueInsights, 0);
        const alone = report.findings.filter(({ reviewers }) => reviewers.length === 1);
        const beside = alone.filter((finding) => findSameLines(finding, report.findings).length > 0);
        expect(unique).toBe(alone.length - beside.length);
        const changed = entries.filter(({ severity, finalSeverity }) => severity !== finalSeverity);
        expect(report.retro.reconciliation.map(({ key }) => key)).toEqual(changed.map(({ key }) => key));
        expect(new Set(report.findings.map(({ shortId }) => shortId)).size).toBe(report.findings.length);
      }),
      { numRuns: 200 },
    );
  });

  function withRun(run: Partial<ReportInput['run']>): ReportInput {
    return { ...fixture.input, run: { ...fixture.input.run, ...run } };
  }
});

/** The numbers of the first sentence behind a place in a text. */
function numbersAfter(text: string, place: RegExp): number[] {
  const [, rest = ''] = text.split(place);
  return (rest.split('.')[0]?.match(/\d+/g) ?? []).map(Number);
}

function sum(counts: Report['counts']): number {
  return severities.reduce((total, severity) => total + counts[severity], 0);
}
