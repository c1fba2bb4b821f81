import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change, EarlierFinding, EarlierRound, RoundFocus } from '../../src/domain/change.ts';
import type { SettledFinding } from '../../src/domain/earlier-outcome.ts';
import type { PublishedFinding, Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { listDeferred } from '../../src/render/build/deferred-findings.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { noFacts, publishReport } from './publish/published-fixture.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const head = '3'.repeat(40);
const rounds = (count: number, more: Partial<EarlierRound> = {}): EarlierRound[] =>
  Array.from({ length: count }, (_, at) => ({ round: at + 1, head, declined: [], findings: [], ...more }));
const focusOn = (changed: RoundFocus['changed'], whole: RoundFocus['whole'] = null): RoundFocus => ({
  ...{ round: 2, head, whole, changed, touched: [], reviewed: [] },
});

function build(change: Partial<Change>, earlierFindings?: SettledFinding[]): Report {
  const { input } = fixture;
  const more = earlierFindings === undefined ? {} : { earlierFindings };
  return buildReport({ ...input, change: { ...input.change, ...change }, ...more });
}

test('the rule: criticals, and importants that stood before or are about what changed since', () => {
  const [sample] = fixture.report.findings;
  if (sample === undefined) throw new Error('the fixture has findings');
  const at = { path: 'a.go', startLine: 20, endLine: 22, side: 'head' as const };
  const { history: _, ...plain } = sample;
  const finding = (more: Partial<PublishedFinding>) => ({ ...plain, locations: [at], ...more });
  const history = { relation: 'same' as const, id: 'a3f9', since: 1, declined: null };
  const changed = (start: number) => focusOn([{ path: 'a.go', lines: [{ start, end: start }] }]);
  const far = changed(90);
  const gone = focusOn([], { code: 'head-gone', text: 'gone' });
  const cases: [string, Partial<PublishedFinding>, RoundFocus | undefined, boolean][] = [
    ['a critical', { severity: 'critical' }, far, false],
    ['an important on what changed', { severity: 'important' }, changed(21), false],
    ['an important beside it', { severity: 'important' }, changed(25), false],
    ['an important elsewhere', { severity: 'important' }, far, true],
    ['an important in a file that did not change', { severity: 'important' }, focusOn([]), true],
    ['an important that stood before', { severity: 'important', history }, far, false],
    ['an important in no file', { severity: 'important', locations: [] }, far, false],
    ['an important where nobody knows what changed', { severity: 'important' }, gone, false],
    ['an important without anything known', { severity: 'important' }, undefined, false],
    ['a suggestion on what changed', { severity: 'suggestion' }, changed(21), true],
    ['a suggestion that stood before', { severity: 'suggestion', history }, far, true],
  ];
  for (const [name, more, focus, isDeferred] of cases) {
    const after = (earlierRounds: EarlierRound[], round: number) =>
      listDeferred([finding(more)], { earlierRounds, round, ...(focus && { focus }) }).length;
    expect([name, after(rounds(2), 3)]).toEqual([name, isDeferred ? 1 : 0]);
    expect(after(rounds(1), 2)).toBe(0);
    // Whoever forges comments silences nothing.
    expect(after(rounds(9, { source: 'comment' }), 99)).toBe(0);
  }
});

test('what is deferred is in the report, named in the comment, and stands nowhere else on the forge', async () => {
  const report = build({ round: 3, earlierRounds: rounds(2), focus: focusOn([]) });
  const deferred = report.findings.filter(({ shortId }) => report.deferred?.includes(shortId));
  expect(deferred.length).toBe(report.findings.filter(({ severity }) => severity !== 'critical').length);
  expect(deferred.length).toBeGreaterThan(2);
  expect(report.counts).toEqual(fixture.report.counts);
  const { summary, inline, check } = await publishReport(fixture, report);
  const comment = summary?.(noFacts) ?? '';
  const [, fold = ''] = /<summary>Deferred: (.*?)<\/details>/s.exec(comment) ?? [];
  expect(fold).toContain(`${deferred.length} findings of the report`);
  for (const { label, shortId } of deferred) expect(fold).toContain(`- ${label}·${shortId} `);
  expect(comment).not.toMatch(/^\| \*\*[IS]\d/m);
  expect(inline?.comments.filter(({ finding }) => report.deferred?.includes(finding))).toEqual([]);
  expect(check?.annotations.filter(({ title }) => /^[IS]\d/.test(title))).toEqual([]);
});

test('the fix of a fix is said out loud, and the first one is not', async () => {
  const place = fixture.report.findings[0]?.locations[0];
  if (place === undefined) throw new Error('the first finding has a place');
  const settled: SettledFinding = {
    ...{ id: 'b2c1', label: 'I1', severity: 'important', title: 'Races', round: 2, since: 2 },
    ...{ location: place, outcome: 'fixed', why: 'not-raised-and-changed', reason: 'fixed', cluster: null },
  };
  const earlier: EarlierFinding = {
    ...{
      id: 'b2c1',
      fingerprint: 'b'.repeat(64),
      since: 2,
      label: 'I1',
      severity: 'important',
      title: 'Races',
    },
    ...{ explanation: '', scenario: '', fix: '', quote: '', symbol: '', locations: [place], isGuards: false },
  };
  const lines = [{ start: place.startLine, end: place.endLine }];
  const after = (more: Partial<EarlierFinding>, one: Partial<SettledFinding> = {}) => {
    const [first, second] = rounds(2);
    if (first === undefined || second === undefined) throw new Error('two rounds');
    const earlierRounds = [first, { ...second, findings: [{ ...earlier, ...more }] }];
    const focus = focusOn([{ path: place.path, lines }]);
    return build({ round: 3, earlierRounds, focus }, [{ ...settled, ...one }]);
  };
  const once = after({});
  expect(once.findings[0]?.onFixOf).toEqual({ id: 'b2c1', round: 2 });
  expect(once.run.notices.filter((notice) => notice.includes('fix of a fix'))).toEqual([]);
  expect(after({}, { why: 'code-stands', outcome: 'unknown' }).findings[0]?.onFixOf).toBeUndefined();
  const twice = after({ onFixOf: 'a3f9' });
  const [first] = twice.findings;
  const said = `what mended a3f9 brought b2c1, and what mended that brought ${first?.label}·${first?.shortId}.`;
  expect(twice.run.notices.join()).toContain(said);
  expect((await publishReport(fixture, twice)).summary?.(noFacts)).toContain(said);
});
