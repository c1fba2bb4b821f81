import type { Retro } from '../../domain/report.ts';
import type { BadgeView, ViewContext } from './view-context.ts';

export interface RetroFiguresView {
  /** A table with a row for each reviewer; empty when nothing of anybody was published. */
  inflation: { badge: BadgeView; cells: string[] }[];
  /** A table with a row for each number of reviewers that agreed; empty without clusters. */
  agreement: { reviewers: string; cells: string[] }[];
}

/** Severity inflation and what came of agreement, as tables print them. */
export function viewRetroFigures(retro: Retro, badge: ViewContext['badge']): RetroFiguresView {
  const rated = retro.inflation.filter(({ published, criticals }) => published + criticals.rated > 0);
  return {
    inflation: rated.map(({ reviewer, published, higher, equal, lower, steps, criticals }) => ({
      badge: badge(reviewer),
      cells: [
        `${published}`,
        `${higher}`,
        `${equal}`,
        `${lower}`,
        published === 0 ? '–' : formatSteps(steps / published),
        criticals.rated === 0 ? '–' : `${criticals.stood} of ${criticals.rated}`,
      ],
    })),
    agreement: retro.agreement.map((row) => ({
      reviewers: row.reviewers === 1 ? '1 reviewer' : `${row.reviewers} reviewers`,
      cells: [
        row.clusters,
        row.confirmed,
        row.uncertain,
        row.unexamined,
        row.refuted,
        row.moved,
        row.declined,
      ].map(String),
    })),
  };
}

/** `+0.50` where ratings were lowered on the mean by half a step, `0.00` where they stood. */
function formatSteps(mean: number): string {
  const text = mean.toFixed(2);
  return mean > 0 && text !== '0.00' ? `+${text}` : text === '-0.00' ? '0.00' : text.replace('-', '−');
}
