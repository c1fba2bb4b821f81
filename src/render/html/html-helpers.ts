import Handlebars from 'handlebars';
import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import { InternalError } from '../../errors.ts';
import type { Helper } from '../templates.ts';
import { escapeHtml } from '../text/escape-html.ts';
import { splitInlineCode } from '../text/inline-code.ts';
import { findTarget, type ProseLinks } from '../text/prose-tokens.ts';
import type { BadgeView, ExcerptView } from '../view/view-context.ts';
import { blockLines, type CodeLine, diffLines, excerptLines, showsWholePatch } from './code-lines.ts';
import type { Highlighter } from './highlighter.ts';
import { keepLines } from './keep-lines.ts';
import { createProseWriter } from './prose-html.ts';

export interface HtmlHelperOptions {
  links: ProseLinks;
  highlighter: Highlighter;
  /** A code box, by the templates. */
  codeBox(text: string, language: string): string;
  /** Parts of the page that are ours as they are: stylesheet, script, policy. */
  page: Readonly<Record<string, string>>;
}

/** What the HTML templates may call. Strings are escaped by Handlebars; what is markup says so itself. */
export function createHtmlHelpers({
  links,
  highlighter,
  codeBox,
  page,
}: HtmlHelperOptions): Record<string, Helper> {
  const writeProse = createProseWriter({ links, code: codeBox });
  const line = (text: unknown) => makeVisibleLine(`${text}`.replace(/\s*\n\s*/g, ' '));
  return {
    line,
    places: (text) => new Handlebars.SafeString(keepLines(escapeHtml(line(text)))),
    inline: (text) => new Handlebars.SafeString(inlineCode(line(text).trim())),
    sentence: (text) => new Handlebars.SafeString(inlineCode(line(text).trim(), links)),
    reference: (text) => {
      const url = links.reference(`${text}`.trim());
      return url === null ? '' : webAddress(url);
    },
    inlineTail: (text) => new Handlebars.SafeString(inlineCode(line(text))),
    prose: (text) => new Handlebars.SafeString(writeProse(`${text}`)),
    word: (text) => `${text}`.replace(/[^\w-]/g, ''),
    address: (url) => webAddress(`${url}`),
    number: (value) => `${Number(value)}`,
    geometry: (path) => `${path}`.replace(/[^\w .-]/g, ''),
    wholeText: (text) => makeVisible(`${text}`),
    position: (index) => `${Number(index) + 1}`,
    fileKeys: (keys) => `${keys}`.replace(/[^\w -]/g, ''),
    reviewerIds: (badges) => (badges as BadgeView[]).map(({ id }) => id.replace(/[^\w-]/g, '')).join(' '),
    excerptLines: (excerpt) => {
      const { parts, language } = excerpt as ExcerptView;
      return excerptLines(parts, language, highlighter);
    },
    diffLines: (diff) => diffLines(`${diff}`, highlighter),
    wholePatch: (diff) => showsWholePatch(`${diff}`),
    blockLines: (text, language) => blockLines(`${text}`, `${language}`, highlighter),
    codeLine: (code) => new Handlebars.SafeString((code as CodeLine).html),
    page: (name) => new Handlebars.SafeString(page[`${name}`] ?? ''),
  };
}

/** Code spans of one line; with `links`, those that name a place that exists lead there. */
function inlineCode(text: string, links: ProseLinks | null = null): string {
  return splitInlineCode(text)
    .map((segment) => {
      if (!segment.code) return escapeHtml(segment.text);
      const code = `<code>${keepLines(escapeHtml(segment.text))}</code>`;
      const target = links === null ? null : findTarget(segment.text.trim(), links);
      if (target === null) return code;
      const title = target.title === '' ? '' : ` title="${escapeHtml(makeVisibleLine(target.title))}"`;
      return `<a href="${escapeHtml(webAddress(target.url))}"${title} rel="noopener noreferrer">${code}</a>`;
    })
    .join('');
}

/** The last guard of every `href`: anything but http(s) is a bug of ours. */
function webAddress(url: string): string {
  if (!/^https?:\/\//.test(url))
    throw new InternalError(`A link of the report leads to ${url.slice(0, 100)}.`);
  return url;
}
