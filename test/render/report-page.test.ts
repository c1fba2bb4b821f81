import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/render/html/render-html.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates } from '../../src/render/templates.ts';
import { openPage, startBrowser } from '../support/browser.ts';
import { hostileReports } from '../support/hostile-texts.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let fixture: ReportFixture;
let browser: Browser;
let html: string;
/** One page in which every free text is a different hostile one. */
let hostile: string;
beforeAll(async () => {
  fixture = createReportFixture();
  const templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
  html = await renderHtml({ report: fixture.report, sources: fixture.sources, templates });
  const [report = fixture.report] = hostileReports(fixture.report);
  hostile = await renderHtml({ report, sources: noSources, templates });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  fixture.remove();
});

const shadeOfRetro = "getComputedStyle(document.querySelector('#retro .scroll'), '::after').opacity";
const views = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

describe('report.html in a browser', () => {
  test.each(views)('asks for nothing, says nothing, fits: $width $colorScheme', async (view) => {
    const { page, requests, messages, close } = await openPage(browser, html, view);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
    expect(await page.title()).toBe(fixture.report.title);
    expect(requests).toEqual([]);
    expect(messages).toEqual([]);
    await close();
  });

  test.each(views)('can be read by everybody: $width $colorScheme', async (view) => {
    const { page, close } = await openPage(browser, html, view);
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    await page.evaluate(axeSource);
    const violations = await page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes[0].html, why: nodes[0].failureSummary })))`,
    );
    expect(violations).toEqual([]);
    await close();
  });

  test.each(views)(
    'can be read by everybody while it is searched and its keys are listed: $width $colorScheme',
    async (view) => {
      const { page, close } = await openPage(browser, html, view);
      await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
      await page.click('.filter[data-value="critical"]');
      await page.fill('.finder-search', 'lock');
      await page.press('.finder-search', 'Enter');
      await page.click('.finder-help');
      expect(await page.locator('dialog').isVisible()).toBe(true);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
      await page.evaluate(axeSource);
      const violations = await page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, at: nodes[0].html, why: nodes[0].failureSummary })))`,
      );
      expect(violations).toEqual([]);
      await close();
    },
  );

  test('says in words what every picture shows', async () => {
    const { page, close } = await openPage(browser, html, views[0]);
    const pictures = page.locator('svg');
    expect(await pictures.count()).toBe(3 + fixture.report.reviewers.length);
    for (const picture of await pictures.all()) {
      const [name, text] = await picture.evaluate((one) =>
        ['aria-labelledby', 'aria-describedby'].map(
          (key) => one.ownerDocument.getElementById(one.getAttribute(key) ?? '')?.textContent ?? '',
        ),
      );
      expect(name?.trim()).not.toBe('');
      expect(text).toMatch(/\d.*\.$/s);
    }
    await close();
  });

  test('on a phone, no line number is torn and a wide table keeps its first column and says that it goes on', async () => {
    const { page, close } = await openPage(browser, html, { width: 390, colorScheme: 'light' });
    const torn = await page
      .locator('.place .lines')
      .evaluateAll((all) =>
        all.filter((one) => one.getClientRects().length > 1).map((one) => one.textContent),
      );
    expect(torn).toEqual([]);
    expect(await page.locator('figcaption .lines').first().textContent()).toMatch(/^:\d/);
    const table = page.locator('#retro .scroll').first();
    const shade = () => page.evaluate(shadeOfRetro);
    expect(await shade()).toBe('1');
    await table.evaluate((box) => box.scrollTo({ left: box.scrollWidth, behavior: 'instant' }));
    await expect.poll(shade, { timeout: 10_000 }).toBe('0');
    const name = await page.locator('#retro tbody th').first().boundingBox();
    expect(name?.x).toBe((await table.boundingBox())?.x);
    await close();
  });

  test('shades no table that fits', async () => {
    const { page, close } = await openPage(browser, html, views[0]);
    const shade = await page.evaluate(shadeOfRetro);
    expect(shade).toBe('0');
    await close();
  });

  test('marks every reviewer with letters of its own', async () => {
    const { page, close } = await openPage(browser, html, views[0]);
    expect(await page.locator('#retro table').first().locator('thead .mark').allTextContents()).toEqual([
      'Cl',
      'Cx',
      'Ge',
      'Ch',
    ]);
    await close();
  });

  test('is whole without its script', async () => {
    const { page, messages, close } = await openPage(browser, html, { ...views[0], javaScript: false });
    expect(await page.locator('.finding:visible').count()).toBe(fixture.report.findings.length);
    expect(await page.locator('.finder').isVisible()).toBe(false);
    expect(messages).toEqual([]);
    await close();
  });

  test.each(views)('runs nothing that reviewers wrote: $width $colorScheme', async (view) => {
    const { page, requests, messages, close } = await openPage(browser, hostile, view);
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    expect(requests).toEqual([]);
    expect(messages).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
    expect(
      await page
        .locator(
          'img, svg:not(.picture svg), svg *:not(desc, text, rect, circle, line, path), iframe, object, embed, form, base, [onerror], [onload], [style]',
        )
        .count(),
    ).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('.finding').count()).toBe(fixture.report.findings.length);
    await close();
  });

  test('lets no script in by its policy, even where one could be put', async () => {
    const { page, close } = await openPage(browser, html, views[0]);
    const refused = await page.evaluate(`new Promise((resolve) => {
      const refused = new Set();
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        refused.add(effectiveDirective);
        if (refused.size === 5) resolve([...refused].toSorted());
      });
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.body.append(script);
      const remote = document.createElement('script');
      remote.src = 'https://evil.example/x.js';
      document.body.append(remote);
      document.body.insertAdjacentHTML('beforeend', '<p style="position:fixed">x</p><img src="https://evil.example/x.png"><b onclick="window.broken = true">x</b>');
      document.body.lastElementChild.click();
      fetch('https://evil.example/').catch(() => {});
      setTimeout(() => resolve([...refused].toSorted()), 5000);
    })`);
    expect(refused).toEqual([
      'connect-src',
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-attr',
    ]);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    await close();
  });
});
