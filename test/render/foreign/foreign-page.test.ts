import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderForeign } from '../../../src/render/foreign/render-foreign.ts';
import { readForeignReport } from '../../../src/render/read/read-foreign-report.ts';
import { loadTemplates, type Templates } from '../../../src/render/templates.ts';
import { openPage, type PageOptions, startBrowser, type WatchedPage } from '../../support/browser.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

const require = createRequire(import.meta.url);
const fixture = readFileSync(
  resolve(import.meta.dirname, '../../fixtures/foreign/20260601-101500-pr-12.md'),
  'utf8',
);

let browser: Browser;
let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates(resolve(import.meta.dirname, '../../../templates'));
  browser = await startBrowser();
});
afterAll(() => browser.close());

async function open(markdown: string, options: Partial<PageOptions> = {}): Promise<WatchedPage> {
  const tool = { name: 'deep-review', version: '0.0.0' } as const;
  const report = readForeignReport({ file: 'x.md', text: markdown, tool });
  const { html } = await renderForeign(report, templates);
  return openPage(browser, html, { width: 1280, colorScheme: 'light', ...options });
}

async function closeQuiet({ requests, messages, close }: WatchedPage): Promise<void> {
  expect({ requests, messages }).toEqual({ requests: [], messages: [] });
  await close();
}

describe('the page of a foreign report in a browser', () => {
  test('filters its findings by severity, reviewer and file, and opens the fold a search leads into', async () => {
    const watched = await open(fixture);
    const { page } = watched;
    const shown = () => page.locator('.finding:visible').evaluateAll((all) => all.map((one) => one.id));
    expect(await shown()).toEqual(['I1', 'I2', 'S1', 'S2']);
    await page.click('.filter[data-value="suggestion"]');
    await page.click('.filter[data-value="claude"]');
    expect(await shown()).toEqual(['S2']);
    await page.click('.finder-reset');
    await page.selectOption('.finder-files', { label: 'loader/close.go (1)' });
    expect(await shown()).toEqual(['I2']);
    await page.click('.finder-reset');
    await page.keyboard.press('Escape');
    expect(await page.locator('details.fold[open]').count()).toBe(0);
    await closeQuiet(watched);
  });

  test.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)(
    'has nothing that axe objects to and no sideways scroll at %i px, %s',
    async (width, colorScheme) => {
      const watched = await open(fixture, { width, colorScheme });
      const { page } = watched;
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))',
      );
      expect(found).toEqual([]);
      await closeQuiet(watched);
    },
  );

  test('shows all text without JavaScript', async () => {
    const watched = await open(fixture, { javaScript: false });
    const text = await watched.page.textContent('main');
    for (const words of ['Two goroutines call', 'Raw words of the first reviewer', 'Important #1: counter'])
      expect(text).toContain(words);
    await closeQuiet(watched);
  });

  test('runs nothing and asks for nothing, whatever the Markdown holds', async () => {
    const opensFence = (text: string) => /^(?:`{3}|~{3})/m.test(text);
    const short = hostileTexts.filter((text) => text.length < 4000);
    const hostile = [...short.filter((text) => !opensFence(text)), ...short.filter(opensFence)];
    const findings = hostile.map((text, at) => {
      const line = text.replace(/[\r\n]+/g, ' ');
      return `S${at + 1}. **${line}** — \`${line}\` [Claude, ${line}] (${line})\n\n${text}\n`;
    });
    const head = `# Deep Review: ${hostile[0]}\n\n| | |\n|---|---|\n| **Verdict** | **Rework** — ${hostile[2]} |\n| **PR** | [#1](javascript:alert(1)) — ${hostile[3]} |\n| **Repo** | [a/b](https://evil.example/"><script>alert(1)</script>/x) |\n`;
    const watched = await open(`${head}\n## Suggestions\n\n${findings.join('\n')}`);
    expect(await watched.page.locator('.finding').count()).toBeGreaterThan(15);
    await closeQuiet(watched);
  });
});
