import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isWithdrawn } from '../../src/domain/ledger.ts';
import type { Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { drawPictures, type Pictures } from '../../src/render/pictures/draw-pictures.ts';
import { createTimeAxis } from '../../src/render/pictures/time-axis.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { randomRun } from './random-run.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const badge = (id: string) => ({
  id,
  name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
  mark: id.slice(0, 2),
  shape: 0,
});

function draw(report: Report): Pictures {
  return drawPictures(report, badge);
}

describe('pictures of a report say in words what they show', () => {
  test('who found what', () => {
    const { overlap } = draw(fixture.report);
    expect(overlap?.heading).toBe('2 of 8 findings by more than one reviewer');
    expect(overlap?.description).toBe(
      'Codex alone: 1 critical finding, 1 important finding and 1 suggestion. Claude and Codex: 1 critical finding. Claude and Gemini: 1 important finding. Gemini alone: 1 important finding. Claude alone: 1 suggestion. Checks alone: 1 suggestion.',
    );
  });

  test('what came of the findings', () => {
    expect(draw(fixture.report).severities.map(({ description }) => description)).toEqual([
      'Claude. 1 critical finding handed in: 1 published as critical. 1 important finding handed in: 1 published as important. 2 suggestions handed in: 1 published as suggestion and 1 moved to another section.',
      'Codex. 1 critical finding handed in: 1 published as critical. 2 important findings handed in: 1 published as critical and 1 published as important. 1 suggestion handed in: 1 published as suggestion.',
      'Gemini. 2 critical findings handed in: 1 published as important and 1 dropped. 2 important findings handed in: 1 published as important and 1 moved to another section. 1 suggestion handed in: 1 dropped.',
      'Checks. 1 suggestion handed in: 1 published as suggestion.',
    ]);
  });

  test('who opened what', () => {
    expect(draw(fixture.report).coverage?.description).toBe(
      'Of 8 changed files: Claude: 5 read, 1 listed, 1 trivial and 1 skipped. Codex: 5 read, 1 listed, 1 trivial and 1 missed. Gemini: 2 read and 6 missed. Checks: none.',
    );
  });

  test('when what ran', () => {
    expect(draw(fixture.report).timeline?.description).toBe(
      'collect: from 0ms to 4s. Claude: from 4s to 7m 23s. Codex: from 4s to 9m 55s. Gemini, timed out: from 4s to 25m 4s. Checks: from 4s to 4s. verify: from 25m 5s to 28m 45s. Claude examines: from 25m 8s to 28m 42s. Codex examines: from 25m 8s to 26m 44s.',
    );
  });
});

describe('pictures', () => {
  test('are left out where there is nothing to show', () => {
    const { report } = fixture;
    const reviewers = report.reviewers.map((outcome) => ({ ...outcome, status: 'skipped' as const }));
    const run = { ...report.run, stages: [], sessions: [] };
    const ledger = { raw: 0, accounted: 0, entries: [] };
    expect(draw({ ...report, run, reviewers, ledger, coverage: [], findings: [] })).toEqual({
      coverage: null,
      overlap: null,
      timeline: null,
      severities: [],
    });
  });

  test('are drawn for reports of versions that did not say when stages ran', () => {
    const { stages: _, sessions: __, ...run } = fixture.report.run;
    expect(draw({ ...fixture.report, run }).timeline?.lanes.map(({ label }) => label)).toEqual([
      'Claude, 7m 19s',
      'Codex, 9m 51s',
      'Gemini, timed out, 25m 0s',
      'Checks, 420ms',
    ]);
  });

  test('show of many files those that the fewest opened', () => {
    const [row] = fixture.report.coverage;
    if (row === undefined) throw new Error('the fixture has files');
    const coverage = Array.from({ length: 200 }, (_, at) => ({
      ...row,
      path: `src/file-${at}.go`,
      cells: row.cells.map((cell) => ({
        ...cell,
        cell: at === 150 ? ('missed' as const) : ('read' as const),
      })),
    }));
    const picture = draw({ ...fixture.report, coverage }).coverage;
    expect(picture?.width).toBeGreaterThan(picture?.rows[0]?.textX ?? Number.POSITIVE_INFINITY);
    expect(picture?.rows[0]?.path).toBe('src/file-150.go');
    expect(picture?.rest).toBe('60 of 200 files, the least opened first.');
  });

  test('lose no finding and stay inside their frames, whatever a run came to', () => {
    fc.assert(
      fc.property(randomRun, (input) => {
        const report = buildReport(input);
        const { overlap, severities, coverage } = draw(report);
        for (const picture of severities) {
          const own = report.ledger.entries.filter(
            (entry) => entry.reviewer === picture.badge.id && !isWithdrawn(entry),
          );
          const sum = (nodes: { text: string }[]) =>
            nodes.reduce((total, { text }) => total + Number.parseInt(text, 10), 0);
          expect([sum(picture.before), sum(picture.after)]).toEqual([own.length, own.length]);
          for (const { y, height } of [...picture.before, ...picture.after])
            expect(y + height).toBeLessThanOrEqual(picture.height);
          for (const { path } of picture.bands) expect(path).not.toMatch(/NaN|Infinity/);
        }
        if (overlap !== null)
          for (const { x, width } of overlap.rows.flatMap(({ bars }) => bars))
            expect(x + width).toBeLessThanOrEqual(overlap.width);
        for (const { path } of coverage?.shapes ?? []) expect(path).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

describe('the axis of time', () => {
  const minute = 60_000;

  test('keeps proportions where work went on', () => {
    const axis = createTimeAxis([
      { start: 0, end: 4 * minute },
      { start: 2 * minute, end: 10 * minute },
    ]);
    expect([0, 1, 5, 10].map((at) => axis.at(at * minute))).toEqual([0, 10, 50, 100]);
    expect(axis.breaks).toEqual([]);
    expect(axis.ticks.map(({ text }) => text)).toEqual(['0', '2m', '4m', '6m', '8m', '10m']);
  });

  test('shortens a night without work, and says so', () => {
    const axis = createTimeAxis([
      { start: 0, end: 10 * minute },
      { start: 600 * minute, end: 610 * minute },
    ]);
    expect(axis.breaks).toEqual([{ x: 47.17, width: 5.66, text: '9h 50m 0s without work' }]);
    expect(axis.at(600 * minute)).toBe(52.83);
    expect(axis.at(610 * minute)).toBe(100);
  });

  test('stays between 0 and 100 and never turns back', () => {
    const moment = fc.integer({ min: 0, max: 40 * 24 * 60 * minute });
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, moment), { minLength: 1, maxLength: 12 }), (pairs) => {
        const spans = pairs.map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
        const axis = createTimeAxis(spans);
        const moments = spans.flatMap(({ start, end }) => [start, end]).toSorted((a, b) => a - b);
        const places = moments.map((one) => axis.at(one));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(Math.min(...places)).toBe(0);
        expect(Math.max(...places)).toBe(new Set(moments).size > 1 ? 100 : 0);
        expect(axis.ticks.length).toBeLessThan(12);
      }),
    );
  });
});
