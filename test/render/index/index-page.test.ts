import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeUnreadable, type IndexEntry } from '../../../src/render/index/index-entry.ts';
import { renderIndex } from '../../../src/render/index/render-index.ts';
import { loadTemplates, type Templates } from '../../../src/render/templates.ts';
import { openPage, startBrowser } from '../../support/browser.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates(resolve(import.meta.dirname, '../../../templates'));
  browser = await startBrowser();
});
afterAll(() => browser.close());

function entry(path: string, fields: Partial<IndexEntry>): IndexEntry {
  return {
    ...describeUnreadable(''),
    kind: 'run',
    path,
    page: `${path}/report.html`,
    subject: path,
    repository: 'acme/depot',
    recommendation: { value: 'merge-with-fixes', words: 'Merge with fixes' },
    reviewers: ['Claude', 'Codex'],
    counts: { critical: 0, important: 1, suggestion: 2 },
    ...fields,
  };
}

const entries = [
  entry('cheap', { date: '2026-06-01 10:00 UTC', costUsd: 0.5, wallClockMs: 60_000 }),
  entry('dear', { date: '2026-06-03 10:00 UTC', costUsd: 12, wallClockMs: 9000, reviewers: ['Ada'] }),
  entry('unknown cost', { date: '2026-06-02', counts: { critical: 3, important: 0, suggestion: 0 } }),
  { path: 'broken.md', page: null, ...describeUnreadable('cannot read broken.md: it is empty') },
];

function render(list: readonly IndexEntry[]): string {
  return renderIndex({
    entries: list,
    folder: 'reports',
    base: '',
    notices: [],
    tool: 'deep-review 0',
    templates,
  });
}

test('lists the newest first, sorts by any column and searches', async () => {
  const { page, requests, messages, close } = await openPage(browser, render(entries), {
    width: 1280,
    colorScheme: 'light',
  });
  const rows = () =>
    page
      .locator('.index tbody tr:visible')
      .evaluateAll((all) => all.map((row) => row.querySelector('.quiet')?.textContent));
  expect(await rows()).toEqual(['dear', 'unknown cost', 'cheap', 'broken.md']);
  await page.click('th:has-text("Cost") .sort');
  expect(await rows()).toEqual(['dear', 'cheap', 'unknown cost', 'broken.md']);
  await page.click('th:has-text("Cost") .sort');
  expect(await rows()).toEqual(['cheap', 'dear', 'unknown cost', 'broken.md']);
  expect(await page.getAttribute('th:has-text("Cost")', 'aria-sort')).toBe('ascending');
  await page.click('th:has-text("Critical") .sort');
  expect((await rows())[0]).toBe('unknown cost');
  await page.fill('.index-search input', 'ada');
  await expect.poll(rows, { timeout: 15_000 }).toEqual(['dear']);
  expect(await page.textContent('.index-search [role="status"]')).toBe('1 of 4 shown');
  expect({ requests, messages }).toEqual({ requests: [], messages: [] });
  await close();
});

test.each([
  [1280, 'light'],
  [390, 'dark'],
] as const)(
  'has nothing that axe objects to and no sideways scroll at %i px, %s',
  async (width, colorScheme) => {
    const { page, close } = await openPage(browser, render(entries), { width, colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.evaluate(axe);
    const found = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))',
    );
    expect(found).toEqual([]);
    await close();
  },
);

test('is all there without JavaScript, with no control that does nothing', async () => {
  const { page, close } = await openPage(browser, render(entries), {
    width: 1280,
    colorScheme: 'light',
    javaScript: false,
  });
  expect(await page.locator('.index tbody tr').count()).toBe(4);
  expect(await page.textContent('main')).toContain('it is empty');
  expect(await page.locator('button:visible, input:visible').count()).toBe(0);
  await close();
});

test('holds hostile names and titles as text, and leads nowhere else', async () => {
  const short = hostileTexts.filter((text) => text.length < 3000 && text.trim() !== '');
  const hostile = short.map((text) =>
    entry(text, {
      page: `javascript:alert(1)/${text.replace(/[\ud800-\udfff]/g, '')}`,
      ...{ subject: text, date: text, repository: text, note: text, reviewers: [text] },
      recommendation: { value: null, words: text },
    }),
  );
  const html = render(hostile);
  const { page, requests, messages, close } = await openPage(browser, html, {
    width: 1280,
    colorScheme: 'light',
  });
  expect(await page.locator('.index tbody tr').count()).toBe(short.length);
  expect({ requests, messages }).toEqual({ requests: [], messages: [] });
  await close();
  const links = [...html.matchAll(/<a href="([^"]*)"/g)].map(([, address = '']) => address);
  expect(links.filter((address) => !/^(?:\.\/|#main$)/.test(address))).toEqual([]);
  const rules = { 'long-title': 'off', 'no-inline-style': 'error' } as const;
  const validator = new HtmlValidate(new StaticConfigLoader({ extends: ['html-validate:standard'], rules }));
  const { results } = await validator.validateString(html);
  expect(
    results.flatMap((result) => result.messages).map(({ ruleId, message }) => `${ruleId}: ${message}`),
  ).toEqual([]);
});
