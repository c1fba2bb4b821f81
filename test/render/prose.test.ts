import fc from 'fast-check';
import { Marked, type Token } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { describe, expect, test } from 'vitest';
import { createProseWriter } from '../../src/render/html/prose-html.ts';
import {
  escapeCell,
  escapeCode,
  escapeHtmlLine,
  escapeInlineCode,
  escapeMarkdownLine,
} from '../../src/render/markdown/escape.ts';
import { writeProse } from '../../src/render/markdown/write-prose.ts';
import { escapeHtml } from '../../src/render/text/escape-html.ts';
import { type ProseLinks, readProse } from '../../src/render/text/prose-tokens.ts';
import { hostileTexts } from '../support/hostile-texts.ts';

const repository = 'https://github.com/o/r';
const links: ProseLinks = {
  reference: (text) => (text === 'src/a.go:3-5' ? `${repository}/blob/abc/src/a.go#L3-L5` : null),
  isOwn: (address) => address.startsWith(`${repository}/blob/`),
};
const toHtml = createProseWriter({
  links,
  code: (text, language) => `<pre>[${escapeHtml(language)}] ${escapeHtml(text)}</pre>`,
});
const toMarkdown = (text: string) => writeProse(readProse(text, links));

describe('prose as HTML', () => {
  test('keeps what Markdown is for', () => {
    expect(
      toHtml(
        'A **bold** *word* and `code`.\n\n- one\n- two\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n> quoted\n\n```go\nfunc x() {}\n```',
      ),
    ).toBe(
      '<p>A <strong>bold</strong> <em>word</em> and <code>code</code>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<table>\n<thead>\n<tr>\n<th>a</th><th>b</th></tr>\n</thead>\n<tbody><tr>\n<td>1</td><td>2</td></tr>\n</tbody></table>\n<blockquote>\n<p>quoted</p>\n</blockquote>\n<pre>[go] func x() {}</pre>',
    );
  });

  test('links places that exist, in code and in running text, and no others', () => {
    const link = `<a href="${repository}/blob/abc/src/a.go#L3-L5" rel="noopener noreferrer"><code>src/a.go<span class="lines">:3-5</span></code></a>`;
    expect(toHtml('See src/a.go:3-5, `src/a.go:3-5` and src/a.go:9.')).toBe(
      `<p>See ${link}, ${link} and src/a.go:9.</p>\n`,
    );
  });

  test('links numbers and commits that are known, with what they are called, and leaves counting alone', () => {
    const mention = (text: string) =>
      text === '#12' || text === 'abcdef1' ? { url: `${repository}/x`, title: 'open: a "b" <c>' } : null;
    const write = createProseWriter({ links: { ...links, mention }, code: (text) => text });
    const link = (label: string) =>
      `<a href="${repository}/x" title="open: a &quot;b&quot; &lt;c&gt;" rel="noopener noreferrer">${label}</a>`;
    expect(write('See #12, (#12) and `#12`; abcdef1 too.')).toBe(
      `<p>See ${link('#12')}, (${link('#12')}) and ${link('<code>#12</code>')}; ${link('<code>abcdef1</code>')} too.</p>\n`,
    );
    expect(write('Finding #12, a#12, x/#12, #123, &#35;12x, abcdef1234, #12.5 and abcdef1-x.')).not.toContain(
      '<a ',
    );
    expect(toHtml('#12')).toBe('<p>#12</p>\n');
  });

  test('shows raw HTML, images and dangerous addresses as text', () => {
    expect(toHtml('<b onclick="x()">hi</b> ![alt](https://e.example/x.png) [go](javascript:alert(1))')).toBe(
      '<p>&lt;b onclick="x()"&gt;hi&lt;/b&gt; image: alt <code>https://e.example/x.png</code> go (<code>javascript:alert(1)</code>)</p>\n',
    );
  });

  test('shows where a link leads that goes elsewhere, and does not offer it', () => {
    expect(toHtml('[github.com](https://evil.example/x) [](https://a.example) <https://b.example/>')).toBe(
      '<p>github.com (<code>https://evil.example/x</code>) <code>https://a.example</code> <code>https://b.example/</code></p>\n',
    );
  });

  test('keeps what reads like a definition of a link', () => {
    expect(toHtml('[Claude]: everything\n\n[a]: https://x.example "t"\n[a]: again\n\n[a]')).toBe(
      '<p>[Claude]: everything</p>\n<p>[a]: https://x.example "t"\n[a]: again</p>\n<p>[a]</p>\n',
    );
    expect(toMarkdown('[Claude]: everything')).toBe('\\[Claude\\]: everything');
  });

  test('loses no word, whatever is written', () => {
    fc.assert(
      fc.property(markdownish, (text) => {
        const words = text.match(/[a-z]{2,}/g) ?? [];
        const shown = readable(toHtml(text));
        expect(words.filter((word) => !shown.includes(word))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('loses nothing that Markdown would: definitions, titles, cells without a column, words behind a language', () => {
    expect(toHtml('[Claude]: agreed\n\n[Claude]: "agreed" twice')).toBe(
      '<p>[Claude]: agreed</p>\n<p>[Claude]: "agreed" twice</p>\n',
    );
    expect(toHtml('[a](https://e.example "one") [b](/x "two") ![c](d "three")')).toBe(
      '<p>a (<code>https://e.example</code>) (one) b (<code>/x</code>) (two) image: c <code>d</code> (three)</p>\n',
    );
    const table = '| a | b |\n|---|---|\n| 1 | 2 \\| 3 |\n';
    expect(toHtml(table)).toContain('<td>2 | 3</td>');
    expect(toHtml(`${table}| 1 | 2 | 3 |`)).toBe(`<pre>[] ${table.replace(/\n$/, '')}\n| 1 | 2 | 3 |</pre>`);
    expect(toHtml('```go title=x\ny\n```')).toBe('<p><code>go title=x</code></p>\n<pre>[go] y</pre>');
  });

  test('shows hidden characters, also those written as entities', () => {
    expect(toHtml('a\u202Eb &#x202E;c &rlm;d')).toBe('<p>a⟦U+202E⟧b ⟦U+202E⟧c &amp;rlm;d</p>\n');
  });

  test('gives what is too long or too deep as it is', () => {
    expect(toHtml(`**${'x'.repeat(30_000)}**`)).toBe(`<pre>[] **${'x'.repeat(30_000)}**</pre>`);
    const deep = `${'>'.repeat(19_000)}x`;
    expect(toHtml(deep)).toBe(`<pre>[] ${escapeHtml(deep)}</pre>`);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('lets nothing through: %s', (_, text) => {
    expect(forbiddenHtml(toHtml(text))).toEqual([]);
  });

  test('lets nothing through, whatever is written', () => {
    fc.assert(
      fc.property(markdownish, (text) => {
        expect(forbiddenHtml(toHtml(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('prose as Markdown', () => {
  test('keeps what Markdown is for', () => {
    const text =
      'A **bold** *word* and `code`.\n\n- one\n  - inner\n- two\n\n1. first\n\n   ```go\n   x\n   ```\n\n| a | b |\n| --- | :---: |\n| `x\\|y` | 2 |\n\n> quoted\n\n```go\nfunc x() {}\n```';
    expect(toMarkdown(text)).toBe(text);
  });

  test('turns headings into bold lines and closes what was left open', () => {
    expect(toMarkdown('# Big\n\ntext\n\n~~~\ncode')).toBe('**Big**\n\ntext\n\n```\ncode\n```');
  });

  test('puts everything GitHub would act on into code', () => {
    expect(
      toMarkdown('cc @alice (fixes #12, o/r#3), GH-4, a@b.example, https://x.example/a and www.y.example.'),
    ).toBe(
      'cc `@alice` (fixes `#12`, `o/r#3`), `GH-4`, `a@b.example`, `https://x.example/a` and `www.y.example`.',
    );
    expect(toMarkdown('\\@bob &#64;carol @<!-- -->dave')).toBe('`@bob` `@carol` @\\<!-- --\\>dave');
  });

  test('links only to the repository under review', () => {
    expect(toMarkdown('[a](https://evil.example/) [b](https://github.com/o/r/blob/abc/x) src/a.go:3-5')).toBe(
      'a (`https://evil.example/`) [b](https://github.com/o/r/blob/abc/x) [`src/a.go:3-5`](https://github.com/o/r/blob/abc/src/a.go#L3-L5)',
    );
  });

  test('keeps text that was escaped at the start of a line from becoming a block', () => {
    expect(toMarkdown('\\# a\n\\- b\n\\+ c\n1\\. d\n2\\) e\n&#35; f\n\\=\\=\\=\n\\---')).toBe(
      '\\# a\n\\- b\n\\+ c\n1\\. d\n2\\) e\n\\# f\n\\===\n\\---',
    );
  });

  test('keeps two code spans in a row apart, so that their fences do not run together', () => {
    expect(toMarkdown('`**`@a```')).toBe('`**` ```` @a``` ````');
    expect(escapeInlineCode('`x`@a')).toBe('`x` `@a`');
  });

  test('takes the command out of a line that a bot would obey', () => {
    expect(toMarkdown('/merge\n/approve')).toBe('\\/merge\n\\/approve');
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('stays in its place: %s', (_, text) => {
    expectContained(toMarkdown(text));
  });

  test('stays in its place, whatever is written', () => {
    fc.assert(
      fc.property(markdownish, (text) => expectContained(toMarkdown(text))),
      { numRuns: 500 },
    );
  });

  test('says the same when it is written twice', () => {
    fc.assert(
      fc.property(markdownish, (text) => {
        const plain = (markdown: string) => plainText(readProse(markdown, links)).replace(/\s+/g, ' ').trim();
        const once = toMarkdown(text);
        expect(plain(once)).toBe(plain(toMarkdown(once)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('one line of text', () => {
  const all = [...hostileTexts];

  test.each(all.map((text) => [text.slice(0, 40), text]))(
    'stays one line and shows what it is: %s',
    (_, text) => {
      for (const write of [escapeMarkdownLine, escapeInlineCode, escapeCode]) {
        expectContained(`before ${write(text)} after`, { blocks: 1 });
        const table = `| a | b |\n|---|---|\n| ${escapeCell(write(text))} | end |`;
        const [parsed] = new Marked({ gfm: true }).lexer(table);
        expect(parsed).toMatchObject({ type: 'table', rows: [[expect.anything(), { text: 'end' }]] });
      }
      expect(forbiddenHtml(escapeHtmlLine(text))).toEqual([]);
      expect(escapeHtmlLine(text)).not.toMatch(/\n/);
    },
  );

  test('keeps code spans of a title and nothing else', () => {
    expect(escapeInlineCode('`a|b` is **not** <b>')).toBe('`a|b` is \\*\\*not\\*\\* \\<b\\>');
    expect(escapeHtmlLine('`<a>` by @x')).toBe('<code>&lt;a&gt;</code> by <code>@x</code>');
  });
});

const pieces = [
  '**',
  '*',
  '_',
  '`',
  '```',
  '~~~',
  '\n',
  '\n\n',
  '> ',
  '- ',
  '1. ',
  '# ',
  '|',
  '---',
  '[',
  '](',
  ']: ',
  ')',
  '<',
  '>',
  '<b>',
  '</details>',
  '@a',
  '#1',
  '!',
  '\\',
  '&#64;',
  'http://x.y',
  ' ',
  '    ',
  'word',
  '=',
  '+',
  '$',
  '\u202E',
];
const markdownish = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** The text of HTML, and the languages of its blocks. */
function readable(html: string): string {
  return html.replace(/<\/?[a-z][^>]*>/g, '').replace(/&\w+;/g, '');
}

/** Elements and attributes outside of what prose may be made of. */
function forbiddenHtml(html: string): string[] {
  const found: string[] = [];
  const tags = new Set([
    'p',
    'br',
    'strong',
    'em',
    'del',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
    'hr',
    'a',
    'span',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ]);
  sanitizeHtml(html, {
    allowedTags: false,
    allowedAttributes: false,
    allowVulnerableTags: true,
    onOpenTag: (name: string, attributes: Record<string, string>) => {
      if (!tags.has(name)) found.push(`<${name}>`);
      for (const [key, value] of Object.entries(attributes)) {
        const isFine =
          (name === 'a' && key === 'href' && /^https?:\/\//.test(value)) ||
          (name === 'a' && key === 'rel') ||
          (name === 'ol' && key === 'start') ||
          (name === 'span' && key === 'class' && value === 'lines');
        if (!isFine) found.push(`${name}[${key}=${value}]`);
      }
    },
  });
  if (/[\u202E\u200B\u0000]/.test(html)) found.push('hidden characters');
  return found;
}

/** Parses the Markdown as GitHub would and expects no HTML, no picture, no foreign link, no heading, no mention. */
function expectContained(markdown: string, { blocks }: { blocks?: number } = {}): void {
  const tokens = new Marked({ gfm: true }).lexer(`${markdown}\n\n# sentinel`);
  const last = tokens.at(-1);
  expect(last).toMatchObject({ type: 'heading', text: 'sentinel' });
  if (blocks !== undefined) expect(tokens.filter(({ type }) => type !== 'space')).toHaveLength(blocks + 1);
  const wrong: string[] = [];
  void new Marked({ gfm: true }).walkTokens(tokens.slice(0, -1), (token: Token) => {
    if (token.type === 'html' || token.type === 'image' || token.type === 'heading' || token.type === 'def')
      wrong.push(`${token.type}: ${token.raw.slice(0, 60)}`);
    if (token.type === 'link' && !token.href.startsWith(`${repository}/blob/`))
      wrong.push(`link to ${token.href}`);
    if (
      token.type === 'text' &&
      !('tokens' in token && token.tokens) &&
      /(?:^|\W)@\w|(?:^|\W)#\d|\bGH-\d/i.test(token.text)
    )
      wrong.push(`mention: ${token.text.slice(0, 60)}`);
  });
  expect(wrong).toEqual([]);
}

function plainText(tokens: readonly Token[]): string {
  let text = '';
  void new Marked().walkTokens([...tokens], (token: Token) => {
    if (token.type === 'text' && !token.tokens) text += token.raw;
    if (token.type === 'codespan' || token.type === 'code') text += token.text;
  });
  return text;
}
