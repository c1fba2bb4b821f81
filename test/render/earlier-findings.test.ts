import { afterAll, beforeAll, expect, test } from 'vitest';
import { earlierOutcomes, type SettledFinding } from '../../src/domain/earlier-outcome.ts';
import type { Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { parseReport } from '../../src/render/parse-report.ts';
import { renderStepSummary } from '../../src/render/publish/step-summary.ts';
import { renderAll } from '../../src/render/render-all.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { noFacts, publishReport, templates } from './publish/published-fixture.ts';

let fixture: ReportFixture;
beforeAll(() => {
  fixture = createReportFixture();
});
afterAll(() => fixture.remove());

const title = 'a | b <script>alert(1)</script> --> @everyone ```';

function settledFindings(count: number): SettledFinding[] {
  return Array.from({ length: count }, (_, at): SettledFinding => {
    const outcome = earlierOutcomes[at % earlierOutcomes.length] ?? 'unknown';
    return {
      id: `e${at.toString(16).padStart(4, '0')}`,
      label: `I${at + 1}`,
      severity: 'important',
      title: `${title} ${at}`,
      round: 1,
      since: 1,
      location: at % 2 === 0 ? { path: 'a|b`.go', startLine: at + 1, endLine: at + 1, side: 'head' } : null,
      outcome,
      why: 'code-stands',
      reason: `because ${at} | <b>`,
      cluster: outcome === 'still-present' ? 'k1' : null,
    };
  });
}

const withEarlier = (count: number): Report =>
  buildReport({ ...fixture.input, earlierFindings: settledFindings(count) });

/** Every text that people read of a report. */
async function readEverywhere(report: Report): Promise<Record<string, string>> {
  const { sources } = fixture;
  const publication = await publishReport(fixture, report, {});
  const all = await renderAll({
    report,
    sources,
    templatesDirectory: new URL('../../templates', import.meta.url).pathname,
    signal: new AbortController().signal,
  });
  return {
    markdown: all['report.md'],
    page: all['report.html'],
    summary: all['summary.md'],
    comment: publication.summary?.(noFacts) ?? '',
    check: publication.check?.summary ?? '',
    step: await renderStepSummary({ report, sources, templates, reportUrl: null }),
  };
}

test('every text counts what became of earlier findings, and those with room list each', async () => {
  const report = withEarlier(7);
  const label = report.findings.find(({ cluster }) => cluster === 'k1')?.label ?? '';
  expect(parseReport(JSON.stringify(report), 'report.json').earlierFindings).toEqual(settledFindings(7));
  const texts = await readEverywhere(report);
  for (const text of Object.values(texts)) {
    expect(text).toContain(
      'Of 7 findings of earlier rounds: 1 fixed, 2 still present, 2 moved, 1 declined and 1 unknown.',
    );
    expect(text).not.toContain('<script>alert');
  }
  const { page = '', check: _, ...lists } = texts;
  expect(
    page
      .split('id="earlier"')[1]
      ?.split('</section>')[0]
      ?.match(/<tr><td>/g),
  ).toHaveLength(7);
  expect(page).toContain(`<strong>still present</strong> as <a href="#${label}">${label}</a>`);
  for (const text of Object.values(lists)) {
    const rows = text
      .split('\n')
      .filter((line) => /^\| \*\*(fixed|still present|moved|declined|unknown)/.test(line));
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(rows[0]).toContain(`**still present** as ${label} |`);
  }
});

test('a comment lists some of very many and counts the rest; without earlier rounds nothing is said', async () => {
  const { comment = '', summary = '' } = await readEverywhere(withEarlier(3000));
  for (const text of [comment, summary]) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(text).toContain('Of 3,000 findings of earlier rounds: 600 fixed,');
    expect(text).toContain('And 2,980 more findings.');
  }
  for (const text of Object.values(await readEverywhere(fixture.report)))
    expect(text).not.toMatch(/earlier (finding|round)s/i);
});
