import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import { codeSpan } from '../text/code-span.ts';
import { escapeHtml } from '../text/escape-html.ts';
import { splitInlineCode } from '../text/inline-code.ts';

/**
 * Plain text → Markdown that shows exactly it. What GitHub would act on (mentions, issue numbers, addresses, and so
 * closing keywords too) becomes a code span: GitHub looks for these after Markdown is read, so that neither a
 * backslash nor an entity keeps it from notifying people, but it leaves code alone.
 */
export function escapeMarkdown(text: string): string {
  return text
    .split(/(\s+)/)
    .map((word) => (acts.test(word) ? quoteWord(word) : escapeWord(word)))
    .join('');
}

/** One line of plain text for a paragraph, a heading or a list. Hidden characters are shown. */
export function escapeMarkdownLine(text: string): string {
  return escapeLineStarts(escapeMarkdown(joinLines(text)));
}

/** One line in which code spans are kept and nothing else of Markdown is; `write` may do more with a span. */
export function escapeInlineCode(text: string, write: (code: string) => string = codeSpan): string {
  const spans = splitInlineCode(joinLines(text)).map((segment) =>
    segment.code ? write(segment.text) : escapeMarkdown(segment.text),
  );
  return escapeLineStarts(joinSpans(spans));
}

/** Pieces of one line of Markdown in a row. Two code spans get a space between them: their fences would run together. */
export function joinSpans(spans: readonly string[]): string {
  let line = '';
  for (const span of spans) line += line.endsWith('`') && span.startsWith('`') ? ` ${span}` : span;
  return line;
}

/** One line of Markdown → the same inside a table's cell, where a pipe ends the cell even in code. */
export function escapeCell(markdown: string): string {
  return markdown
    .replace(/\r?\n/g, ' ')
    .replace(/(\\*)\|/g, (_, slashes: string) => `${slashes.length % 2 === 1 ? slashes : `${slashes}\\`}|`);
}

/**
 * One line, code spans kept, for a place that Markdown takes as HTML: the line of a `<summary>`. What GitHub would
 * act on becomes code here too.
 */
export function escapeHtmlLine(text: string): string {
  const code = (inner: string) => `<code>${escapeHtml(inner)}</code>`;
  return splitInlineCode(joinLines(text))
    .map((segment) =>
      segment.code
        ? code(segment.text)
        : segment.text
            .split(/(\s+)/)
            .map((word) => (acts.test(word) ? code(word) : escapeHtml(word)))
            .join(''),
    )
    .join('');
}

/** Text as a code span on one line, hidden characters shown. */
export function escapeCode(text: string): string {
  return codeSpan(makeVisibleLine(text.replace(/\s*\n\s*/g, ' ')));
}

/** A block of lines that begins with a character Markdown reads as structure → the same read as text. */
export function escapeLineStarts(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => line.trimStart().replace(structure, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`))
    .join('\n');
}

/** Multi-line text inside a block quote or a list keeps its indent by this prefix on every line but the first. */
export function indentLines(text: string, prefix: string): string {
  return text
    .split('\n')
    .map((line, at) => (at === 0 || line === '' ? line : prefix + line))
    .join('\n');
}

/** Hidden characters shown, line ends LF: the form of all code in the report. */
export function visibleCode(text: string): string {
  return makeVisible(text).replace(/\r\n/g, '\n');
}

function joinLines(text: string): string {
  return makeVisibleLine(text.replace(/\s*\n\s*/g, ' ').trim());
}

/** The end of what opens a block: list markers, headings, quotes, rules, commands of comment bots. */
const structure = /^(?:[-+](?=\s|$)|#(?=#{0,5}(?:\s|$))|>|\/|=(?==*\s*$)|-(?=[-\s]*$)|\d{1,9}[.)](?=\s|$))/;

/** Whether a word holds what GitHub would act on: a mention, an issue's number, an address. */
export function actsOnForge(word: string): boolean {
  return acts.test(word);
}

const acts = /@\w|#\d|:\/\/|^\W*www\.|\bgh-\d/i;

function quoteWord(word: string): string {
  const [, before = '', core = '', after = ''] =
    /^([([{"'“‘*_~]*)(.*?)([)\]}"'”’*_~.,;:!?]*)$/su.exec(word) ?? [];
  return `${escapeWord(before)}${codeSpan(core)}${escapeWord(after)}`;
}

/** Underscores inside a word mean nothing, and a name of code is easier to read without backslashes. */
function escapeWord(word: string): string {
  return word
    .replace(/[\\`*[\]<>|~]|\$(?!\d)/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#?\w+;)/g, '\\&');
}
