import { Marked, Parser } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import { escapeHtml } from '../text/escape-html.ts';
import { type ProseLinks, readInline, readProse } from '../text/prose-tokens.ts';
import { keepLines } from './keep-lines.ts';

export interface ProseHtmlOptions {
  links: ProseLinks;
  /** A code box for a block of code; its result is trusted. */
  code(text: string, language: string): string;
}

/**
 * A writer of Markdown as HTML that can do no harm. The tokens are clean already; what is made of them is sanitised
 * once more by an allow-list, and only then the code boxes are put in.
 */
export function createProseWriter({ links, code }: ProseHtmlOptions): (markdown: string) => string {
  return (markdown) => {
    const boxes: string[] = [];
    const writer = createWriter(
      (text, language) => `<pre data-box="${boxes.push(code(text, language)) - 1}"></pre>`,
    );
    const html = sanitizeHtml(writer.parser(readProse(markdown, links)), allowed);
    return html.replace(/<pre data-box="(\d+)"><\/pre>/g, (_, at: string) => boxes[Number(at)] ?? '');
  };
}

/** As above, for one line of Markdown inside a paragraph, a heading or a cell. */
export function createInlineWriter(links: ProseLinks): (markdown: string) => string {
  const writer = createWriter(escapeHtml);
  const parser = new Parser(writer.defaults);
  return (markdown) => sanitizeHtml(parser.parseInline(readInline(markdown, links)), allowed);
}

function createWriter(code: ProseHtmlOptions['code']): Marked {
  return new Marked({
    renderer: {
      code: ({ text, lang }) => code(text, lang?.split(/\s/)[0] ?? ''),
      codespan: ({ text }) => `<code>${keepLines(escapeHtml(text))}</code>`,
      link(token) {
        const title = token.title == null ? '' : ` title="${escapeHtml(makeVisibleLine(token.title))}"`;
        return `<a href="${escapeHtml(token.href)}"${title}>${this.parser.parseInline(token.tokens)}</a>`;
      },
      tablecell(token) {
        const text = this.parser.parseInline(token.tokens);
        const name = token.header && text.trim() !== '' ? 'th' : 'td';
        return `<${name}>${text}</${name}>`;
      },
    },
  });
}

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr', 'a', 'span'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href', 'rel', 'title'], pre: ['data-box'], ol: ['start'] },
  allowedClasses: { span: ['lines'] },
  allowedSchemes: ['http', 'https'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'escape',
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer' }) },
  textFilter: (text) => makeVisible(text),
};
