import { resolve } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PublishedFinding, Report } from '../../../src/domain/report.ts';
import { parseReport } from '../../../src/render/parse-report.ts';
import { type RenderedFiles, renderAll } from '../../../src/render/render-all.ts';
import type { SarifLog } from '../../../src/render/sarif/sarif-log.ts';
import { noSources } from '../../../src/render/source/source-reader.ts';
import { openPage, startBrowser } from '../../support/browser.ts';
import { shapeOf } from '../../support/markdown-shape.ts';
import { createReportFixture, type ReportFixture } from '../../support/report-fixture.ts';
import { reportErrors } from '../../support/report-schema.ts';
import { sarifErrors } from '../../support/sarif-schema.ts';
import { hostileReport, hostileRows } from './hostile-rows.ts';

const templatesDirectory = resolve(import.meta.dirname, '../../../templates');
const minutes = 60_000;
const render = (report: Report) => renderAll({ report, sources: noSources, templatesDirectory });

let fixture: ReportFixture;
let browser: Browser;
/** All rows in one report, and plain words in their places. */
let hostile: { report: Report; files: RenderedFiles };
let plain: RenderedFiles;
beforeAll(async () => {
  fixture = createReportFixture();
  const report = hostileReport(fixture.report);
  hostile = { report, files: await render(report) };
  plain = await render(
    hostileReport(
      fixture.report,
      hostileRows.map(({ name }) => ({ name, text: 'x y' })),
    ),
  );
  browser = await startBrowser();
}, 2 * minutes);
afterAll(async () => {
  await browser.close();
  fixture.remove();
});

describe('hostile texts in every place of a report', { timeout: 2 * minutes }, () => {
  test('leave its HTML valid', async () => {
    expect(await htmlErrors(hostile.files['report.html'])).toEqual([]);
  });

  test('run nothing, ask for nothing and say nothing in a browser', async () => {
    const view = { width: 1280, colorScheme: 'light' } as const;
    const { page, requests, messages, close } = await openPage(browser, hostile.files['report.html'], view);
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    await page.waitForLoadState('networkidle');
    const added =
      'img, picture, iframe, object, embed, form, input:not([type]), base, noscript, [onerror], [onload], [onclick], [style], a[href^="javascript" i], a[href^="data" i]';
    expect(await page.locator(added).count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('style').count()).toBe(1);
    expect(await page.locator('.finding').count()).toBe(hostileRows.length);
    const outside = await page
      .locator('a[href]')
      .evaluateAll((all) =>
        all
          .map((one) => one.getAttribute('href') ?? '')
          .filter((href) => !href.startsWith('#') && !href.startsWith('https://github.com/')),
      );
    expect(outside).toEqual([]);
    expect({ requests, messages }).toEqual({ requests: [], messages: [] });
    await close();
  });

  test('leave no file with a character that cannot be seen', () => {
    const { 'report.json': _, ...printed } = hostile.files;
    for (const [name, text] of Object.entries(printed))
      expect([name, text.match(/(?!\t|\n|\ufe0f)\p{C}|\u2028|\u2029|\u3164/gu)]).toEqual([name, null]);
  });

  test('leave the shape of the Markdown as it is, and nothing in it that GitHub would act on', () => {
    for (const name of ['report.md', 'summary.md'] as const) {
      const shape = shapeOf(hostile.files[name]);
      expect(shape).toEqual(shapeOf(plain[name]));
      expect(shape.wrong).toEqual([]);
    }
  });

  test('leave report.json and report.sarif valid, and the findings whole in both', async () => {
    expect(parseReport(hostile.files['report.json'])).toEqual(hostile.report);
    expect(await reportErrors(JSON.parse(hostile.files['report.json']))).toEqual([]);
    const log: SarifLog = JSON.parse(hostile.files['report.sarif']);
    expect(sarifErrors(log)).toEqual([]);
    const [run] = log.runs;
    const said = [
      ...(run?.results ?? []),
      ...(run?.invocations[0]?.toolExecutionNotifications ?? []).filter(({ properties }) => properties),
    ];
    expect(said.map(({ properties }) => `${properties?.label}`).toSorted()).toEqual(
      hostile.report.findings.map(({ label }) => label).toSorted(),
    );
    const uris = JSON.stringify(log).match(/"uri":"[^"]*"/g) ?? [];
    expect(
      uris.filter((uri) => /"uri":"(?:\/|[a-z][a-z0-9+.-]*:|.*(?:^|\/)\.\.(?:\/|"))/i.test(uri)),
    ).toEqual([]);
    for (const { message } of said) expect(message.text).not.toMatch(/\{\d+\}|\]\(/);
  });

  test.each(hostileRows.map(({ name, text }) => [name, text]))('lose no word of it: %s', (_name, text) => {
    const words = text.match(/[A-Za-z]{3,}/g)?.filter((word) => word.length < 1000) ?? [];
    const printed = hostile.files['report.md'];
    expect(words.filter((word) => !printed.includes(word))).toEqual([]);
  });
});

