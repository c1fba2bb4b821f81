import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createReportFixture } from '../support/report-fixture.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

vi.setConfig({ testTimeout: 120_000 });

const fixtures = resolve(import.meta.dirname, '../fixtures/foreign');
const file = '20260601-101500-pr-12';
const golden = resolve(import.meta.dirname, '../fixtures/render/report.v1.json');

let folder: string;
beforeEach(() => {
  folder = temporaryDirectory();
  copyFileSync(join(fixtures, `${file}.md`), join(folder, `${file}.md`));
});

const render = async (...words: string[]) =>
  await runCli(['render', ...words], { cwd: folder, home: join(folder, '.home') });

/** One line that says what, one that says what to do, exit code 2, nothing on stdout. */
function expectRefusal(result: CliResult, message: RegExp, hint: RegExp): void {
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 2, stdout: '' });
  const [what = '', todo = '', ...rest] = result.stderr.split('\n');
  expect(what).toMatch(message);
  expect(todo).toMatch(/^ {2}→ /);
  expect(todo).toMatch(hint);
  expect(rest).toEqual(['']);
}

describe('render of a Markdown report', () => {
  test('writes page and JSON beside it, and again over its own', async () => {
    for (const _ of [1, 2]) {
      const result = await render(`${file}.md`);
      expect(result).toEqual({ code: 0, stdout: `${join(folder, `${file}.html`)}\n`, stderr: '' });
    }
    const json = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));
    expect(json).toMatchObject({ format: 'deep-review foreign report', schemaVersion: 1, kind: 'report' });
    expect(json.findings.map(({ id }: { id: string }) => id)).toEqual(['I1', 'I2', 'S1', 'S2']);
    expect(readFileSync(join(folder, `${file}.html`), 'utf8')).toContain('</html>');
  });

  test('--out names another folder, --json prints what was written', async () => {
    const out = join(folder, 'pages', 'new');
    const result = await render(`${file}.md`, '--out', out, '--json');
    expect(JSON.parse(result.stdout)).toEqual({
      html: join(out, `${file}.html`),
      json: join(out, `${file}.json`),
      kind: 'report',
    });
    expect(readdirSync(out).sort()).toEqual([`${file}.html`, `${file}.json`]);
  });

  test.each(['html', 'json'])('never writes over a .%s that is not its own', async (ending) => {
    const path = join(folder, `${file}.${ending}`);
    writeFileSync(path, '<p>mine</p>');
    expectRefusal(await render(`${file}.md`), /is there already, and this command did not write it/, /--out/);
    expect(readFileSync(path, 'utf8')).toBe('<p>mine</p>');
    expect(
      readdirSync(folder)
        .filter((name) => name !== '.home')
        .sort(),
    ).toEqual([...[`${file}.${ending}`, `${file}.md`].sort()]);
  });

  test('of a file that is no report gives the document, and says so', async () => {
    copyFileSync(join(fixtures, 'notes.md'), join(folder, 'notes.md'));
    const result = await render('notes.md');
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/no report of the format/);
    expect(readFileSync(join(folder, 'notes.html'), 'utf8')).toContain('no report of the format');
  });

  test('is refused for what made it: a JSON of its own', async () => {
    await render(`${file}.md`);
    expectRefusal(await render(`${file}.json`), /was made from a Markdown report/, /render that report/);
  });
});

describe('what cannot be rendered is refused without waiting', () => {
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);

  test.each<[string, string, () => void, RegExp, RegExp]>([
    [
      'a file that is not there',
      'none.md',
      () => undefined,
      /cannot read \S*none\.md: ENOENT: no such file or directory$/m,
      /report\.json/,
    ],
    ['a folder', 'd.md', () => mkdirSync(join(folder, 'd.md')), /it is a folder/, /index DIR/],
    [
      'a pipe',
      'p.json',
      () => execFileSync('mkfifo', [join(folder, 'p.json')]),
      /no plain file/,
      /report\.json/,
    ],
    [
      'a pipe as Markdown',
      'p.md',
      () => execFileSync('mkfifo', [join(folder, 'p.md')]),
      /no plain file/,
      /./,
    ],
    ['an empty file', 'e.md', () => write('e.md', ''), /it is empty/, /report in Markdown/],
    ['an empty JSON', 'e.json', () => write('e.json', ''), /it is empty/, /report\.json/],
    ['no UTF-8', 'u.md', () => write('u.md', Buffer.from([0x23, 0xff, 0xfe])), /no text in UTF-8/, /UTF-8/],
    ['a binary file', 'b.md', () => write('b.md', '# x\0y'), /no text in UTF-8/, /UTF-8/],
    ['no JSON', 'n.json', () => write('n.json', '# Deep Review'), /is not JSON/, /in Markdown/],
    ['another JSON', 'o.json', () => write('o.json', '{"a": 1}'), /is not a report/, /report\.json/],
    [
      'a report that was cut off',
      't.json',
      () => write('t.json', readFileSync(golden).subarray(0, 5000)),
      /is not JSON/,
      /cut off/,
    ],
    [
      'a report of a newer version',
      'v.json',
      () => write('v.json', readFileSync(golden, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 9')),
      /has schema version 9; this program reads up to version 1/,
      /newer one/,
    ],
  ])('%s', async (_name, name, make, message, hint) => {
    make();
    expectRefusal(await render(name), message, hint);
  });

  test('a Markdown file of 100 MB', async () => {
    write('large.md', '# Deep Review: large\n');
    truncateSync(join(folder, 'large.md'), 100_000_000);
    expectRefusal(await render('large.md'), /it has 95 MiB, and 8\.0 MiB are the most/, /report in Markdown/);
  });
});

describe('render of a report.json', () => {
  const fixture = createReportFixture();
  afterAll(() => fixture.remove());

  test('still makes all renderings', async () => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(fixture.report));
    const result = await render('report.json', '--json');
    expect(result.code).toBe(0);
    expect(Object.keys(JSON.parse(result.stdout))).toEqual(['kind', 'html', 'markdown', 'summary', 'sarif']);
  });
});
