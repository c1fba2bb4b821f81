import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/render/markdown/render-markdown.ts';
import { readForeignReport } from '../../../src/render/read/read-foreign-report.ts';
import { loadTemplates, type Templates } from '../../../src/render/templates.ts';
import { createReportFixture, type ReportFixture } from '../../support/report-fixture.ts';

let fixture: ReportFixture;
let templates: Templates;
beforeAll(async () => {
  fixture = createReportFixture();
  templates = await loadTemplates(resolve(import.meta.dirname, '../../../templates'));
});
afterAll(() => fixture.remove());

test('our own Markdown is read like that of others: findings, places, reviewers, header', async () => {
  const [first, ...others] = fixture.report.findings;
  const [location, ...places] = first?.locations ?? [];
  if (first === undefined || location === undefined) throw new Error('the fixture has no findings');
  const findings = [
    { ...first, locations: [{ ...location, side: 'base' as const }, ...places] },
    ...others.map((finding, at) => ({ ...finding, shortId: at === 0 ? 'abcd-12' : finding.shortId })),
  ];
  const report = { ...fixture.report, findings };
  const text = await renderMarkdown({ report, sources: fixture.sources, templates });
  const read = readForeignReport({ file: 'report.md', text, tool: report.tool });
  expect(
    read.findings.map(({ id, severity, reviewers, locations }) => [id, severity, reviewers, locations]),
  ).toEqual(
    findings.map(({ label, severity, reviewers, locations }) => [
      label,
      severity,
      reviewers,
      locations.map(({ path, startLine, endLine }) => ({ path, startLine, endLine })),
    ]),
  );
  expect(read.reviewers.map(({ id }) => id)).toEqual(report.reviewers.map(({ reviewer }) => reviewer.id));
  expect(read.facts).toMatchObject({
    recommendation: { value: report.recommendation.value },
    pullRequest: { number: report.change.pullRequest?.number, title: report.change.pullRequest?.title },
    wallClockMs: Math.round(report.run.wallClockMs / 1000) * 1000,
  });
});
