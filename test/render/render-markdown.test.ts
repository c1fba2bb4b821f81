import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { renderHtml } from '../../src/render/html/render-html.ts';
import { renderMarkdown } from '../../src/render/markdown/render-markdown.ts';
import { renderSummary } from '../../src/render/markdown/render-summary.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates, type Templates } from '../../src/render/templates.ts';
import { hostileReports, replaceTexts } from '../support/hostile-texts.ts';
import { shapeOf } from '../support/markdown-shape.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

let fixture: ReportFixture;
let templates: Templates;
beforeAll(async () => {
  fixture = createReportFixture();
  templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
});
afterAll(() => fixture.remove());

const golden = (name: string) => resolve(import.meta.dirname, '../fixtures/render', name);

describe('report.md', () => {
  test('says all of the report', async () => {
    const markdown = await renderMarkdown({ report: fixture.report, sources: fixture.sources, templates });
    await expect(markdown).toMatchFileSnapshot(golden('report.md'));
  });

  test('has its sections in their order and the retro its rows', async () => {
    const markdown = await renderMarkdown({ report: fixture.report, sources: fixture.sources, templates });
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(sections);
    const rows = markdown.slice(markdown.indexOf('### Summary'), markdown.indexOf('**Reconciliation:**'));
    expect([...rows.matchAll(/^\| ([^|]+) \|/gm)].map(([, name]) => name)).toEqual([
      'Duration',
      'Findings',
      'Tool calls',
      'Design observations',
      'False positives',
      'Unique insights',
      'Files reviewed',
      'Coverage misses',
      '**Totals**',
      'Downgraded',
      'Dropped',
      'Cost',
    ]);
  });

  test('writes every finding in the canonical grammar', async () => {
    const markdown = await renderMarkdown({ report: fixture.report, sources: fixture.sources, templates });
    const grammar =
      /^[CIS]\d+·[0-9a-f-]+\. \*\*.+\*\* — `[^`]+`(?:, `[^`]+`)*(?: \[\w+\])+ \((?:critical|important|suggestion), [^)]+\)$/gm;
    expect(markdown.match(grammar)).toHaveLength(fixture.report.findings.length);
  });

  test('shows the code that stands in git, not what was quoted', async () => {
    const report = {
      ...fixture.report,
      findings: fixture.report.findings.map((one) => ({ ...one, quote: 'FORGED' })),
    };
    const markdown = await renderMarkdown({ report, sources: fixture.sources, templates });
    const body = markdown.slice(0, markdown.indexOf('## Appendix'));
    expect(body).not.toContain('FORGED');
    expect(body).toContain('```bash\nrm -rf $target/*\n```');
  });

  test('says None. where there is nothing', async () => {
    const markdown = await renderMarkdown({ report: emptied(fixture.report), sources: noSources, templates });
    for (const section of sections.slice(1, -1)) {
      const text = markdown.slice(markdown.indexOf(`## ${section}`)).split('\n## ')[0] ?? '';
      expect(`${section}: ${/^None\.$/m.test(text)}`).toBe(`${section}: true`);
    }
  });

  test('has one word for a finding that nobody examined, wherever a person reads it', async () => {
    const { report } = fixture;
    const whole = await renderMarkdown({ report, sources: noSources, templates });
    const texts = [whole, renderSummary({ report, templates, reportUrl: null })];
    for (const text of texts) {
      expect(text).toMatch(/not examined/i);
      expect(text).not.toMatch(/unexamined|not examined by/i);
    }
  });

  test('says that nothing can be said where no reviewer came to its end', async () => {
    const failed = {
      ...emptied(fixture.report),
      run: { ...fixture.report.run, status: 'failed' as const },
      reviewers: fixture.report.reviewers.map((one) => ({ ...one, status: 'failed' as const })),
    };
    const markdown = await renderMarkdown({ report: failed, sources: noSources, templates });
    const said = 'Nothing can be said: no reviewer came to its end.';
    expect(markdown.split(said)).toHaveLength(4);
    expect(markdown).toContain(`## Critical Issues\n\n${said}\n`);
    expect((await renderHtml({ report: failed, sources: noSources, templates })).split(said)).toHaveLength(4);
  });

  test('says when code could not be read', async () => {
    const markdown = await renderMarkdown({ report: fixture.report, sources: noSources, templates });
    expect(markdown).toContain(
      '*`scripts/release.sh:7`: The code could not be shown: the repository is not at hand.*',
    );
  });

  test('shows what was done about the findings', async () => {
    const report: Report = {
      ...fixture.report,
      resolution: {
        addressedAt: '2026-05-13T08:00:00Z',
        rows: [
          { finding: 'C1: lock', action: 'Fixed', reason: '', commit: fixture.report.change.head.sha },
          { finding: 'S1', action: 'Skipped', reason: 'a | b', commit: null },
        ],
      },
    };
    const markdown = await renderMarkdown({ report, sources: noSources, templates });
    const sha = fixture.report.change.head.sha;
    expect(markdown).toContain(
      `| 1 | C1: lock | Fixed [\`${sha.slice(0, 7)}\`](https://github.com/example/lantern/commit/${sha}) |  |\n| 2 | S1 | Skipped | a \\| b |`,
    );
  });

  test('keeps its shape whatever the texts are', async () => {
    const plain = replaceTexts(fixture.report, (old) => (old === '' ? old : 'x y'));
    const expected = shapeOf(await renderMarkdown({ report: plain, sources: noSources, templates }));
    for (const report of hostileReports(fixture.report))
      expect(shapeOf(await renderMarkdown({ report, sources: noSources, templates }))).toEqual(expected);
  });
});

