import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHiddenBlock } from '../../../src/domain/hidden-block.ts';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { severities } from '../../../src/domain/vocabulary.ts';
import { renderStepSummary } from '../../../src/render/publish/step-summary.ts';
import { noSources } from '../../../src/render/source/source-reader.ts';
import { createReportFixture, type ReportFixture } from '../../support/report-fixture.ts';
import { noFacts, publishReport, templates, withFindings } from './published-fixture.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

/** 5,000 findings, the first with two million characters, one in a hundred with long ones of wide characters. */
function largeReport(): Report {
  const [model] = fixture.report.findings;
  if (model === undefined) throw new Error('the fixture has findings');
  const findings = Array.from({ length: 5000 }, (_, at): PublishedFinding => {
    const severity = severities[at < 20 ? 0 : at < 1000 ? 1 : 2] ?? 'suggestion';
    const text =
      at === 0 ? '@x *a* '.repeat(300_000) : at % 100 === 1 ? '\u{1F600}é '.repeat(2000) : 'It is wrong.';
    return {
      ...model,
      label: `${severity.charAt(0).toUpperCase()}${at < 20 ? at + 1 : at < 1000 ? at - 19 : at - 999}`,
      shortId: (0x10_000 + at).toString(16),
      severity,
      title: at === 0 ? '@x '.repeat(10_000) : `Finding ${at}`,
      explanation: text,
      scenario: '',
      fix: { text: '', diff: at === 0 ? '-x\n+y\n'.repeat(10_000) : '', check: null },
    };
  });
  return withFindings(fixture.report, findings);
}

describe('a report of 5,000 findings', { timeout: 120_000 }, () => {
  test('fits where it is posted, and accounts for every finding', async () => {
    const report = largeReport();
    const one = await publishReport(fixture, report, { sources: noSources });
    const summary = one.summary?.(noFacts) ?? '';
    const step = await renderStepSummary({ report, sources: noSources, templates, reportUrl: null });
    const { check, inline } = one;
    expect(inline?.comments.length).toBe(10);
    const sizes = {
      summary: Buffer.byteLength(summary),
      state:
        readHiddenBlock(summary) === null ? 0 : summary.length - summary.indexOf('<!-- deep-review:state'),
      comment: Math.max(...(inline?.comments ?? []).map(({ body }) => Buffer.byteLength(body))),
      checkTitle: check?.title.length ?? 0,
      checkSummary: Buffer.byteLength(check?.summary ?? ''),
      checkText: Buffer.byteLength(check?.text ?? ''),
      step: Buffer.byteLength(step),
    };
    const most = {
      summary: 60_000,
      state: 16_010,
      comment: 60_000,
      checkTitle: 255,
      checkSummary: 65_535,
      checkText: 65_535,
      step: 1_000_000,
    };
    for (const [name, size] of Object.entries(sizes) as [keyof typeof sizes, number][]) {
      expect([name, size <= most[name]]).toEqual([name, true]);
      expect([name, size > most[name] / 50]).toEqual([name, true]);
    }
    const block = readHiddenBlock(summary);
    expect((block?.findings.length ?? 0) + (block?.leftOut ?? 0)).toBe(5000);
    expect(countTold(summary) + 10).toBe(5000);
    expect(countTold(check?.text ?? '')).toBe(5000);
    expect(countTold(step)).toBe(5000);
    expect(summary).toContain(
      'Not in this table: 14 critical findings (C7–C20), 980 important findings (I1–I980) and 4,000 suggestions (S1–S4000).',
    );
    expect(summary).toContain(
      'Not commented on in the diff: C11–C20 and I1–I980 (over the limit of comments) and S1–S4000 (less severe).',
    );
    expect(check?.summary).toContain('4,500 findings without an annotation');
    expect(check?.annotations.length).toBe(500);
    for (const { title, message } of check?.annotations ?? []) {
      expect(title.length).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(message)).toBeLessThan(64 * 1024);
    }
    const [first] = inline?.comments ?? [];
    expect(first?.body).toContain('Some of this is shortened; the report has it whole.');
    expect(first?.body).toContain('There is a patch.');
  });
});

/** Findings told in full, and those that are said to be left out. */
function countTold(text: string): number {
  const told = text.match(/^\*\*[CIS]\d+·[\w-]+ · /gm)?.length ?? 0;
  const [, left = ''] = /^Left out here for want of room: (.*)\.$/m.exec(text) ?? [];
  const ranges = [...left.matchAll(/[CIS](\d+)(?:–[CIS](\d+))?/g)];
  const counted = ranges.reduce((sum, [, from, to = from]) => sum + Number(to) - Number(from) + 1, 0);
  return told + counted;
}
