import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import sanitizeHtml from 'sanitize-html';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { renderHtml } from '../../src/render/html/render-html.ts';
import { noSources } from '../../src/render/source/source-reader.ts';
import { loadTemplates, type Templates } from '../../src/render/templates.ts';
import { hostileReports } from '../support/hostile-texts.ts';
import { createReportFixture, type ReportFixture } from '../support/report-fixture.ts';

let fixture: ReportFixture;
let templates: Templates;
let html: string;
beforeAll(async () => {
  fixture = createReportFixture();
  templates = await loadTemplates(resolve(import.meta.dirname, '../../templates'));
  html = await renderHtml({ report: fixture.report, sources: fixture.sources, templates });
});
afterAll(() => fixture.remove());

describe('report.html', () => {
  test('brings its own policy, which names exactly its own style and script', () => {
    const style = between(html, '<style>', '</style>');
    const script = between(html, '<script>', '</script>');
    const digest = (text: string) => createHash('sha256').update(text).digest('base64');
    const policy = `default-src 'none'; style-src 'sha256-${digest(style)}'; script-src 'sha256-${digest(script)}'; img-src data:; base-uri 'none'; form-action 'none'`;
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${policy}">`);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.match(/<style/g)).toHaveLength(1);
  });

  test('conforms to HTML, whatever the texts are', async () => {
    const [report = fixture.report] = hostileReports(fixture.report);
    const hostile = await renderHtml({ report, sources: noSources, templates });
    const rules = { 'long-title': 'off', 'no-inline-style': 'error' } as const;
    const loader = new StaticConfigLoader({ extends: ['html-validate:standard'], rules });
    const validator = new HtmlValidate(loader);
    for (const page of [html, hostile]) {
      const { results } = await validator.validateString(page);
      const messages = results.flatMap((result) => result.messages);
      expect(messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`)).toEqual([]);
    }
  });

  test('says the verdict first, and then what limits it', () => {
    const places = ['<h1', 'id="verdict-heading"', 'class="notice"', 'class="meta"'].map((part) =>
      html.indexOf(part),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('gives the reason of a verdict once in a trail, where the ledger repeats it', async () => {
    const reason = 'Said by the verdict and by the ledger, word for word';
    const { findings, ledger } = fixture.report;
    const [first] = findings;
    const report: Report = {
      ...fixture.report,
      findings: findings.map((one) => (one === first ? { ...one, verdictReason: reason } : one)),
      ledger: {
        ...ledger,
        entries: ledger.entries.map((one) =>
          first?.members.includes(one.key) && one.fate.fate === 'kept' ? { ...one, reason } : one,
        ),
      },
    };
    const page = await renderHtml({ report, sources: noSources, templates });
    expect(between(page, '<article class="finding" id="C1"', '</article>').split(reason)).toHaveLength(2);
  });

  test('is made of known elements and attributes only, without any handler or inline style', () => {
    expect(unknownMarkup(html)).toEqual([]);
  });

  test('has an anchor for every finding, by label and by stable name, and no id twice', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { label, shortId } of fixture.report.findings) {
      expect(ids).toContain(label);
      expect(ids).toContain(shortId);
    }
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('cuts code from git with real numbers, five lines around, the cited ones marked', () => {
    const [, figure = ''] = html.split('<article class="finding" id="C1"');
    const numbers = [
      ...between(figure, '<pre', '</pre>').matchAll(/<(mark|span) class="line" data-n="(\d+)"/g),
    ];
    expect(numbers.map(([, tag, number]) => `${number}${tag === 'mark' ? '*' : ''}`)).toEqual([
      ...['43', '44', '45', '46', '47', '48*', '49*', '50*', '51', '52', '53', '54', '55'],
    ]);
    const { sha } = fixture.report.change.head;
    expect(figure).toContain(
      `<a href="https://github.com/example/lantern/blob/${sha}/internal/cache/store.go#L48-L50" rel="noopener noreferrer">internal/cache/store.go<span class="lines">:48-50</span></a>`,
    );
  });

  test('shows places of one file that are near each other in one excerpt', () => {
    const [, figure = ''] = html.split('<article class="finding" id="C2"');
    expect(between(figure, '<figcaption>', '</figcaption>')).toContain(
      'scripts/release.sh<span class="lines">:7</span>, 4</a>',
    );
    expect(between(figure, '<pre', '</pre>').match(/<mark/g)).toHaveLength(2);
  });

  test('links nowhere when the repository has no address, or the head is no commit', async () => {
    const { change } = fixture.report;
    const local = {
      ...fixture.report,
      change: { ...change, repository: { ...change.repository, url: null } },
    };
    const page = await renderHtml({ report: local, sources: fixture.sources, templates });
    expect(page.match(/href="https?:/g)).toBeNull();
    const dirty: Report = { ...fixture.report, change: { ...change, headKind: 'work-tree' } };
    const other = await renderHtml({ report: dirty, sources: fixture.sources, templates });
    expect(other).not.toContain(`/blob/${change.head.sha}/`);
  });

  test('leads from numbers and commits to where they are, and says what the change knows of them', async () => {
    const { change, findings } = fixture.report;
    const [first] = findings;
    const [commit] = change.commits;
    if (first === undefined || commit === undefined) throw new Error('the fixture has findings and commits');
    const explanation = `Since ${commit.sha.slice(0, 9)} of #42, as #7 and #8 say; 1234567 is nothing known.`;
    const { pullRequest } = change;
    if (pullRequest === null) throw new Error('the fixture has a pull request');
    const report: Report = {
      ...fixture.report,
      findings: [{ ...first, explanation }],
      change: {
        ...change,
        pullRequest: { ...pullRequest, state: 'merged', locked: true },
        linked: [
          { number: 8, kind: 'pull-request', title: 'A <b>', state: 'closed', url: 'x', willClose: false },
        ],
      },
    };
    const page = await renderHtml({ report, sources: fixture.sources, templates });
    const prose = between(page.slice(page.indexOf('id="C1"')), '<div class="prose">', '</div>');
    const address = 'https://github.com/example/lantern';
    expect(prose).toBe(
      `<p>Since <a href="${address}/commit/${commit.sha}" title="${commit.subject}" rel="noopener noreferrer"><code>${commit.sha.slice(0, 9)}</code></a> of <a href="${address}/pull/42" title="merged: Evict old entries and refresh sessions" rel="noopener noreferrer">#42</a>, as <a href="${address}/issues/7" rel="noopener noreferrer">#7</a> and <a href="${address}/pull/8" title="closed: A &lt;b&gt;" rel="noopener noreferrer">#8</a> say; 1234567 is nothing known.</p>\n`,
    );
    expect(page).toContain(`>#42</a> — Evict old entries and refresh sessions (merged, locked)`);
  });

  test('holds what the reviewers were told, once for those that were told the same', async () => {
    expect(html).toContain(
      '<summary>What Claude, Codex and Gemini had been told</summary>\n<pre class="told" tabindex="0">Read the change.\n\n- Quote what you find.\n</pre>',
    );
    const { instructions: _, ...older } = fixture.report;
    const page = await renderHtml({ report: older, sources: fixture.sources, templates });
    expect(page).not.toContain('had been told');
  });

  test('tells code that is not there from code that cannot be read', async () => {
    const [first] = fixture.report.findings;
    if (first === undefined) throw new Error('the fixture has findings');
    const at = (path: string, line: number) => ({
      ...fixture.report,
      findings: [{ ...first, locations: [{ path, startLine: line, endLine: line, side: 'head' as const }] }],
    });
    const page = (report: Report, sources = fixture.sources) => renderHtml({ report, sources, templates });
    expect(await page(at('gone.go', 1))).toContain('Not found: there is no such file at');
    expect(await page(at('docs/cache.md', 900))).toContain(
      'Not found: docs/cache.md has 3 lines, none of them 900.',
    );
    expect(await page(at('docs/cache.md', 1), noSources)).toContain(
      'The code could not be shown: the repository is not at hand.',
    );
  });

  test('is the same for the same report', async () => {
    expect(await renderHtml({ report: fixture.report, sources: fixture.sources, templates })).toBe(html);
  });

  test('keeps its shape whatever the texts are', async () => {
    for (const report of hostileReports(fixture.report)) {
      const page = await renderHtml({ report, sources: noSources, templates });
      expect(unknownMarkup(page)).toEqual([]);
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/[\u202E\u200B\u2066\u0000\u001b]|\u{E0041}/u);
    }
  });
});

const known: Record<string, readonly string[]> = {
  a: ['href', 'rel', 'class', 'id', 'title'],
  article: [
    ...['class', 'id', 'aria-labelledby', 'data-severity', 'data-reviewers', 'data-verdict', 'data-files'],
  ],
  button: [
    ...['type', 'class', 'disabled', 'data-filter', 'data-value'],
    ...['aria-pressed', 'aria-haspopup', 'aria-keyshortcuts'],
  ],
  dialog: ['class', 'aria-labelledby'],
  input: [
    ...['type', 'class', 'placeholder', 'aria-label', 'aria-keyshortcuts', 'autocomplete', 'spellcheck'],
    'checked',
  ],
  select: ['class', 'data-filter', 'aria-label'],
  option: ['value'],
  details: ['class', 'id', 'open'],
  html: ['lang'],
  link: ['rel', 'href'],
  li: ['class', 'data-for'],
  mark: ['class', 'data-n'],
  ins: ['class', 'data-n'],
  del: ['class', 'data-n'],
  meta: ['charset', 'http-equiv', 'content', 'name'],
  ol: ['class', 'start'],
  pre: ['class', 'tabindex'],
  span: ['class', 'data-n', 'aria-hidden'],
  th: ['scope'],
  div: ['class', 'id', 'hidden', 'tabindex', 'role', 'aria-label'],
  p: ['class', 'role'],
  section: ['id', 'class', 'aria-labelledby'],
  nav: ['class', 'aria-label'],
  main: ['id'],
  header: ['class'],
  footer: ['class'],
  figure: ['class', 'data-copy'],
  figcaption: ['id'],
  svg: ['role', 'aria-labelledby', 'aria-describedby', 'width', 'height'],
  desc: ['id'],
  rect: ['class', 'x', 'y', 'width', 'height', 'rx'],
  circle: ['class', 'cx', 'cy', 'r'],
  line: ['class', 'x1', 'x2', 'y1', 'y2'],
  path: ['class', 'd'],
  text: ['class', 'x', 'y', 'dy', 'text-anchor'],
  h1: [],
  h2: ['id'],
  h3: ['id'],
  code: ['class'],
  ul: ['class'],
  dl: ['class'],
  table: ['class'],
  tr: ['class'],
  td: ['class'],
};
const bare =
  'head title style body script summary b kbd label strong em blockquote br hr thead tbody dt dd h4'.split(
    ' ',
  );

/** Elements and attributes that the templates do not write, and addresses that are neither http(s) nor of the page. */
function unknownMarkup(page: string): string[] {
  const found = new Set<string>();
  sanitizeHtml(page, {
    allowedTags: false,
    allowedAttributes: false,
    allowVulnerableTags: true,
    onOpenTag: (name: string, attributes: Record<string, string>) => {
      const allowed = bare.includes(name) ? [] : known[name];
      if (allowed === undefined) found.add(`<${name}>`);
      for (const [key, value] of Object.entries(attributes)) {
        if (!(allowed ?? []).includes(key)) found.add(`${name}[${key}]`);
        if (key === 'href' && !/^(?:https?:\/\/|#[\w-]+$)/.test(value) && name !== 'link')
          found.add(`href=${value.slice(0, 80)}`);
      }
    },
  });
  return [...found];
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, text.indexOf(end, from));
}
