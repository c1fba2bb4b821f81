import { resolve } from 'node:path';
import fc from 'fast-check';
import { Marked, type Token, type Tokens } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { buildReport } from '../../src/render/build/build-report.ts';
import { renderMarkdown } from '../../src/render/markdown/render-markdown.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates, type Templates } from '../../src/render/templates.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';
import { hostileReport } from './hostile/hostile-rows.ts';
import { randomRun } from './random-run.ts';

let fixture: ReportFixture;
let templates: Templates;
beforeAll(async () => {
  fixture = createReportFixture();
  templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
});
afterAll(() => fixture.remove());

const render = (report: Report, sources = noSources) => renderMarkdown({ report, sources, templates });

/** What GitHub would show otherwise than it is meant: broken folds, tables, links of the page, fences. */
function mistakes(markdown: string): string[] {
  const tokens = new Marked({ gfm: true }).lexer(markdown);
  return [...brokenFolds(tokens), ...brokenTables(markdown, tokens), ...deadLinks(markdown, tokens)];
}

/** A fold's Markdown is read only behind an empty line, and a fold that stays open swallows the rest. */
function brokenFolds(tokens: readonly Token[]): string[] {
  const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw);
  const opened = html.filter((raw) => raw.includes('<details>'));
  const closed = html.filter((raw) => raw.includes('</details>'));
  const odd = opened.filter((raw) => !/^<details>\n<summary>.+<\/summary>\s*$/.test(raw));
  return [
    ...(opened.length === closed.length ? [] : [`${opened.length} folds open, ${closed.length} close`]),
    ...odd.map((raw) => `odd fold: ${raw.slice(0, 80)}`),
  ];
}

/** GitHub drops the cells of a row beyond the header's, and shows lines with pipes that are no table as text. */
function brokenTables(markdown: string, tokens: readonly Token[]): string[] {
  const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table');
  const rows = tables.flatMap((table) =>
    table.raw
      .trim()
      .split('\n')
      .map((row) => ({ row, table })),
  );
  const uneven = rows.filter(({ row, table }) => countCells(row) !== table.header.length);
  const loose = tokens.filter(({ type, raw }) => type === 'paragraph' && /^\|.*\|$/m.test(raw));
  const rules = markdown.match(/^\|(?: ?:?---:? ?\|)+$/gm)?.length ?? 0;
  return [
    ...uneven.map(({ row }) => `uneven row: ${row.slice(0, 80)}`),
    ...loose.map(({ raw }) => `no table: ${raw.slice(0, 80)}`),
    ...(rules < tables.length ? [`${tables.length} tables, ${rules} rules`] : []),
  ];
}

function countCells(row: string): number {
  return row.replace(/\\[\\|]/g, '').split('|').length - 2;
}

function deadLinks(markdown: string, tokens: readonly Token[]): string[] {
  const targets = new Set([...markdown.matchAll(/<a id="([\w-]+)"><\/a>/g)].map(([, id = '']) => id));
  const dead: string[] = [];
  void new Marked().walkTokens([...tokens], (token) => {
    if (token.type !== 'link' || !token.href.startsWith('#')) return;
    if (!targets.has(token.href.slice(1))) dead.push(`link to nothing: ${token.href}`);
  });
  return dead;
}

describe('report.md on GitHub', { timeout: 120_000 }, () => {
  test('has folds that close, tables that are even, and links that lead somewhere', async () => {
    expect(mistakes(await render(fixture.report, fixture.sources))).toEqual([]);
    expect(mistakes(await render(hostileReport(fixture.report)))).toEqual([]);
  });

  test('has them for whatever run', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (input) => {
        expect(mistakes(await render(buildReport(input)))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('is looked at by a test that sees such mistakes', () => {
    const fold = '<details>\n<summary>a</summary>\n\nb\n\n</details>';
    expect(mistakes(fold)).toEqual([]);
    expect(mistakes(fold.replace('</summary>\n', '</summary>'))).toHaveLength(1);
    expect(mistakes(`${fold}\n\n<details>\n<summary>a</summary>\n\nc`)).toEqual(['2 folds open, 1 close']);
    expect(mistakes('| a | b |\n|---|---|\n| 1 | 2 | 3 |')).toHaveLength(1);
    expect(mistakes('| a | b |\n|---|\n| 1 | 2 |')).toHaveLength(1);
    expect(mistakes('[x](#I1)')).toEqual(['link to nothing: #I1']);
  });
});
