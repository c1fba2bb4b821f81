import type { Report } from '../../domain/report.ts';
import type { RenderInput } from '../markdown/render-markdown.ts';
import { languageOf } from '../text/languages.ts';
import { textsOf } from '../text/references.ts';
import { createMentions } from '../view/known-mentions.ts';
import { createProseLinks } from '../view/prose-links.ts';
import { buildReportView } from '../view/report-view.ts';
import { describePage } from './describe-page.ts';
import { createHighlighter } from './highlighter.ts';
import { createHtmlHelpers } from './html-helpers.ts';

/** report.html: one file that asks nothing of anybody, and whose policy forbids whatever it does not bring itself. */
export async function renderHtml({ report, sources, templates }: RenderInput): Promise<string> {
  const options = { context: 5, mentions: true };
  const { view, context } = await buildReportView({ report, sources, options });
  const highlighter = await createHighlighter(languagesOf(report));
  const helpers = createHtmlHelpers({
    links: { ...createProseLinks(context), mention: createMentions(report.change, context.links) },
    highlighter,
    page: describePage(templates),
    codeBox: (text, language): string =>
      language === 'diff'
        ? templates.diffBox({ diff: text }, helpers)
        : templates.codeBox({ text, language }, helpers),
  });
  return templates.html(view, helpers);
}

/** Languages of all files the report shows and of all fences its texts open. */
function languagesOf(report: Report): Set<string> {
  const languages = new Set<string>();
  const locations = [
    ...report.findings.flatMap(({ locations, examinations }) => [
      ...locations,
      ...examinations.flatMap(({ quotes }) => quotes.map(({ location }) => location)),
    ]),
    ...report.reviewers.flatMap(({ findings }) => findings.flatMap(({ claim }) => claim.locations)),
  ];
  for (const { path } of locations) languages.add(languageOf(path));
  for (const text of textsOf(report)) {
    for (const [, name] of text.matchAll(/(?:`{3,}|~{3,})[ \t]*([\w+#.-]{1,30})/g)) languages.add(name ?? '');
    for (const [, path] of text.matchAll(/([\w-]{1,60}\.\w{1,10})(?::|#L)\d/g))
      languages.add(languageOf(path ?? ''));
  }
  languages.delete('');
  return languages;
}
