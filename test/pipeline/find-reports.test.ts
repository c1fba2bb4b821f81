import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findReports } from '../../src/pipeline/find-reports.ts';

test('what a link leads to is not listed: neither a file outside of the folder nor a folder', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'find-reports-'));
  try {
    const folder = join(scratch, 'reports');
    mkdirSync(folder);
    writeFileSync(join(scratch, 'outside.md'), '# Outside\n');
    writeFileSync(join(folder, 'own.md'), '# Own\n');
    symlinkSync('../outside.md', join(folder, 'file.md'));
    symlinkSync('..', join(folder, 'folder'));
    expect(await findReports(folder, new AbortController().signal)).toEqual({
      found: [{ kind: 'markdown', path: 'own.md' }],
      notices: [],
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