describe('summary.md', () => {
  test('says the gist', async () => {
    const summary = renderSummary({
      report: fixture.report,
      templates,
      reportUrl: 'https://ci.example/run/7?x=1',
    });
    await expect(summary).toMatchFileSnapshot(golden('summary.md'));
  });

  test('stays within 60,000 bytes and names what it leaves out', () => {
    const [first] = fixture.report.findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const path = 'déjà/'.repeat(800);
    const findings = Array.from({ length: 5000 }, (_, at) => ({
      ...first,
      label: at < 20 ? `C${at + 1}` : `S${at - 19}`,
      severity: at < 20 ? ('critical' as const) : ('suggestion' as const),
      title: '\u202E😀'.repeat(4000),
      locations: [{ path, startLine: 1, endLine: 2, side: 'head' as const }],
    }));
    const report = {
      ...fixture.report,
      findings,
      run: { ...fixture.report.run, notices: ['n'.repeat(9000)] },
    };
    const summary = renderSummary({ report, templates, reportUrl: null });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
    const shown = summary.match(/^\| \*\*C/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(0);
    expect(summary).toContain(
      `Not listed here: ${20 - shown} critical findings (C${shown + 1}–C20) and 4,980 suggestions (S1–S4980).`,
    );
  });

  test('notifies nobody and stays in its shape, whatever the texts are', () => {
    const withoutTables = (markdown: string) => ({ ...shapeOf(markdown), tables: [] });
    const expected = withoutTables(renderSummary({ report: fixture.report, templates, reportUrl: null }));
    for (const report of hostileReports(fixture.report))
      expect(withoutTables(renderSummary({ report, templates, reportUrl: null }))).toEqual(expected);
  });
});

const sections = [
  'Executive Summary',
  'Critical Issues',
  'Important Issues',
  'Suggestions',
  'Design Observations',
  'Testing Assessment',
  'Documentation Assessment',
  'Commit Structure',
  'Acknowledged Limitations',
  'Unresolved Feedback',
  'Coverage',
  'Agent Performance Retro',
  'Review Process Notes',
  'Appendix: Original Reviews',
];

function emptied(report: Report): Report {
  return {
    ...report,
    findings: [],
    designObservations: [],
    testing: [],
    documentation: [],
    commitStructure: [],
    acknowledged: [],
    declined: [],
    unresolvedFeedback: [],
    coverage: [],
    reviewers: [],
    retro: { columns: [], paragraphs: [], reconciliation: [], inflation: [], agreement: [], closing: '' },
    processNotes: { tool: [], repository: [] },
    ledger: { raw: 0, accounted: 0, entries: [] },
  };
}
