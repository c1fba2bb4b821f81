import { basename, dirname, extname, join } from 'node:path';
import { findPackageDirectory, readPackageVersion } from '../config.ts';
import { type ForeignReport, foreignReportFormat } from '../domain/foreign-report.ts';
import { renderForeign } from '../render/foreign/render-foreign.ts';
import { readForeignReport } from '../render/read/read-foreign-report.ts';
import { loadTemplates } from '../render/templates.ts';
import { writeFileAtomically } from '../run/write-file.ts';
import { requireOwnOutput } from './own-output.ts';

export interface RenderedForeign {
  html: string;
  json: string;
  kind: ForeignReport['kind'];
}

export const htmlMark = `<meta name="generator" content="${foreignReportFormat}">`;
export const jsonMark = `"format": "${foreignReportFormat}"`;

/**
 * Page and JSON of a Markdown report that others wrote, beside it or in `out`, named as it is. Files that are not of this
 * command are never written over, and nothing is written when one of the two could not be.
 */
export async function renderForeignFile(
  { path, text, out }: { path: string; text: string; out: string | null },
  signal: AbortSignal,
): Promise<RenderedForeign> {
  const file = basename(path);
  const base = join(out ?? dirname(path), basename(path, extname(path)));
  const targets = { html: `${base}.html`, json: `${base}.json` };
  await requireOwnOutput(targets.html, htmlMark);
  await requireOwnOutput(targets.json, jsonMark);
  const report = readForeignReport({
    file,
    text,
    tool: { name: 'deep-review', version: readPackageVersion() },
  });
  const templates = await loadTemplates(join(findPackageDirectory(), 'templates'));
  const { html, json } = await renderForeign(report, templates);
  signal.throwIfAborted();
  await writeFileAtomically(targets.json, json);
  await writeFileAtomically(targets.html, html);
  return { ...targets, kind: report.kind };
}