describe('hostile numbers', { timeout: 2 * minutes }, () => {
  const many = (count: number, change: (at: number) => Partial<PublishedFinding>): Report => {
    const [first] = fixture.report.findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const findings = Array.from({ length: count }, (_, at) => ({
      ...first,
      label: `C${at + 1}`,
      shortId: (0xb000 + at).toString(16),
      ...change(at),
    }));
    return { ...fixture.report, findings, counts: { critical: count, important: 0, suggestion: 0 } };
  };

  test('300 findings on one line are all there', async () => {
    const files = await render(many(300, () => ({})));
    expect(files['report.html'].match(/<article class="finding"/g)).toHaveLength(300);
    expect(files['report.md'].match(/^C\d+·/gm)).toHaveLength(300);
    expect((JSON.parse(files['report.sarif']) as SarifLog).runs[0]?.results).toHaveLength(300);
    expect(files['summary.md']).toContain('Not listed here: 294 critical findings (C7–C300).');
  });

  test('one defect in three words is three results with names of their own', async () => {
    const shortIds = ['aaaa', 'aaaa-2', 'aaaa-3'];
    const report = many(3, (at) => ({ title: `Words ${at}`, shortId: shortIds[at] ?? '' }));
    const files = await render(report);
    expect(await htmlErrors(files['report.html'])).toEqual([]);
    const { results = [] } = (JSON.parse(files['report.sarif']) as SarifLog).runs[0] ?? {};
    expect(new Set(results.map((one) => JSON.stringify(one.partialFingerprints))).size).toBe(3);
  });

  test('a severity or an id that is none is no report', () => {
    const text = hostile.files['report.json'];
    const [first] = hostile.report.findings;
    const broken = (change: object) =>
      JSON.stringify({ ...JSON.parse(text), findings: [{ ...first, ...change }] });
    expect(() => parseReport(broken({ severity: 'CRITICAL; DROP' }))).toThrow(/findings\[0\]\.severity/);
    expect(() => parseReport(broken({ label: 'C1"><script>' }))).toThrow(/findings\[0\]\.label/);
    expect(() => parseReport(broken({ shortId: 'retro' }))).toThrow(/findings\[0\]\.shortId/);
    const twice = JSON.stringify({ ...JSON.parse(text), findings: [first, first] });
    expect(() => parseReport(twice)).toThrow(/findings\[1\]\.label/);
  });
});

async function htmlErrors(html: string): Promise<string[]> {
  const rules = { 'long-title': 'off', 'no-inline-style': 'error' } as const;
  const loader = new StaticConfigLoader({ extends: ['html-validate:standard'], rules });
  const { results } = await new HtmlValidate(loader).validateString(html);
  return results
    .flatMap((result) => result.messages)
    .map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`);
}
