import { nameReviewers } from '../domain/reviewer.ts';
import type { Origin, Severity } from '../domain/vocabulary.ts';
import { compareSeverity, type Evidence, severities, type VerdictValue } from '../domain/vocabulary.ts';

export interface Rating {
  reviewer: string;
  severity: Severity;
}

export interface SeverityInput {
  /** Ratings of those who raised it, one for each finding. */
  ratings: readonly Rating[];
  /** Ratings of those who examined it and did not refute it. */
  examined: readonly Rating[];
  verdict: VerdictValue;
  evidence: Evidence;
  origin: Origin;
}

export interface SeverityDecision {
  severity: Severity;
  reason: string;
}

/**
 * One severity for a cluster: that of those who raised it, moved by those who examined it, and capped: a critical that
 * one reviewer alone claims and that stays inferred is important.
 */
export function decideSeverity(input: SeverityInput): SeverityDecision {
  const decision = weighExaminers(decideRaised(input.ratings), input);
  const isLone = new Set(input.ratings.map(({ reviewer }) => reviewer)).size === 1;
  if (decision.severity !== 'critical' || !isLone || input.evidence !== 'inferred') return decision;
  const why =
    input.verdict === 'confirmed'
      ? 'and whoever confirmed it gave no path whose quotes all stand'
      : 'and nobody confirmed it';
  return {
    severity: 'important',
    reason: `capped at important: one reviewer alone rates it critical ${why}`,
  };
}

/**
 * One rating stands. Of several, two that agree on critical stand; else the lowest counts, but never two steps under
 * the highest: reviewers inflate more often than they play down.
 */
function decideRaised(given: readonly Rating[]): SeverityDecision {
  const ratings = [...given].sort((a, b) => compareSeverity(a.severity, b.severity));
  const highest = ratings[0]?.severity ?? 'suggestion';
  const lowest = ratings.at(-1)?.severity ?? 'suggestion';
  const reviewers = new Set(ratings.map((rating) => rating.reviewer));
  const critical = new Set(ratings.filter(isCritical).map((one) => one.reviewer));
  if (critical.size >= 2)
    return { severity: 'critical', reason: `${critical.size} reviewers rate it critical` };
  if (highest === lowest)
    return {
      severity: highest,
      reason: reviewers.size > 1 ? `all rate it ${highest}` : `rated ${highest}`,
    };
  const severity = notBelow(oneStepUnder(highest), lowest);
  return { severity, reason: `rated between ${highest} and ${lowest}: ${severity}` };
}

/** Those who raised it count as one voice against the examiners', who move it down easily and up only together. */
function weighExaminers(raised: SeverityDecision, input: SeverityInput): SeverityDecision {
  const own = new Set(input.ratings.map(({ reviewer }) => reviewer));
  const examined = input.examined.filter(({ reviewer }) => !own.has(reviewer));
  const critical = [
    ...new Set([...input.ratings, ...examined].filter(isCritical).map((one) => one.reviewer)),
  ];
  if (critical.length >= 2 && input.ratings.some(isCritical))
    return { severity: 'critical', reason: `${critical.length} reviewers rate it critical` };
  const base = raised.severity;
  const higher = examined.filter(({ severity }) => compareSeverity(severity, base) < 0);
  const lower = examined.filter(({ severity }) => compareSeverity(severity, base) > 0);
  if (higher.length >= 2 && lower.length === 0) {
    const severity = leastSevere(higher);
    return {
      severity,
      reason: `${raised.reason}; raised ${steps(base, severity)} to ${severity}: ${names(higher)} rate it so or worse`,
    };
  }
  if (lower.length === 0 || lower.length < 1 + examined.length - lower.length) return raised;
  const wanted = mostSevere(lower);
  const sceptics = `${names(lower)} ${lower.length === 1 ? 'rates' : 'rate'} it ${wanted}`;
  if (base === 'critical' && input.verdict === 'confirmed' && lower.length === 1)
    return {
      severity: base,
      reason: `${raised.reason}; ${sceptics}, which alone does not lower a confirmed critical`,
    };
  const severity = lower.length === 1 ? notBelow(oneStepUnder(base), wanted) : wanted;
  return {
    severity,
    reason: `${raised.reason}; lowered ${steps(base, severity)} to ${severity}: ${sceptics}`,
  };
}

function isCritical({ severity }: Rating): boolean {
  return severity === 'critical';
}

function oneStepUnder(severity: Severity): Severity {
  return severities[severities.indexOf(severity) + 1] ?? severity;
}

function notBelow(floor: Severity, severity: Severity): Severity {
  return compareSeverity(severity, floor) <= 0 ? severity : floor;
}

function mostSevere(ratings: readonly Rating[]): Severity {
  return ratings.map(({ severity }) => severity).sort(compareSeverity)[0] ?? 'suggestion';
}

function leastSevere(ratings: readonly Rating[]): Severity {
  return (
    ratings
      .map(({ severity }) => severity)
      .sort(compareSeverity)
      .at(-1) ?? 'suggestion'
  );
}

function steps(from: Severity, to: Severity): string {
  return Math.abs(severities.indexOf(from) - severities.indexOf(to)) === 1 ? 'one step' : 'two steps';
}

function names(ratings: readonly Rating[]): string {
  return nameReviewers(ratings.map(({ reviewer }) => reviewer));
}
