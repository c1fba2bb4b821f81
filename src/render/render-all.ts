import { setImmediate } from 'node:timers/promises';
import type { Report } from '../domain/report.ts';
import { renderHtml } from './html/render-html.ts';
import { renderMarkdown } from './markdown/render-markdown.ts';
import { renderSummary } from './markdown/render-summary.ts';
import { writeReport } from './parse-report.ts';
import { renderSarif } from './sarif/render-sarif.ts';
import type { SourceReader } from './source/source-reader.ts';
import { loadTemplates } from './templates.ts';

export interface RenderAllInput {
  report: Report;
  sources: SourceReader;
  /** The folder `templates/` of this package, or one with the same files. */
  templatesDirectory: string;
  /** Where people find the whole report; absent when that is not known yet. */
  reportUrl?: string;
  /** Looked at between the renderings: each keeps the process busy for as long as it takes. */
  signal?: AbortSignal;
}

export type RenderedFiles = Record<
  'report.json' | 'report.md' | 'report.html' | 'summary.md' | 'report.sarif',
  string
>;

/** The texts of all files of `render/`, each ending in a line feed. */
export async function renderAll(input: RenderAllInput): Promise<RenderedFiles> {
  const { report, sources } = input;
  const templates = await loadTemplates(input.templatesDirectory);
  await pause(input.signal);
  const markdown = await renderMarkdown({ report, sources, templates });
  await pause(input.signal);
  const html = await renderHtml({ report, sources, templates });
  await pause(input.signal);
  const sarif = await renderSarif(report, sources);
  await pause(input.signal);
  return {
    'report.json': writeReport(report),
    'report.md': markdown,
    'report.html': html,
    'summary.md': renderSummary({ report, templates, reportUrl: input.reportUrl ?? null }),
    'report.sarif': sarif,
  };
}

/** Lets a signal that came meanwhile be heard. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
