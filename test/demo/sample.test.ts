import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findPackageDirectory } from '../../src/config.ts';
import { parseReport } from '../../src/render/parse-report.ts';
import { makeSample, sampleFiles } from './make-sample.ts';

const kept = join(findPackageDirectory(), 'reports', 'sample');
const minutes = 60_000;
let made: Map<string, string>;
beforeAll(async () => {
  made = await make();
}, 4 * minutes);

async function make(): Promise<Map<string, string>> {
  const out = mkdtempSync(join(tmpdir(), 'deep-review-sample-test-'));
  try {
    await makeSample(out, AbortSignal.timeout(4 * minutes));
    return readFiles(out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function readFiles(folder: string): Map<string, string> {
  return new Map(sampleFiles.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('the sample report', () => {
  test('is the demonstration’s, and says that its sessions are recorded and its times not measured', () => {
    const report = parseReport(made.get('report.json') ?? '');
    expect(report.run).toMatchObject({ id: '20260416-094300-keep-alive', status: 'complete' });
    expect(report.counts.critical).toBe(2);
    for (const name of ['report.md', 'report.html', 'summary.md']) {
      expect(made.get(name)).toContain('the sessions of Claude, Codex and Gemini are recorded');
      expect(made.get(name)).toContain('Its times are not measured');
    }
  });

  test('is the same when it is made again', { timeout: 4 * minutes }, async () => {
    expect(await make()).toEqual(made);
  });

  test('under reports/sample is current; to renew it: npm run sample', () => {
    expect(readFiles(kept)).toEqual(made);
  });
});
