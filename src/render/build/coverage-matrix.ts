import type { Change, FileDiff, RoundFocus } from '../../domain/change.ts';
import type { CoverageRow } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';

type Cell = CoverageRow['cells'][number];

/** How each reviewer met each changed file: what it opened counts as read, what it only says does not. */
export function listCoverage(
  { files, focus }: Pick<Change, 'files' | 'focus'>,
  reviews: readonly Review[],
): CoverageRow[] {
  const readers = reviews.map((review) => indexReview(review, focus));
  return files.map((file) => ({
    path: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    generated: file.generated,
    vendored: file.vendored,
    cells: readers.map((reader) => meet(reader, file)),
  }));
}

interface Reader {
  review: Review;
  read: ReadonlySet<string>;
  statements: ReadonlyMap<string, { status: 'reviewed' | 'trivial' | 'skipped'; note: string }>;
  /** Path → the earlier round in which it was opened, of files that stand since as they did. */
  earlier: ReadonlyMap<string, number>;
}

function indexReview(review: Review, focus: RoundFocus | undefined): Reader {
  const coverage = review.finish?.coverage ?? [];
  return {
    review,
    read: new Set(review.filesRead),
    statements: new Map(coverage.map(({ path, status, note }) => [path, { status, note }])),
    earlier: new Map(
      (focus?.reviewed ?? [])
        .filter(({ reviewer }) => reviewer === review.reviewer.id)
        .flatMap(({ round, paths }) => paths.map((path): [string, number] => [path, round])),
    ),
  };
}

function meet({ review, read, statements, earlier }: Reader, file: FileDiff): Cell {
  const reviewer = review.reviewer.id;
  if (review.withheld?.includes(file.path) && review.reviewer.type === 'model')
    return { reviewer, cell: 'kept', note: `kept from ${review.reviewer.provider} by rule` };
  const statement = statements.get(file.path) ?? statements.get(file.oldPath ?? file.path);
  const note = statement?.note ?? '';
  if (read.has(file.path) || (file.oldPath !== null && read.has(file.oldPath)))
    return { reviewer, cell: 'read', note };
  if (statement !== undefined)
    return { reviewer, cell: statement.status === 'reviewed' ? 'listed' : statement.status, note };
  const round = earlier.get(file.path);
  if (round !== undefined && wasAsked(review))
    return { reviewer, cell: 'earlier', note: `reviewed in round ${round}`, round };
  return { reviewer, cell: wasAsked(review) ? 'missed' : 'not-asked', note };
}

/** A program reads by its own rules; a skipped reviewer never started. */
function wasAsked(review: Review): boolean {
  return review.reviewer.type === 'model' && review.status !== 'skipped';
}
