import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

vi.setConfig({ testTimeout: 120_000 });

const fixtures = resolve(import.meta.dirname, '../fixtures/foreign');
const golden = resolve(import.meta.dirname, '../fixtures/render/report.v1.json');

let folder: string;
beforeEach(() => {
  folder = temporaryDirectory();
});

const index = async (...words: string[]) =>
  await runCli(['index', ...words], { cwd: folder, home: join(folder, '.home') });

interface Entry {
  path: string;
  kind: string;
  page: string | null;
  note: string;
}

function entriesOf(stdout: string): Entry[] {
  return JSON.parse(stdout).entries;
}

function write(path: string, content: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

test('lists runs, Markdown reports and what cannot be read, each with its page or the reason', async () => {
  const report = readFileSync(golden, 'utf8');
  cpSync(fixtures, join(folder, 'reports/old'), { recursive: true });
  write('reports/acme/depot/20260601-101500-main/run.json', '{}');
  write('reports/acme/depot/20260601-101500-main/render/report.json', report);
  write('reports/acme/depot/20260601-101500-main/render/report.html', '<!doctype html>');
  write('reports/acme/depot/20260602-101500-main/run.json', '{}');
  write('reports/acme/depot/20260603-101500-main/run.json', '{}');
  write('reports/acme/depot/20260603-101500-main/render/report.json', report.slice(0, 900));
  write('reports/copied/report.json', report.replace('"schemaVersion": 1', '"schemaVersion": 7'));
  write('reports/copied/report.md', '# Deep Review: its own rendering\n');
  write('reports/empty.md', '');
  write('reports/large.md', '# Deep Review: large\n');
  truncateSync(join(folder, 'reports/large.md'), 100_000_000);
  write('reports/package.json', '{"name": "not ours"}');
  write('reports/.hidden/x.md', '# Deep Review: hidden\n');
  execFileSync('mkfifo', [join(folder, 'reports/pipe.md')]);
  symlinkSync(join(folder, 'reports/old'), join(folder, 'reports/link'));

  const socket = createServer();
  await new Promise<void>((listening) => {
    socket.listen(join(folder, 'reports/socket.json'), listening);
  });

  const result = await index('--json');
  await new Promise((closed) => socket.close(closed));
  expect(result.code).toBe(0);
  expect(result.stderr).toBe('deep-review: 7 of 14 could not be read; the page says why\n');
  const entries = entriesOf(result.stdout);
  const rows = entries.map(({ path, kind, page, note }) => [path, kind, page, note.slice(0, 60)]);
  const runs = 'acme/depot';
  expect(rows).toEqual([
    [`${runs}/20260601-101500-main`, 'run', `${runs}/20260601-101500-main/render/report.html`, ''],
    [`${runs}/20260602-101500-main`, 'unreadable', null, 'it has no report: the run did not come to its end'],
    [`${runs}/20260603-101500-main`, 'unreadable', null, 'report.json is not JSON.'],
    ['copied/report.json', 'unreadable', null, expect.stringContaining('schema version 7')],
    ['empty.md', 'unreadable', null, 'cannot read empty.md: it is empty'],
    ['large.md', 'unreadable', null, 'cannot read large.md: it has 95 MiB, and 8.0 MiB are the mos'],
    ['old/20260302-090000-dock.md', 'report', 'old/20260302-090000-dock.md', ''],
    ['old/20260601-101500-pr-12.md', 'report', 'old/20260601-101500-pr-12.md', ''],
    ['old/by-hand.md', 'report', 'old/by-hand.md', ''],
    ['old/marked.md', 'report', 'old/marked.md', ''],
    ['old/notes.md', 'document', 'old/notes.md', expect.stringContaining('no report of the format')],
    ['old/open-fence.md', 'report', 'old/open-fence.md', ''],
    ['pipe.md', 'unreadable', null, 'cannot read pipe.md: it is no plain file'],
    ['socket.json', 'unreadable', null, 'it cannot be looked into: ENXIO: no such device or address'],
  ]);
  const page = readFileSync(join(folder, 'reports/index.html'), 'utf8');
  expect(page.match(/<tr class="index-/g)).toHaveLength(14);
  expect(page).toContain(`<a href="./${runs}/20260601-101500-main/render/report.html">`);
});

test('leads to the page that render made, and lists the JSON that was put elsewhere', async () => {
  cpSync(join(fixtures, 'marked.md'), join(folder, 'marked.md'));
  mkdirSync(join(folder, 'pages'));
  await runCli(['render', 'marked.md'], { cwd: folder, home: join(folder, '.home') });
  await runCli(['render', 'marked.md', '--out', 'pages'], { cwd: folder, home: join(folder, '.home') });
  const entries = entriesOf((await index('.', '--out', 'list', '--json')).stdout);
  expect(entries.map(({ path, page, kind }) => [path, page, kind])).toEqual([
    ['marked.md', 'marked.html', 'report'],
    ['pages/marked.json', 'pages/marked.html', 'report'],
  ]);
  expect(readFileSync(join(folder, 'list/index.html'), 'utf8')).toContain('<a href="./../marked.html">');
});

test('writes over its own page only, and names a folder that is not there', async () => {
  write('reports/index.html', '<p>mine</p>');
  const refused = await index();
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/index\.html is there already, .*\n {2}→ choose another folder with --out/);
  expect(readFileSync(join(folder, 'reports/index.html'), 'utf8')).toBe('<p>mine</p>');
  const [first, again] = [await index('reports', '--out', 'list'), await index('reports', '--out', 'list')];
  expect([first.code, again.code, again.stdout]).toEqual([0, 0, `${join(folder, 'list/index.html')}\n`]);
  expect(readFileSync(join(folder, 'list/index.html'), 'utf8')).toContain('No report was found here.');
  const missing = await index('nowhere');
  expect([missing.code, missing.stdout]).toEqual([2, '']);
  expect(missing.stderr).toMatch(
    /cannot read \S*nowhere: ENOENT: no such file or directory\n {2}→ name the folder/,
  );
});
