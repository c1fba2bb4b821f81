import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildReport } from '../../src/render/build/build-report.ts';
import { writeReport } from '../../src/render/parse-report.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { reportErrors } from '../support/report-schema.ts';
import { hostileReport } from './hostile/hostile-rows.ts';
import { randomRun } from './random-run.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const errorsOf = (report: Parameters<typeof writeReport>[0]) => reportErrors(JSON.parse(writeReport(report)));

describe('report.json, by the schema that is published', { timeout: 120_000 }, () => {
  test('is valid, also where its texts are hostile', async () => {
    expect(await errorsOf(fixture.report)).toEqual([]);
    expect(await errorsOf(hostileReport(fixture.report))).toEqual([]);
  });

  test('is valid for whatever run', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (input) => {
        expect(await errorsOf(buildReport(input))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test.each<[string, object, string]>([
    ['a severity that is none', { severity: 'CRITICAL; DROP' }, '/findings/0/severity'],
    ['a line 0', { locations: [{ path: 'a', startLine: 0, endLine: 1, side: 'head' }] }, 'startLine'],
    ['a key that it does not have', { note: 'x' }, '/findings/0 must NOT have additional properties'],
    ['nobody who raised it', { reviewers: [] }, '/findings/0/reviewers'],
  ])('is refused with %s', async (_name, change, message) => {
    const [first, ...others] = fixture.report.findings;
    const errors = await reportErrors({ ...fixture.report, findings: [{ ...first, ...change }, ...others] });
    expect(errors).toEqual([expect.stringContaining(message)]);
  });
});
