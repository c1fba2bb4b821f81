import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { beforeAll, describe, expect, test } from 'vitest';
import { ForeignReport } from '../../../src/domain/foreign-report.ts';
import { renderForeign } from '../../../src/render/foreign/render-foreign.ts';
import { readForeignReport } from '../../../src/render/read/read-foreign-report.ts';
import { loadTemplates, type Templates } from '../../../src/render/templates.ts';
import { compareWords } from '../../support/compare-words.ts';
import { countFindingHeads } from '../../support/count-finding-heads.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/foreign');
const files = readdirSync(fixtures).sort();
const fixture = (name: string) => readFileSync(join(fixtures, name), 'utf8');

let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates(resolve(import.meta.dirname, '../../../templates'));
});

async function render(text: string, file = 'x.md', limits?: { slowMs: number }) {
  const report = readForeignReport({ file, text, tool: { name: 'deep-review', version: '0.0.0' } });
  return { report, ...(await renderForeign(report, templates, limits)) };
}

function missingWords({ report, html }: { report: ForeignReport; html: string }) {
  return compareWords(report, html).filter(({ missing }) => missing.length > 0);
}

/** Markup of the page that could do something: none but our one script, one style and links to the web or the page. */
function aliveMarkup(html: string): string[] {
  const page = html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<script>[\s\S]*?<\/script>(?=\s*<\/body>)/, '')
    .replace(/<link rel="icon" href="data:image\/svg\+xml,[^"]*">/, '');
  const tags = page.match(/<[a-z][^>]*>/gi) ?? [];
  return tags.filter(
    (tag) =>
      /^<(?:script|style|iframe|img|svg|object|embed|form|base|link|video|audio|template)\b/i.test(tag) ||
      /\s(?:on\w+|style|srcdoc|src|action|formaction)\s*=/i.test(tag) ||
      /\shref="(?!https?:\/\/|#)/i.test(tag),
  );
}

describe.each(files)('%s', (file) => {
  test('has every word in its part of the page, and every finding by its heading', async () => {
    const rendered = await render(fixture(file), file);
    expect(missingWords(rendered)).toEqual([]);
    expect(rendered.html).not.toMatch(/<(em|strong)>\s*<\/\1>/);
    expect(aliveMarkup(rendered.html)).toEqual([]);
    expect(ForeignReport.parse(JSON.parse(rendered.json))).toEqual(rendered.report);
    if (file !== 'by-hand.md' && file !== 'notes.md' && file !== 'open-fence.md')
      expect(rendered.report.findings).toHaveLength(countFindingHeads(fixture(file)));
  });

  test('conforms to HTML, has no id twice and no link to nowhere', async () => {
    const { html } = await render(fixture(file), file);
    const rules = { 'long-title': 'off', 'no-inline-style': 'error' } as const;
    const validator = new HtmlValidate(
      new StaticConfigLoader({ extends: ['html-validate:standard'], rules }),
    );
    const { results } = await validator.validateString(html);
    const messages = results.flatMap((result) => result.messages);
    expect(messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`)).toEqual([]);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });
});

describe('the page of a foreign report', () => {
  test('links places only to the one commit it names, and only paths that its findings name', async () => {
    const { html } = await render(fixture('20260601-101500-pr-12.md'));
    const blob = 'https://github.com/acme/depot/blob/1a2b3c4';
    expect(html).toContain(`<a href="${blob}/loader/run.go#L30"`);
    expect(html).toContain(`<a href="${blob}/loader/close.go#L9"`);
    const two = fixture('20260601-101500-pr-12.md').replace('| `1a2b3c4`', '| `9f8e7d6` Before<br>`1a2b3c4`');
    expect((await render(two)).html).not.toContain('/blob/');
  });

  test('folds the raw reviews of the appendix, one for each reviewer', async () => {
    const { html } = await render(fixture('20260601-101500-pr-12.md'));
    const folds = [...html.matchAll(/<details class="fold">\s*<summary>([^<]*)<\/summary>/g)].map(
      ([, heading]) => heading,
    );
    expect(folds).toEqual(['[Claude] — Pass 1', '[Codex] — Pass 1']);
  });

  test('of a file that is no report is the document, with a notice', async () => {
    const { html } = await render(fixture('notes.md'));
    expect(html).toContain('This file is no report of the format');
    expect(html).not.toContain('class="finder"');
    expect(html).not.toContain('class="verdict');
  });

  test('leaves long code whole', async () => {
    const code = Array.from({ length: 900 }, (_, at) => `line${at} ${'x'.repeat(at === 5 ? 3000 : 1)}`);
    const rendered = await render(`# Review\n\n## Code\n\n\`\`\`go\n${code.join('\n')}\n\`\`\`\n`);
    expect(missingWords(rendered)).toEqual([]);
  });

  test('shows Markdown as typed once reading it has taken too long', async () => {
    const text = `# Review\n\n## One\n\n**bold** one\n\n## Two\n\n**bold** two\n`;
    const rendered = await render(text, 'x.md', { slowMs: -1 });
    expect(rendered.html).toContain('**bold** two');
    expect(missingWords(rendered)).toEqual([]);
  });
});

describe('whatever a report holds', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const text = fc.oneof(
    word,
    word.map((one) => `\`${one}\``),
    word.map((one) => `**${one}**`),
    fc.tuple(word, word).map(([a, b]) => `[${a}](https://${b}.example "${a}")`),
    fc.tuple(word, word).map(([a, b]) => `![${a}](${b}.png "${b}")`),
    fc.constantFrom(...hostileTexts.filter((one) => one.length < 3000)),
  );
  const line = fc.array(text, { minLength: 1, maxLength: 6 }).map((all) => all.join(' '));
  const block = fc.oneof(
    line,
    line.map((one) => `- ${one}\n  - ${one}`),
    line.map((one) => `1. ${one}\n\n   ${one}`),
    line.map((one) => `> ${one}`),
    line.map((one) => `\`\`\`go\n${one}\n\`\`\``),
    line.map((one) => `\`\`\`diff\n+${one}\n-${one}\n${one}\n\`\`\``),
    line.map((one) => `| a | b |\n|---|---|\n| ${one} | x |`),
    line.map((one) => `### ${one}`),
    fc.tuple(word, line).map(([id, one]) => `[${id}]: ${one}`),
    line.map((one) => `<div>${one}</div>`),
  );
  const blocks = fc.array(block, { maxLength: 5 }).map((all) => all.join('\n\n'));
  const report = fc
    .record({ title: line, value: line, first: line, body: blocks, rest: blocks })
    .map(
      ({ title, value, first, body, rest }) =>
        `# Deep Review: x\n\n| | |\n|---|---|\n| **Verdict** | **Rework** |\n| **Branch** | ${value.replace(/\s*[\r\n|]+\s*/g, ' ')} |\n\n## Executive Summary\n\n${rest}\n\n## Critical Issues\n\nC1. **${title.replace(/[\r\n*]+/g, ' ')}** — \`a/b.go:1\` [Claude] ${first.replace(/[\r\n]+/g, ' ')}\n\n${body}\n\n## Notes\n\n${rest}\n`,
    );

  test('no word of it is lost, and nothing of it is alive', async () => {
    await fc.assert(
      fc.asyncProperty(report, async (markdown) => {
        const rendered = await render(markdown);
        expect(missingWords(rendered)).toEqual([]);
        expect(aliveMarkup(rendered.html)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
