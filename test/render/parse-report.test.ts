import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunDirectoryError } from '../../src/errors.ts';
import { parseReport, reportJsonSchema } from '../../src/render/parse-report.ts';
import { renderAll } from '../../src/render/render-all.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const templatesDirectory = resolve(import.meta.dirname, '../../templates');
const golden = resolve(import.meta.dirname, '../fixtures/render/report.v1.json');

describe('parseReport', () => {
  test('reads back what was written, lone surrogates included', async () => {
    const report = { ...fixture.report, executiveSummary: 'path \udcff \ud800' };
    const files = await renderAll({ report, sources: fixture.sources, templatesDirectory });
    expect(Object.keys(files)).toEqual([
      'report.json',
      'report.md',
      'report.html',
      'summary.md',
      'report.sarif',
    ]);
    expect(parseReport(files['report.json'])).toEqual(report);
  });

  test('reads the first version as it was published', () => {
    const report = parseReport(readFileSync(golden, 'utf8'));
    expect(report.findings.map(({ label, title }) => [label, title])).toEqual([
      ['C1', '`Evict` deletes from the map after it released the lock'],
      ['C2', 'Without an argument the release script deletes `/*`'],
      ['I1', 'The session token travels in the query string'],
      ['I2', 'A refused refresh is taken for a session'],
      ['I3', 'The refresh interval is computed once and can be negative'],
      ['S1', 'The documentation says that nothing is removed'],
      ['S2', '`EvictEvery` cannot be stopped'],
      ['S3', 'Unquoted variable in a command'],
    ]);
  });

  test('refuses a newer version, naming both', () => {
    const json = JSON.stringify({ ...fixture.report, schemaVersion: 2 });
    expect(() => parseReport(json, 'runs/report.json')).toThrow(
      'runs/report.json has schema version 2; this program reads up to version 1.',
    );
    expect(() => parseReport(json)).toThrow(RunDirectoryError);
  });

  test.each([
    ['{', 'report.json is not JSON.'],
    ['[]', 'report.json is not a report: the whole file: Invalid input: expected object, received array.'],
    [
      '{"schemaVersion":1}',
      'report.json is not a report: tool: Invalid input: expected object, received undefined.',
    ],
  ])('refuses %s and names the key', (json, message) => {
    expect(() => parseReport(json)).toThrow(
      expect.objectContaining({
        name: RunDirectoryError.name,
        message,
        hint: expect.stringMatching(/report\.json/),
      }),
    );
  });

  test('names a key deep inside', () => {
    const findings = [fixture.report.findings[0], { ...fixture.report.findings[1], severity: 'huge' }];
    expect(() => parseReport(JSON.stringify({ ...fixture.report, findings }))).toThrow(
      /^report\.json is not a report: findings\[1\]\.severity: /,
    );
  });
});

test('reportJsonSchema describes every key of the report', () => {
  const schema = reportJsonSchema() as { properties: Record<string, unknown>; required: string[] };
  // Reports of first rounds have none of these.
  const ofRounds = ['deferred', 'earlierFindings'];
  const keys = [...Object.keys(fixture.report), ...ofRounds].toSorted();
  expect(Object.keys(schema.properties).toSorted()).toEqual(keys);
  // Reports of earlier versions have none of these.
  const later = [...ofRounds, 'guard', 'instructions', 'prose'];
  expect(schema.required.toSorted()).toEqual(keys.filter((key) => !later.includes(key)));
});
