import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findPackageDirectory } from '../../src/config.ts';
import { openPage, startBrowser } from '../support/browser.ts';
import { readScriptOptions } from '../support/read-script-options.ts';
import { makeSample, sampleFiles } from './make-sample.ts';

const usage = `usage: npm run sample -- [--out DIR] [--picture]

Makes the sample report anew, in reports/sample/ of this repository or in DIR: what npm run demo prints, with times
that are the same on every machine. --picture takes report.png of the top of its page, with Chromium.
Exit: 0, or 2 for wrong usage.`;

const options = readScriptOptions(usage, {
  out: { type: 'string' },
  picture: { type: 'boolean', default: false },
});
const out = resolve(options.out ?? `${findPackageDirectory()}/reports/sample`);
await makeSample(out, new AbortController().signal);
if (options.picture) await takePicture();
const made = [...sampleFiles, ...(options.picture ? ['report.png'] : [])];
process.stdout.write(made.map((name) => `${resolve(out, name)}\n`).join(''));

/** The README shows it; pixels differ between machines, so that no test compares them. */
async function takePicture(): Promise<void> {
  const browser = await startBrowser();
  try {
    const html = readFileSync(resolve(out, 'report.html'), 'utf8');
    const { page, close } = await openPage(browser, html, { width: 1280, colorScheme: 'light' });
    writeFileSync(resolve(out, 'report.png'), await page.screenshot());
    await close();
  } finally {
    await browser.close();
  }
}
