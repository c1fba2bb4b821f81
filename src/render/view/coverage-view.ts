import type { CoverageCell, CoverageRow } from '../../domain/report.ts';
import { shorten } from '../text/words.ts';
import type { BadgeView, ViewContext } from './view-context.ts';

export interface CoverageView {
  columns: BadgeView[];
  rows: {
    path: string;
    /** `modified, +12 −3`, with `generated` or `vendored` where it is. */
    facts: string;
    cells: { cell: CoverageCell; mark: string; word: string; note: string }[];
  }[];
  legend: { mark: string; word: string; meaning: string }[];
}

const marks: Record<CoverageCell, [mark: string, word: string, meaning: string]> = {
  read: ['●', 'read', 'opened by the reviewer'],
  listed: ['○', 'listed', 'said to be reviewed, not opened'],
  trivial: ['·', 'trivial', 'said to need no review'],
  skipped: ['–', 'skipped', 'said to be left out'],
  earlier: ['◐', 'earlier', 'opened in an earlier round, and unchanged since'],
  missed: ['✕', 'missed', 'neither opened nor mentioned'],
  kept: ['⊘', 'kept', 'kept from the reviewer’s vendor by the egress rule'],
  'not-asked': ['', 'not asked', 'not asked to review it'],
};

/** Which reviewer met which changed file, in git's order of files; the legend explains only what occurs. */
export function viewCoverage({ report, badge }: ViewContext): CoverageView {
  const used = new Set(report.coverage.flatMap((row) => row.cells.map(({ cell }) => cell)));
  return {
    columns: report.reviewers.map(({ reviewer }) => badge(reviewer.id)),
    rows: report.coverage.map((row) => ({
      path: row.path,
      facts: factsOf(row),
      cells: row.cells.map(({ cell, note }) => {
        const [mark, word] = marks[cell];
        return { cell, mark, word, note: shorten(note.trim(), 300) };
      }),
    })),
    legend: (Object.keys(marks) as CoverageCell[])
      .filter((cell) => used.has(cell))
      .map((cell) => {
        const [mark, word, meaning] = marks[cell];
        return { mark, word, meaning };
      }),
  };
}

function factsOf({ status, additions, deletions, generated, vendored }: CoverageRow): string {
  const lines = additions === null || deletions === null ? 'binary' : `+${additions} −${deletions}`;
  return [status, lines, generated ? 'generated' : '', vendored ? 'vendored' : '']
    .filter((part) => part !== '')
    .join(', ');
}
