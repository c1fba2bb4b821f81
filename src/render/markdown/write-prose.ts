import type { Token, Tokens } from 'marked';
import { codeSpan, fencedBlock } from '../text/code-span.ts';
import { escapeCell, escapeLineStarts, escapeMarkdown, indentLines, joinSpans } from './escape.ts';

/**
 * Tokens of `readProse` → Markdown. Written anew rather than copied, so that no fence stays open, no heading breaks
 * the report's outline, and nothing reaches out of its place.
 */
export function writeProse(tokens: readonly Token[]): string {
  return tokens
    .map(writeBlock)
    .filter((block) => block !== '')
    .join('\n\n');
}

function writeBlock(token: Token): string {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return escapeLineStarts(writeInline(token.tokens ?? []).trim());
    case 'code':
      return fencedBlock(token.text, (token as Tokens.Code).lang?.split(/\s/)[0] ?? '');
    case 'blockquote':
      return writeProse(token.tokens ?? [])
        .split('\n')
        .map((line) => `> ${line}`.trimEnd())
        .join('\n');
    case 'list':
      return writeList(token as Tokens.List);
    case 'table':
      return writeTable(token as Tokens.Table);
    case 'hr':
      return '***';
    default:
      return '';
  }
}

function writeList(list: Tokens.List): string {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items
    .map((item, at) => {
      const marker = list.ordered ? `${first + at}. ` : '- ';
      const blocks = item.tokens.map(writeBlock).filter((block) => block !== '');
      const content = blocks.join(item.loose ? '\n\n' : '\n');
      return `${marker}${indentLines(content, ' '.repeat(marker.length))}`.trimEnd();
    })
    .join(list.loose ? '\n\n' : '\n');
}

function writeTable(table: Tokens.Table): string {
  const row = (cells: readonly Tokens.TableCell[]) =>
    `| ${cells.map((cell) => escapeCell(writeInline(cell.tokens).trim())).join(' | ')} |`;
  const rule = { left: ':---', center: ':---:', right: '---:' };
  const rules = table.align.map((align) => (align === null ? '---' : rule[align]));
  return [row(table.header), `| ${rules.join(' | ')} |`, ...table.rows.map(row)].join('\n');
}

/** Inline tokens → Markdown; line feeds of the source stay, so the caller must guard the starts of lines. */
function writeInline(tokens: readonly Token[]): string {
  return joinSpans(tokens.map(writeSpan));
}

function writeSpan(token: Token): string {
  switch (token.type) {
    case 'text':
      return escapeMarkdown(token.raw);
    case 'codespan':
      return codeSpan(token.text);
    case 'strong':
      return wrap('**', token);
    case 'em':
      return wrap('*', token);
    case 'del':
      return wrap('~~', token);
    case 'br':
      return '\\\n';
    case 'link':
      return writeLink(token as Tokens.Link);
    default:
      return '';
  }
}

function wrap(mark: string, token: Token): string {
  const inner = writeInline('tokens' in token ? (token.tokens ?? []) : []).trim();
  return inner === '' ? '' : `${mark}${inner}${mark}`;
}

function writeLink(link: Tokens.Link): string {
  const text = writeInline(link.tokens).trim();
  return writeAddress(text === '' ? codeSpan(link.href) : text, link.href);
}

/**
 * A link around Markdown that is written already; the address is one of ours. Some readers of Markdown take the
 * backslash from a bracket in a link's text before they read it, so such a text stands beside its link.
 */
export function writeAddress(text: string, address: string): string {
  if (/\\[[\]]/.test(text)) return `${text} (${writeAddress('link', address)})`;
  return /[()<>\s]/.test(address) ? `[${text}](<${address}>)` : `[${text}](${address})`;
}

/** Whether Markdown begins with a block that must stand on a line of its own. */
export function startsWithBlock(markdown: string): boolean {
  return /^(?:```|[-*+] |[>|]|\d+[.)] |\*\*\*$)/m.test(markdown.split('\n')[0] ?? '');
}
