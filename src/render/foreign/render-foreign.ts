import Handlebars from 'handlebars';
import sanitizeHtml from 'sanitize-html';
import { type ForeignReport, foreignReportFormat } from '../../domain/foreign-report.ts';
import { blockLines, diffLines } from '../html/code-lines.ts';
import { describePage } from '../html/describe-page.ts';
import { createHighlighter } from '../html/highlighter.ts';
import { createHtmlHelpers } from '../html/html-helpers.ts';
import { createInlineWriter, createProseWriter } from '../html/prose-html.ts';
import type { Helper, Templates } from '../templates.ts';
import { languageOf } from '../text/languages.ts';
import { createForeignLinks } from './foreign-links.ts';
import { viewForeignReport } from './foreign-view.ts';

export interface ForeignRenderings {
  html: string;
  json: string;
}

/**
 * Page and JSON of a foreign report. The page has every word of it; nothing of its markup is alive. Markdown made to take
 * long is shown as it was typed once reading it has taken `slowMs` of the processor.
 */
export async function renderForeign(
  report: ForeignReport,
  templates: Templates,
  limits: { slowMs: number } = { slowMs: 10_000 },
): Promise<ForeignRenderings> {
  const links = createForeignLinks(report);
  const highlighter = await createHighlighter(languagesOf(report));
  const codeBox = (text: string, language: string): string =>
    language === 'diff'
      ? templates.diffBox({ diff: text }, helpers)
      : templates.codeBox({ text, language }, helpers);
  const writeProse = inTime(
    createProseWriter({ links, code: codeBox }),
    (text) => codeBox(text, ''),
    limits.slowMs,
  );
  const writeInline = createInlineWriter(links);
  const safe = (html: string) => new Handlebars.SafeString(html);
  const helpers: Record<string, Helper> = {
    ...createHtmlHelpers({
      links,
      highlighter,
      page: { ...describePage(templates), mark: foreignReportFormat },
      codeBox,
    }),
    prose: (text) => safe(writeProse(`${text}`)),
    inlineMarkdown: (text) => safe(writeInline(`${text}`)),
    plainMarkdown: (text) =>
      safe(sanitizeHtml(writeInline(`${text}`), { allowedTags: [], allowedAttributes: {} })),
    subheading: (text, rank) => safe(`<h${Number(rank)}>${writeInline(`${text}`)}</h${Number(rank)}>`),
    blockLines: (text, language) => blockLines(`${text}`, `${language}`, highlighter, true),
    diffLines: (diff) => diffLines(`${diff}`, highlighter, true),
  };
  return {
    html: templates.foreign(viewForeignReport(report), helpers),
    json: `${JSON.stringify(report, null, 2)}\n`,
  };
}

/** `write` until it has taken that much of the processor, then `instead`. */
function inTime(
  write: (text: string) => string,
  instead: (text: string) => string,
  limitMs: number,
): (text: string) => string {
  let spentMs = 0;
  return (text) => {
    if (spentMs > limitMs) return instead(text);
    const before = process.cpuUsage();
    const html = write(text);
    const { user, system } = process.cpuUsage(before);
    spentMs += (user + system) / 1000;
    return html;
  };
}

/** Languages of all fences, and of the files that patches name. */
function languagesOf({ sections }: ForeignReport): Set<string> {
  const languages = new Set<string>();
  for (const { markdown } of sections) {
    for (const [, name] of markdown.matchAll(/(?:`{3}|~{3})[ \t]*([\w+#.-]{1,30})/g))
      languages.add(name ?? '');
    for (const [, path] of markdown.matchAll(/^\+\+\+ (?:b\/)?(\S{1,300})/gm))
      languages.add(languageOf(path ?? ''));
  }
  languages.delete('');
  return languages;
}
