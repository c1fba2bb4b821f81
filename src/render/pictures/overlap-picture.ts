import { isGuard } from '../../domain/guard.ts';
import type { Report } from '../../domain/report.ts';
import { type Severity, severities } from '../../domain/vocabulary.ts';
import { type Counts, countSeverities, formatCounts, joinWords, plural, wordCounts } from '../text/words.ts';
import type { BadgeView } from '../view/view-context.ts';
import { type PictureText, round } from './picture.ts';

/** Which reviewers found what: a row for each set of reviewers that raised findings together, most findings first. */
export interface OverlapPicture extends PictureText {
  width: number;
  height: number;
  columns: { x: number; mark: string; name: string }[];
  rows: OverlapRow[];
}

interface OverlapRow {
  y: number;
  /** The dots of those who raised the findings, and of the others. */
  dots: { x: number; y: number; raised: boolean }[];
  /** The line from the first to the last dot; null for one reviewer. */
  line: { x1: number; x2: number; y: number } | null;
  bars: { x: number; y: number; width: number; severity: Severity }[];
  /** `1C 2I`, behind the bars. */
  text: string;
  textX: number;
}

const width = 348;
const head = 26;
const rowHeight = 26;
const columnWidth = 26;
const barHeight = 18;
/** Room for the words behind the longest bar. */
const wordsWidth = 84;
const mostRows = 15;

/** null when there is nothing to compare: one reviewer, or no finding. */
export function drawOverlap(report: Report, badge: (reviewer: string) => BadgeView): OverlapPicture | null {
  const reviewers = report.reviewers.map(({ reviewer }) => reviewer.id);
  const sets = groupBySet(report);
  if (reviewers.length < 2 || sets.length === 0) return null;
  const shown = sets.slice(0, mostRows);
  const most = Math.max(...shown.map(({ total }) => total));
  const start = reviewers.length * columnWidth + 10;
  const scale = (width - start - wordsWidth) / most;
  const center = (at: number) => at * columnWidth + columnWidth / 2;
  const names = (ids: readonly string[]) => joinWords(ids.map((id) => badge(id).name));
  return {
    id: 'picture-overlap',
    heading: wordShared(sets),
    description: sets
      .map(
        (set) =>
          `${names(set.reviewers)}${set.reviewers.length === 1 ? ' alone' : ''}: ${wordCounts(set.counts)}.`,
      )
      .concat(sets.length > shown.length ? [`The picture shows the ${mostRows} largest groups.`] : [])
      .join(' '),
    width,
    height: head + shown.length * rowHeight,
    columns: reviewers.map((id, at) => ({ x: center(at), mark: badge(id).mark, name: badge(id).name })),
    rows: shown.map((set, row) => {
      const y = head + row * rowHeight + rowHeight / 2;
      const raised = reviewers.flatMap((id, at) => (set.reviewers.includes(id) ? [center(at)] : []));
      return {
        y,
        dots: reviewers.map((id, at) => ({ x: center(at), y, raised: set.reviewers.includes(id) })),
        line: raised.length < 2 ? null : { x1: raised[0] ?? 0, x2: raised.at(-1) ?? 0, y },
        bars: layBars(set.counts, { start, scale, y }),
        text: formatCounts(set.counts),
        textX: round(start + set.total * scale + 6),
      };
    }),
  };
}

interface ReviewerSet {
  reviewers: readonly string[];
  counts: Counts;
  total: number;
}

function groupBySet({ findings }: Report): ReviewerSet[] {
  const sets = new Map<string, { reviewers: readonly string[]; severities: Severity[] }>();
  for (const { reviewers, severity } of findings) {
    if (reviewers.some(isGuard)) continue;
    const key = reviewers.join(' ');
    const set = sets.get(key) ?? { reviewers, severities: [] };
    set.severities.push(severity);
    sets.set(key, set);
  }
  return [...sets.values()]
    .map((set) => ({
      reviewers: set.reviewers,
      counts: countSeverities(set.severities),
      total: set.severities.length,
    }))
    .toSorted((a, b) => b.total - a.total || b.reviewers.length - a.reviewers.length);
}

function layBars(
  counts: Counts,
  { start, scale, y }: { start: number; scale: number; y: number },
): OverlapRow['bars'] {
  let x = start;
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => {
      const length = counts[severity] * scale;
      const bar = {
        x: round(x),
        y: y - barHeight / 2,
        width: round(Math.max(1, length - 1)),
        severity,
      };
      x += length;
      return bar;
    });
}

/** `2 of 8 findings by more than one reviewer`. */
function wordShared(sets: readonly ReviewerSet[]): string {
  const sum = (list: readonly ReviewerSet[]) => list.reduce((count, { total }) => count + total, 0);
  const shared = sum(sets.filter(({ reviewers }) => reviewers.length > 1));
  return `${shared} of ${plural(sum(sets), 'finding')} by more than one reviewer`;
}
