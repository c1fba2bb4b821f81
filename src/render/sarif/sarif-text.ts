import { makeVisible, makeVisibleLine } from '../../domain/visible-text.ts';
import { actsOnForge } from '../markdown/escape.ts';
import { codeSpan } from '../text/code-span.ts';
import { splitInlineCode } from '../text/inline-code.ts';
import { shorten } from '../text/words.ts';

/**
 * Untrusted text → the text of a SARIF message. A placeholder (`{0}`) and a link (`[x](1)`) get a blank, which takes
 * their meaning away in every reader, also in one that knows no escapes. Mentions, issue numbers and addresses become
 * code spans: GitHub shows messages as comments. Hidden characters are shown.
 */
export function sarifText(text: string): string {
  return makeVisible(text.replace(/\r\n/g, '\n'), { keepCarriageReturn: false })
    .replace(/\{(\d+)\}/g, '{ $1 }')
    .replace(/\](?=\()/g, '] ')
    .split('\n')
    .map(quoteActs)
    .join('\n')
    .trim();
}

/** The same on one line. */
export function sarifLine(text: string): string {
  return sarifText(makeVisibleLine(text.replace(/\s*\n\s*/g, ' ')));
}

/** Paragraphs of at most so many characters each; what is left out of one is counted in it. Empty ones are dropped. */
export function sarifParagraphs(texts: readonly string[], limit: number): string {
  return texts
    .map((text) => sarifText(shorten(text.trim(), limit)))
    .filter((text) => text !== '')
    .join('\n\n');
}

function quoteActs(line: string): string {
  return splitInlineCode(line)
    .map(({ code, text }) => (code ? codeSpan(text) : text.split(/(\s+)/).map(quoteWord).join('')))
    .join('');
}

function quoteWord(word: string): string {
  if (!actsOnForge(word)) return word;
  const [, before = '', core = '', after = ''] =
    /^([([{"'“‘*_~]*)(.*?)([)\]}"'”’*_~.,;:!?]*)$/su.exec(word) ?? [];
  return `${before}${codeSpan(core)}${after}`;
}
