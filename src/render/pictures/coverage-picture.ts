import type { CoverageCell, CoverageRow, Report } from '../../domain/report.ts';
import { joinWords, plural } from '../text/words.ts';
import type { BadgeView } from '../view/view-context.ts';
import { endOfPath, type PictureText } from './picture.ts';

/** Files down, reviewers across: one shape for each way a reviewer met a file. */
export interface CoveragePicture extends PictureText {
  width: number;
  height: number;
  columns: { x: number; mark: string; name: string }[];
  rows: { textX: number; textY: number; name: string; path: string }[];
  /** All shapes of one kind as one path, whose class is the kind. */
  shapes: { cell: CoverageCell; path: string }[];
  /** Said below when not every file is shown; else empty. */
  rest: string;
}

const head = 26;
const rowHeight = 20;
const columnWidth = 26;
const mostRows = 60;
const longestPath = 38;
/** What a character of a path takes at most; its letters are all of one width. */
const characterWidth = 6.75;
const radius = 5.5;
const kinds: readonly CoverageCell[] = ['read', 'listed', 'trivial', 'skipped', 'earlier', 'missed', 'kept'];

/** null without files or without reviewers. Of many files, those that the fewest opened come first. */
export function drawCoverage(report: Report, badge: (reviewer: string) => BadgeView): CoveragePicture | null {
  const { coverage, reviewers } = report;
  if (coverage.length === 0 || reviewers.length === 0) return null;
  const shown = coverage.length <= mostRows ? coverage : leastCovered(coverage);
  const center = (at: number) => at * columnWidth + columnWidth / 2;
  const names = shown.map(({ path }) => endOfPath(path, longestPath));
  const textX = reviewers.length * columnWidth + 10;
  const middle = (row: number) => head + row * rowHeight + rowHeight / 2;
  return {
    id: 'picture-coverage',
    heading: 'Who opened what',
    description: describe(report, badge),
    width: Math.ceil(textX + Math.max(...names.map((name) => [...name].length)) * characterWidth),
    height: head + shown.length * rowHeight + 4,
    columns: reviewers.map(({ reviewer }, at) => ({
      x: center(at),
      mark: badge(reviewer.id).mark,
      name: badge(reviewer.id).name,
    })),
    rows: shown.map(({ path }, row) => ({
      textX,
      textY: middle(row) + 4,
      name: names[row] ?? path,
      path,
    })),
    shapes: kinds.flatMap((kind) => {
      const places = shown.flatMap(({ cells }, row) =>
        cells.flatMap(({ cell }, at) => (cell === kind ? [{ x: center(at), y: middle(row) }] : [])),
      );
      return places.length === 0
        ? []
        : [{ cell: kind, path: places.map((place) => drawShape(kind, place)).join('') }];
    }),
    rest:
      shown.length < coverage.length
        ? `${shown.length} of ${coverage.length} files, the least opened first.`
        : '',
  };
}

function leastCovered(coverage: readonly CoverageRow[]): CoverageRow[] {
  const openedBy = ({ cells }: CoverageRow) => cells.filter(({ cell }) => cell === 'read').length;
  return coverage.toSorted((a, b) => openedBy(a) - openedBy(b)).slice(0, mostRows);
}

function drawShape(kind: CoverageCell, { x, y }: { x: number; y: number }): string {
  const circle = (r: number) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  switch (kind) {
    case 'read':
    case 'listed':
      return circle(radius);
    case 'trivial':
      return circle(2);
    case 'skipped':
      return `M${x - radius} ${y}h${2 * radius}`;
    case 'earlier':
      return `M${x} ${y - radius}a${radius} ${radius} 0 1 0 0 ${2 * radius}z`;
    case 'missed':
      return `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`;
    case 'kept':
      return `${circle(radius)}M${x - 4} ${y + 4}l8 -8`;
    case 'not-asked':
      return '';
  }
}

function describe({ coverage, reviewers }: Report, badge: (reviewer: string) => BadgeView): string {
  const sentences = reviewers.map(({ reviewer }, at) => {
    const parts = kinds.flatMap((kind) => {
      const count = coverage.filter(({ cells }) => cells[at]?.cell === kind).length;
      return count === 0
        ? []
        : [`${count} ${kind === 'kept' ? 'kept from it' : kind === 'earlier' ? 'opened earlier' : kind}`];
    });
    return `${badge(reviewer.id).name}: ${parts.length === 0 ? 'none' : joinWords(parts)}.`;
  });
  return `Of ${plural(coverage.length, 'changed file')}: ${sentences.join(' ')}`;
}
