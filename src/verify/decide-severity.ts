import type { Origin, Severity } from '../domain/vocabulary.ts';
import { compareSeverity, type Evidence, severities, type VerdictValue } from '../domain/vocabulary.ts';

export interface SeverityInput {
  /** Ratings of those who raised it, one for each finding. */
  ratings: readonly { reviewer: string; severity: Severity }[];
  verdict: VerdictValue;
  evidence: Evidence;
  origin: Origin;
}

export interface SeverityDecision {
  severity: Severity;
  reason: string;
}

/**
 * One severity for a cluster. One rating stands. Of several, two that agree on critical stand; else the lowest
 * counts, but never two steps under the highest: reviewers inflate more often than they play down. A critical that
 * one reviewer alone claims and nobody confirmed is capped at important.
 */
export function decideSeverity(input: SeverityInput): SeverityDecision {
  const ratings = [...input.ratings].sort((a, b) => compareSeverity(a.severity, b.severity));
  const highest = ratings[0]?.severity ?? 'suggestion';
  const lowest = ratings.at(-1)?.severity ?? 'suggestion';
  const reviewers = new Set(ratings.map((rating) => rating.reviewer));
  const critical = new Set(ratings.filter((one) => one.severity === 'critical').map((one) => one.reviewer));
  if (critical.size >= 2)
    return { severity: 'critical', reason: `${critical.size} reviewers rate it critical` };
  if (highest === 'critical' && reviewers.size === 1 && isUnproved(input))
    return {
      severity: 'important',
      reason: 'capped at important: one reviewer alone rates it critical and nobody confirmed it',
    };
  if (highest === lowest)
    return {
      severity: highest,
      reason: reviewers.size > 1 ? `all rate it ${highest}` : `rated ${highest}`,
    };
  const floor = severities[severities.indexOf(highest) + 1] ?? highest;
  const severity = compareSeverity(lowest, floor) <= 0 ? lowest : floor;
  return { severity, reason: `rated between ${highest} and ${lowest}: ${severity}` };
}

function isUnproved(input: SeverityInput): boolean {
  return input.evidence === 'inferred' && input.verdict !== 'confirmed';
}
