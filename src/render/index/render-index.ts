import { severities } from '../../domain/vocabulary.ts';
import { describePage } from '../html/describe-page.ts';
import { createHtmlHelpers } from '../html/html-helpers.ts';
import type { Templates } from '../templates.ts';
import { formatDuration, formatUsd, plural } from '../text/words.ts';
import type { IndexEntry } from './index-entry.ts';

export const indexFormat = 'deep-review index';

export interface RenderIndexInput {
  entries: readonly IndexEntry[];
  /** Name of the folder that was indexed. */
  folder: string;
  /** The way from the page's folder to the indexed one, `/` between names; empty for the same. */
  base: string;
  /** What a reader should know about the list itself. */
  notices: readonly string[];
  tool: string;
  templates: Templates;
}

/** A page over a folder of reports, newest first. It can be sorted and searched, and asks nothing of anybody. */
export function renderIndex({ entries, folder, base, notices, tool, templates }: RenderIndexInput): string {
  const sorted = entries.toSorted((a, b) => compare(b.date, a.date) || compare(a.path, b.path));
  const unreadable = entries.filter(({ kind }) => kind === 'unreadable').length;
  const view = {
    title: `Deep reviews in ${folder}`,
    summary: `${plural(entries.length - unreadable, 'report')}${unreadable === 0 ? '' : `, ${unreadable} could not be read`}`,
    notices,
    columns: [
      { name: 'Date', kind: 'text' },
      { name: 'Report', kind: 'text' },
      { name: 'Repository', kind: 'text' },
      { name: 'Recommendation', kind: 'text' },
      { name: 'Critical', kind: 'number' },
      { name: 'Important', kind: 'number' },
      { name: 'Suggestions', kind: 'number' },
      { name: 'Reviewers', kind: 'text' },
      { name: 'Cost', kind: 'number' },
      { name: 'Time', kind: 'number' },
    ],
    rows: sorted.map((entry) => viewEntry(entry, base)),
    tool,
  };
  const helpers = createHtmlHelpers({
    links: { reference: () => null, isOwn: () => false },
    highlighter: { lines: (code) => [...code] },
    codeBox: () => '',
    page: { ...describePage(templates), mark: indexFormat },
  });
  return templates.index(view, helpers);
}

function viewEntry(entry: IndexEntry, base: string) {
  const { counts, recommendation, costUsd, wallClockMs, page } = entry;
  const href = page === null ? '' : relativeAddress(base === '' ? page : `${base}/${page}`);
  return {
    kind: entry.kind,
    path: entry.path,
    href,
    date: entry.date,
    repository: entry.repository,
    subject: entry.subject || entry.path,
    recommendation: recommendation?.words ?? '',
    tone: recommendation?.value ?? 'unknown',
    counts: severities.map((severity) => ({
      severity: counts !== null && counts[severity] > 0 ? severity : 'none',
      value: counts === null ? '' : `${counts[severity]}`,
    })),
    reviewers: entry.reviewers.join(', '),
    cost: costUsd === null ? '' : formatUsd(costUsd),
    costValue: costUsd === null ? '' : `${costUsd}`,
    time: wallClockMs === null ? '' : formatDuration(wallClockMs),
    timeValue: wallClockMs === null ? '' : `${wallClockMs}`,
    note: entry.note,
  };
}

/** Never an address with a scheme or a host of its own, whatever the names are. */
function relativeAddress(path: string): string {
  const segments = path.split('/').map((name) => (name === '..' ? name : encodeURIComponent(name)));
  return `./${segments.join('/')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
