import type { ForeignReport } from '../../src/domain/foreign-report.ts';
import { makeVisible } from '../../src/domain/visible-text.ts';

export interface SectionWords {
  heading: string;
  words: number;
  /** Words of the Markdown that the page has not, or has not as often. */
  missing: string[];
  /** Share of the words that the page has. */
  share: number;
}

/** For each section of a foreign report, which words of its Markdown stand in its part of the page. */
export function compareWords(report: ForeignReport, html: string): SectionWords[] {
  const parts = splitPage(html);
  return report.sections.map(({ heading, markdown, role }, at) => {
    const hasHead = report.sections[0]?.role === 'head';
    const part = parts[hasHead ? at : at + 1] ?? '';
    const words = wordsOf(withoutMarkup(markdown, role === 'head'));
    const shown = countWords(wordsOf(textOf(part)));
    const missing = words.filter((word) => {
      const left = shown.get(word) ?? 0;
      if (left > 0) shown.set(word, left - 1);
      return left === 0;
    });
    return {
      heading,
      words: words.length,
      missing,
      share: words.length === 0 ? 1 : 1 - missing.length / words.length,
    };
  });
}

/** The masthead, then each section, up to the end of the main part. */
function splitPage(html: string): string[] {
  const main = html.slice(
    html.indexOf('<main'),
    html.indexOf('<dialog') < 0 ? html.indexOf('<footer') : html.indexOf('<dialog'),
  );
  return main.split(/(?=<section id="[\w-]+" class="(?:severity )?severity-)/);
}

/** What a page shows, and where its links lead. */
export function textOf(html: string): string {
  return html
    .replace(/<a href="([^"]*)"/g, ' $1 <a')
    .replace(/<span class="t-\w">|<\/span>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&#x27;/g, "'")
    .replace(/&amp;/g, '&');
}

/** Markdown without what is no word of it: the language of a fence, the number and the box of a list, breaks in the header, a character's number. */
function withoutMarkup(markdown: string, isHead: boolean): string {
  return makeVisible(markdown.replace(/&#(?:x[0-9a-f]{1,6}|\d{1,7});/gi, ' '))
    .replace(/^([ \t>]*(?:`{3,}|~{3,}))[ \t]*[\w+#.-]+[ \t]*$/gm, '$1')
    .replace(/^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[xX]\](?=\s)/gm, '$1')
    .replace(/^([ \t>]*(?:[-*+][ \t]+)*)\d{1,9}[.)](?=[ \t])/gm, '$1')
    .replace(isHead ? /<br\s*\/?>/gi : /$^/g, ' ');
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
