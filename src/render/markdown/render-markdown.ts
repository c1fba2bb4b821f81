import type { Report } from '../../domain/report.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Templates } from '../templates.ts';
import { createProseLinks } from '../view/prose-links.ts';
import { buildReportView } from '../view/report-view.ts';
import { createMarkdownHelpers } from './markdown-helpers.ts';

export interface RenderInput {
  report: Report;
  sources: SourceReader;
  templates: Templates;
}

/** report.md: GitHub-flavoured Markdown with every section of the report, ending in a line feed. */
export async function renderMarkdown({ report, sources, templates }: RenderInput): Promise<string> {
  const options = { context: 0, mentions: false };
  const { view, context } = await buildReportView({ report, sources, options });
  const text = templates.markdown(view, createMarkdownHelpers(createProseLinks(context)));
  return `${collapseBlankLines(text).trim()}\n`;
}

/** At most one blank line in a row, except inside fences, where every line counts. */
function collapseBlankLines(text: string): string {
  const kept: string[] = [];
  let fence = '';
  for (const line of text.split('\n')) {
    const mark = /^(?:[\s>]|[-*+] |\d+[.)] )*(`{3,})/.exec(line)?.[1] ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && line.replace(/^[\s>]*/, '') === fence) fence = '';
    if (fence !== '' || line.trim() !== '' || kept.at(-1)?.trim() !== '') kept.push(line);
  }
  return kept.join('\n');
}
