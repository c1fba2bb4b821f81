import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForeignReport } from '../../src/domain/foreign-report.ts';
import { renderForeign } from '../../src/render/foreign/render-foreign.ts';
import { readForeignReport } from '../../src/render/read/read-foreign-report.ts';
import { loadTemplates } from '../../src/render/templates.ts';
import { compareWords } from '../support/compare-words.ts';
import { countFindingHeads } from '../support/count-finding-heads.ts';
import { readScriptOptions } from '../support/read-script-options.ts';

const usage = `usage: npm run test:reports -- --path DIR [--strict-from YYYYMMDD]

Reads and renders every Markdown file of a folder. A file passes when its findings are as many as its headings say, at
least 99.9 % of the words of each of its sections are in the page, and nothing of its markup is alive. Of files whose
name begins with that date or a later one (default 20260415), each finding must also have an id, a title, places, and
reviewers or the round it was carried over from.
Exit: 0, 1 when a file failed, or 2 for wrong usage.`;
const values = readScriptOptions(usage, {
  path: { type: 'string' },
  'strict-from': { type: 'string', default: '20260415' },
});
if (values.path === undefined) {
  process.stderr.write(`--path is missing\n${usage}\n`);
  process.exit(2);
}

const leastShare = 0.999;
const templates = await loadTemplates('templates');
const directory = values.path;
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.md'))
  .sort();
let failed = 0;
let findings = 0;
process.stdout.write('| file | kind | findings | sections | words | least share | ms | problems |\n');
process.stdout.write('|---|---|---:|---:|---:|---:|---:|---|\n');
for (const file of files) {
  const row = await check(file);
  if (row.problems.length > 0) failed += 1;
  findings += row.findings;
  process.stdout.write(
    `| ${file} | ${row.kind} | ${row.findings} | ${row.sections} | ${row.words} | ${row.share.toFixed(4)} | ${row.ms} | ${row.problems.join('; ')} |\n`,
  );
}
process.stdout.write(`\n${files.length} files, ${findings} findings\n`);
process.stdout.write(`${files.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && files.length > 0 ? 0 : 1;

async function check(file: string): Promise<{
  kind: string;
  findings: number;
  sections: number;
  words: number;
  share: number;
  ms: number;
  problems: string[];
}> {
  const text = await readFile(join(directory, file), 'utf8');
  const startedAt = performance.now();
  const report = readForeignReport({ file, text, tool: { name: 'deep-review', version: '0.0.0' } });
  const { html, json } = await renderForeign(report, templates);
  const ms = Math.round(performance.now() - startedAt);
  const sections = compareWords(report, html);
  const problems = sections
    .filter(({ share }) => share < leastShare)
    .map(({ heading, missing }) => `"${heading}" lacks ${missing.slice(0, 8).join(', ')}`);
  const say = (isWrong: boolean, what: string) => {
    if (isWrong) problems.push(what);
  };
  const expected = report.kind === 'report' ? countFindingHeads(text) : 0;
  say(report.findings.length !== expected, `${expected} findings by its headings`);
  say(report.kind === 'document' && report.notices.length === 0, 'a document without a notice');
  say(/<em>\s*<\/em>/.test(html), 'an empty <em>');
  say((html.match(/<script/gi) ?? []).length !== 1, 'a script that is not ours');
  say(/<[^>]*\son\w+\s*=|(?:href|src)="(?!https?:|#|data:image\/svg)/i.test(html), 'markup alive');
  say(!ForeignReport.safeParse(JSON.parse(json)).success, 'JSON that is not of its schema');
  const joined = report.sections.map(({ markdown }) => markdown).join('\n');
  say(joined !== text.replace(/\r\n?/g, '\n'), 'sections that are not the whole file');
  if (file.slice(0, 8) >= values['strict-from'] && /^\d{8}/.test(file))
    for (const { id, title, locations, reviewers, carriedOver } of report.findings) {
      say(!/^[CIS]\d+$/.test(id) || title === '', `${id} without an id or a title`);
      say(locations.length === 0, `${id} without a place`);
      say(reviewers.length === 0 && carriedOver === null, `${id} without a reviewer`);
    }
  return {
    kind: report.kind,
    findings: report.findings.length,
    sections: sections.length,
    words: sections.reduce((sum, { words }) => sum + words, 0),
    share: Math.min(1, ...sections.map(({ share }) => share)),
    ms,
    problems,
  };
}
