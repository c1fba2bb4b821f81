import { commitOf, type Decision, isDeclining, latestDecisions } from '../domain/decisions.ts';
import type { Report } from '../domain/report.ts';
import type { ResolutionRow } from '../domain/resolution-row.ts';

/**
 * The report's table of what was done about its findings: one row each, what counts today; null: nothing yet. `commented`
 * are rows of what was decided in comments; of those and of own decisions on one finding the later counts.
 */
export function toResolution(
  decisions: readonly Decision[],
  commented: readonly ResolutionRow[],
): Report['resolution'] {
  const latest = latestDecisions(decisions);
  const standing = commented.filter(({ comment }) => {
    const own = comment === undefined ? undefined : latest.get(comment.finding);
    return own === undefined || timeOf(own.decidedAt) < timeOf(comment?.at);
  });
  const overruled = new Set(standing.map(({ comment }) => comment?.finding));
  const own = [...latest.values()].filter(({ finding }) => !overruled.has(finding));
  if (own.length + standing.length === 0) return null;
  const times = [...own.map(({ decidedAt }) => decidedAt), ...standing.map(({ comment }) => comment?.at)];
  return {
    addressedAt:
      times
        .map((time = '') => time)
        .toSorted((a, b) => timeOf(a) - timeOf(b))
        .at(-1) ?? '',
    rows: [...own.map(toRow), ...standing].toSorted((a, b) => rankOf(a) - rankOf(b)),
  };
}

function toRow(decision: Decision): ResolutionRow {
  const { finding, label, title, action, reason } = decision;
  const name = label === undefined ? finding : `${label}·${finding}`;
  return {
    finding: title === undefined ? name : `${name}. ${title}`,
    action,
    reason: isDeclining(decision) ? `Declined: ${reason.trim()}` : reason.trim(),
    commit: commitOf(decision),
  };
}

function timeOf(time: string | undefined): number {
  return Date.parse(time ?? '') || 0;
}

/** As the report lists its findings: by severity, then by number; what is called without its label comes last. */
function rankOf({ finding }: ResolutionRow): number {
  const [, letter = '', number = ''] = /^([CIS])(\d{1,5})·/.exec(finding) ?? [];
  return letter === '' ? 1_000_000 : 'CIS'.indexOf(letter) * 100_000 + Number(number);
}
