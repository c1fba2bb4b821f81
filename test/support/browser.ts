import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A page that is cut off from the network and writes down everything it tries. */
export interface WatchedPage {
  page: Page;
  /** Addresses asked for, the page's own file excepted. */
  requests: string[];
  /** Console messages, page errors and dialogs, each with its kind in front. */
  messages: string[];
  close(): Promise<void>;
}

export interface PageOptions {
  width: number;
  colorScheme: 'light' | 'dark';
  /** Default true. */
  javaScript?: boolean;
}

/** Debian's Chromium without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

/** Opens an HTML text from a file of its own, as a person would. */
export async function openPage(browser: Browser, html: string, options: PageOptions): Promise<WatchedPage> {
  const directory = mkdtempSync(join(tmpdir(), 'report-page-'));
  const file = join(directory, 'report.html');
  writeFileSync(file, html);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.colorScheme,
    javaScriptEnabled: options.javaScript ?? true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const messages: string[] = [];
  await page.route('**/*', (route) => (route.request().url() === address ? route.continue() : route.abort()));
  page.on('request', (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  page.on('console', (message) => messages.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
  page.on('dialog', async (dialog) => {
    messages.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(address);
  return {
    page,
    requests,
    messages,
    async close() {
      await context.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
