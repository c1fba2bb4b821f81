import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
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

async function withPage(use: (page: Page) => Promise<void>, width = 1280): Promise<void> {
  const { page, requests, messages, close } = await openPage(browser, html, { width, colorScheme: 'light' });
  await use(page);
  expect({ requests, messages }).toEqual({ requests: [], messages: [] });
  await close();
}

function shown(page: Page): Promise<string[]> {
  return page.locator('.finding:visible').evaluateAll((all) => all.map((one) => one.id));
}

function labels(isOne: (finding: Report['findings'][number]) => boolean): string[] {
  return fixture.report.findings.filter(isOne).map(({ label }) => label);
}

/** The page's policy forbids what `waitForFunction` does, so it is asked again and again from here. */
const patience = { timeout: 15_000 };
const status = (page: Page) => page.textContent('.finder-status');
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');

describe('filters', () => {
  test('by severity, reviewer and status: any of one kind, each of all kinds', async () => {
    await withPage(async (page) => {
      await page.click('.filter[data-value="critical"]');
      await page.click('.filter[data-value="important"]');
      expect(await shown(page)).toEqual(labels(({ severity }) => severity !== 'suggestion'));
      await page.click('.filter[data-value="codex"]');
      const ofCodex = labels(
        ({ severity, reviewers }) => severity !== 'suggestion' && reviewers.includes('codex'),
      );
      expect(await shown(page)).toEqual(ofCodex);
      expect(await status(page)).toBe(`${ofCodex.length} of 8 findings shown`);
      await page.click('.filter[data-value="uncertain"]');
      expect(await shown(page)).toEqual(
        labels(({ reviewers, verdict }) => reviewers.includes('codex') && verdict === 'uncertain'),
      );
      expect(await page.getAttribute('.filter[data-value="uncertain"]', 'aria-pressed')).toBe('true');
    });
  });

  test('by file, and show all again', async () => {
    await withPage(async (page) => {
      const file = 'scripts/release.sh';
      const count = labels(({ locations }) => locations.some(({ path }) => path === file));
      await page.selectOption('.finder-files', { label: `${file} (${count.length})` });
      expect(await shown(page)).toEqual(count);
      expect(await page.textContent('#important h2 .tally')).toBe(
        `0 of ${labels(({ severity }) => severity === 'important').length}`,
      );
      const entries = page.locator('.contents [data-for]:visible');
      expect(await entries.evaluateAll((all) => all.map((one) => one.getAttribute('data-for')))).toEqual(
        count,
      );
      await page.click('.finder-reset');
      expect(await shown(page)).toEqual(labels(() => true));
      expect(await status(page)).toBe('');
      expect(await page.isDisabled('.finder-reset')).toBe(true);
    });
  });

  test('give way to a link that leads to a hidden finding', async () => {
    await withPage(async (page) => {
      await page.click('.filter[data-value="critical"]');
      const { label, shortId } = fixture.report.findings.at(-1) ?? { label: '', shortId: '' };
      await page.evaluate(`location.hash = '#${shortId}'`);
      await expect.poll(() => page.locator(`#${label}`).isVisible(), patience).toBe(true);
    });
  });
});

describe('search', () => {
  test('shows the findings that hold all words, and counts the places', async () => {
    await withPage(async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('CONCURRENT map');
      // A slow browser shows what it has found for the first letters before the last are typed.
      await expect.poll(() => status(page), patience).toMatch(/^1 of 8 findings shown · \d+ places$/);
      expect(await shown(page)).toEqual(['C1']);
      const places = () => page.evaluate("CSS.highlights.get('search').size");
      await expect.poll(places, patience).toBeGreaterThan(1);
    });
  });

  test('goes from place to place, opens the folds they are in, and says where nothing is', async () => {
    await withPage(async (page) => {
      await page.fill('.finder-search', 'negative DELAY');
      await page.press('.finder-search', 'Enter');
      await expect.poll(() => status(page), patience).toContain('place 1 of');
      const text = () => page.evaluate("[...CSS.highlights.get('search-current')][0].toString()");
      expect(`${await text()}`.toLowerCase()).toBe('negative');
      const inFold =
        "[...CSS.highlights.get('search-current')][0].startContainer.parentElement.checkVisibility()";
      expect(await page.evaluate(inFold)).toBe(true);
      await page.press('.finder-search', 'Shift+Enter');
      const [, at, count] = /place (\d+) of (\d+)/.exec(`${await status(page)}`) ?? [];
      expect(at).toBe(count);
      await page.fill('.finder-search', 'nowhereabouts');
      await expect.poll(() => status(page), patience).toBe('0 of 8 findings shown · found nowhere');
      await page.press('.finder-search', 'Escape');
      expect(await shown(page)).toEqual(labels(() => true));
    });
  });

  test('finds code across the elements it is coloured with', async () => {
    await withPage(async (page) => {
      await page.fill('.finder-search', 'delete(s.entries,');
      await page.press('.finder-search', 'Enter');
      await expect.poll(() => status(page), patience).toContain('place 1 of');
      expect(await page.evaluate("[...CSS.highlights.get('search-current')][0].toString()")).toBe(
        'delete(s.entries,',
      );
    });
  });
});

