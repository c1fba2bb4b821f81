import { languageOf } from '../../../src/render/text/languages.ts';
import type { ReportView } from '../../../src/render/view/report-view.ts';

/** What of a page is Markdown, and what is code, in whatever place. */
export interface PageTexts {
  prose: string[];
  code: { text: string; language: string }[];
}

const proseKeys = new Set([
  ...['explanation', 'scenario', 'text', 'argument', 'summary', 'reason', 'closing', 'executiveSummary'],
  ...['fixText', 'why', 'severityReason', 'verdictReason', 'gate', 'fate', 'title'],
]);

export function textsOfPage(view: ReportView): PageTexts {
  const texts: PageTexts = { prose: [], code: [] };
  collect(view, texts);
  return texts;
}

function collect(value: unknown, texts: PageTexts): void {
  if (Array.isArray(value)) for (const item of value) collect(item, texts);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const fields = value as Record<string, unknown>;
  const { language, parts, quote } = fields;
  if (typeof language === 'string' && Array.isArray(parts))
    texts.code.push({ language: language || 'text', text: joinParts(parts) });
  if (typeof language === 'string' && typeof quote === 'string' && quote !== '')
    texts.code.push({ language: language || 'text', text: quote });
  for (const [key, item] of Object.entries(fields)) {
    if (key === 'parts') continue;
    if (typeof item !== 'string') collect(item, texts);
    else if (/^(?:diff|fixDiff)$/.test(key) && item !== '') texts.code.push(patchAsCode(item));
    else if (proseKeys.has(key) && item !== '') texts.prose.push(item);
  }
}

function joinParts(parts: readonly { lines: readonly { text: string }[] }[]): string {
  return parts.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n');
}

/** Coloured as the file it patches, as on the page. */
function patchAsCode(diff: string): PageTexts['code'][number] {
  const path = /^\+\+\+ (?:b\/)?(\S+)/m.exec(diff)?.[1] ?? '';
  return { language: languageOf(path) || 'text', text: diff.replace(/^[ +-]/gm, '') };
}
