import { commitOf, type Decision, isDeclining, latestDecisions } from '../domain/decisions.ts';
import type { Report } from '../domain/report.ts';

/** The report's table of what was done about its findings: one row each, what counts today. null: nothing yet. */
export function toResolution(decisions: readonly Decision[]): Report['resolution'] {
  const latest = [...latestDecisions(decisions).values()];
  if (latest.length === 0) return null;
  const addressedAt =
    latest
      .map(({ decidedAt = '' }) => decidedAt)
      .sort()
      .at(-1) ?? '';
  return {
    addressedAt,
    rows: latest.toSorted(compareLabels).map((decision) => {
      const { finding, label, title, action, reason } = decision;
      const name = label === undefined ? finding : `${label}·${finding}`;
      return {
        finding: title === undefined ? name : `${name}. ${title}`,
        action,
        reason: isDeclining(decision) ? `Declined: ${reason.trim()}` : reason.trim(),
        commit: commitOf(decision),
      };
    }),
  };
}

/** As the report lists its findings: by severity, then by number. */
function compareLabels({ label: a = '' }: Decision, { label: b = '' }: Decision): number {
  const rank = (label: string) => 'CIS'.indexOf(label.charAt(0)) * 100_000 + Number(label.slice(1) || 0);
  return rank(a) - rank(b);
}