describe('keys', () => {
  test('step through the findings that are shown', async () => {
    await withPage(async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      expect(await focused(page)).toBe('C2');
      await page.keyboard.press('k');
      expect(await focused(page)).toBe('C1');
      await page.click('.filter[data-value="suggestion"]');
      await page.locator('.finder-reset').focus();
      for (const expected of ['S1', 'S2', 'S3', 'S3']) {
        await page.keyboard.press('j');
        expect(await focused(page)).toBe(expected);
      }
      const [top, bar] = await Promise.all([
        page.locator('#S3').evaluate((one) => one.getBoundingClientRect().top),
        page.locator('.finder').evaluate((one) => one.getBoundingClientRect().bottom),
      ]);
      expect(top).toBeGreaterThanOrEqual(bar);
    });
  });

  test('open and close the folds of a finding, and all of them', async () => {
    await withPage(async (page) => {
      const open = (within: string) => page.locator(`${within} details[open]`).count();
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      expect(await open('#C1')).toBe(await page.locator('#C1 details').count());
      await page.keyboard.press('o');
      expect(await open('#C1')).toBe(0);
      await page.keyboard.press('e');
      expect(await open('main')).toBe(await page.locator('main details').count());
      await page.keyboard.press('e');
      expect(await open('main')).toBe(1);
      expect(await page.locator('.finder-fold').getAttribute('open')).toBe('');
    });
  });

  test('are listed, and can be turned off', async () => {
    await withPage(async (page) => {
      await page.keyboard.press('?');
      expect(await page.locator('dialog').isVisible()).toBe(true);
      expect(await page.locator('dialog kbd').allTextContents()).toEqual([
        ...['j', 'k', 'o', 'e', '/', 'Enter', 'Shift', 'Enter', 'Esc', 'a', 't', '?'],
      ]);
      await page.uncheck('.keys-on');
      await page.keyboard.press('Escape');
      expect(await page.locator('dialog').isVisible()).toBe(false);
      await page.keyboard.press('j');
      expect(await focused(page)).not.toBe('C1');
      await page.click('.finder-help');
      await page.check('.keys-on');
      await page.click('.keys-close');
      await page.locator('.finder-reset').blur();
      await page.keyboard.press('j');
      expect(await focused(page)).toBe('C1');
    });
  });

  test('are letters where somebody types', async () => {
    await withPage(async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('jk?');
      expect(await page.inputValue('.finder-search')).toBe('jk?');
      expect(await page.locator('dialog').isVisible()).toBe(false);
    });
  });
});

describe('a patch', () => {
  const patch = () => fixture.report.findings[0]?.fix.diff ?? '';

  test('is copied as it was handed in', async () => {
    await withPage(async (page) => {
      await page.evaluate(
        'Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } })',
      );
      await page.locator('#C1 .copy').first().click();
      await expect.poll(() => page.locator('#C1 .copy').first().textContent(), patience).toBe('Copied');
      expect(`${await page.evaluate('window.copied')}`.trimEnd()).toBe(patch().trimEnd());
    });
  });

  test('is copied or selected where the browser has no clipboard for pages', async () => {
    await withPage(async (page) => {
      await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
      await page.evaluate(
        'document.execCommand = () => { window.copied = document.activeElement.value; return true; }',
      );
      await page.locator('#C1 .copy').first().click();
      await expect.poll(() => page.locator('#C1 .copy').first().textContent(), patience).toBe('Copied');
      expect(`${await page.evaluate('window.copied')}`.trimEnd()).toBe(patch().trimEnd());
      await page.evaluate('document.execCommand = () => false');
      await page.locator('#C1 .copy').first().click();
      await expect.poll(() => page.locator('#C1 .copy').first().textContent(), patience).toBe('Selected');
      expect(await page.evaluate('getSelection().toString()')).toContain('defer s.mu.Unlock()');
    });
  });

  test('has no button when what is shown is not the whole of it', async () => {
    const [first] = fixture.report.findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
    const hidden = { ...first, fix: { ...first.fix, diff: `${first.fix.diff.trimEnd()}\n+\u202Ehidden\n` } };
    const report = { ...fixture.report, findings: [hidden] };
    const page = await renderHtml({ report, sources: fixture.sources, templates });
    const { page: opened, close } = await openPage(browser, page, { width: 1280, colorScheme: 'light' });
    expect(await opened.locator('#C1 .fix figure.diff').count()).toBe(1);
    expect(await opened.locator('#C1 .fix .copy').count()).toBe(0);
    await close();
  });
});

describe('a link', () => {
  test('into a fold opens it', async () => {
    await withPage(async (page) => {
      await page.evaluate("location.hash = '#not-published'");
      await expect.poll(() => page.locator('#not-published').getAttribute('open'), patience).toBe('');
    });
  });

  test('marks in the contents where it leads', async () => {
    await withPage(async (page) => {
      await page.evaluate("location.hash = '#retro'");
      const current = page.locator('.contents [aria-current]');
      await expect.poll(() => current.getAttribute('href'), patience).toBe('#retro');
      const entry = page.locator('.contents a[href="#retro"]');
      const box = await entry.boundingBox();
      expect(box === null ? -1 : box.y).toBeGreaterThanOrEqual(0);
    });
  });
});
