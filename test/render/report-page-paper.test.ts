import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/render/html/render-html.ts';
import { loadTemplates } from '../../src/render/templates.ts';
import { openPage, startBrowser } from '../support/browser.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

let fixture: ReportFixture;
let browser: Browser;
let html: string;
beforeAll(async () => {
  fixture = createReportFixture();
  const templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
  html = await renderHtml({ report: fixture.report, sources: fixture.sources, templates });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  fixture.remove();
});

/** Colours as the browser computes them. */
async function colours(page: Page): Promise<Record<string, unknown>> {
  const of = (selector: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
  return {
    page: await of('body', 'backgroundColor'),
    text: await of('body', 'color'),
    card: await of('.finding', 'backgroundColor'),
    cited: await of('mark.line', 'backgroundColor'),
    keyword: await of('.t-k', 'color'),
    drawn: await of('.pic-critical', 'fill'),
  };
}

const light = {
  page: 'rgb(246, 246, 243)',
  text: 'rgb(29, 31, 35)',
  card: 'rgb(255, 255, 255)',
  cited: 'rgb(255, 245, 207)',
  keyword: 'rgb(138, 43, 127)',
  drawn: 'rgb(168, 32, 26)',
};

describe('colours', () => {
  test('are light and dark as the reader likes', async () => {
    const day = await openPage(browser, html, { width: 1280, colorScheme: 'light' });
    expect(await colours(day.page)).toEqual(light);
    await day.close();
    const night = await openPage(browser, html, { width: 1280, colorScheme: 'dark' });
    expect(await colours(night.page)).toEqual({
      page: 'rgb(17, 19, 22)',
      text: 'rgb(229, 231, 234)',
      card: 'rgb(25, 28, 32)',
      cited: 'rgb(52, 48, 26)',
      keyword: 'rgb(226, 154, 216)',
      drawn: 'rgb(255, 157, 148)',
    });
    await night.close();
  });
});

describe('on paper', () => {
  test('the page is light, without what only a screen needs', async () => {
    const { page, close } = await openPage(browser, html, { width: 1280, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await colours(page)).toEqual({ ...light, page: 'rgb(255, 255, 255)' });
    for (const selector of ['.contents', '.finder', '.copy'])
      expect(await page.locator(selector).first().isVisible()).toBe(false);
    await close();
  });

  test('says when findings are left out by a filter', async () => {
    const { page, close } = await openPage(browser, html, { width: 1280, colorScheme: 'light' });
    await page.click('.filter[data-value="critical"]');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.finder-status').isVisible()).toBe(true);
    expect(await page.textContent('.finder-status')).toBe('2 of 8 findings shown');
    expect(await page.locator('.finder-search').isVisible()).toBe(false);
    await close();
  });

  test('every fold is open, and closed again afterwards', async () => {
    const { page, close } = await openPage(browser, html, { width: 1280, colorScheme: 'light' });
    const open = () => page.locator('main details[open]').count();
    const before = await open();
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await open()).toBe(await page.locator('main details').count());
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await open()).toBe(before);
    await close();
  });

  test('is a document of several pages', async () => {
    const { page, requests, messages, close } = await openPage(browser, html, {
      width: 1280,
      colorScheme: 'light',
    });
    const pdf = (await page.pdf({ format: 'A4', printBackground: true })).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(5);
    expect({ requests, messages }).toEqual({ requests: [], messages: [] });
    await close();
  });
});

describe('without its script', () => {
  test('every word of the page is there', async () => {
    const plain = await openPage(browser, html, { width: 1280, colorScheme: 'light', javaScript: false });
    const full = await openPage(browser, html, { width: 1280, colorScheme: 'light' });
    const words = async ({ page }: typeof plain) => {
      const text = await page
        .locator('main section, main details:not(.finder-fold)')
        .evaluateAll((all) => all.map((one) => one.textContent ?? '').join(' '));
      return text
        .replace(/PatchCopy\b/g, 'Patch')
        .split(/\s+/)
        .filter(Boolean);
    };
    expect(await words(plain)).toEqual(await words(full));
    await plain.page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
    for (const finding of fixture.report.findings) {
      const article = plain.page.locator(`#${finding.label}`);
      expect(await article.isVisible()).toBe(true);
      expect(await article.locator('.trail dl').isVisible()).toBe(true);
    }
    await plain.close();
    await full.close();
  });
});
