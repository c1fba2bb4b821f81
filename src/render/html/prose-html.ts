import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import { escapeHtml } from '../text/escape-html.ts';
import { type ProseLinks, readProse } from '../text/prose-tokens.ts';
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
    const writer = new Marked({
      renderer: {
        code: ({ text, lang }) =>
          `<pre data-box="${boxes.push(code(text, lang?.split(/\s/)[0] ?? '')) - 1}"></pre>`,
        codespan: ({ text }) => `<code>${keepLines(escapeHtml(text))}</code>`,
        link(token) {
          const title = token.title == null ? '' : ` title="${escapeHtml(makeVisibleLine(token.title))}"`;
          return `<a href="${escapeHtml(token.href)}"${title}>${this.parser.parseInline(token.tokens)}</a>`;
        },
        tablecell(token) {
          const name = token.header ? 'th' : 'td';
          return `<${name}>${this.parser.parseInline(token.tokens)}</${name}>`;
        },
      },
    });
    const html = sanitizeHtml(writer.parser(readProse(markdown, links)), allowed);
    return html.replace(/<pre data-box="(\d+)"><\/pre>/g, (_, at: string) => boxes[Number(at)] ?? '');
  };
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
