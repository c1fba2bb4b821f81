import type { Change, EarlierFinding, EarlierRound } from '../domain/change.ts';
import { type Decision, isDeclining, latestDecisions } from '../domain/decisions.ts';
import { isGuard } from '../domain/guard.ts';
import type { PublishedFinding, Report } from '../domain/report.ts';
import { makeVisible, makeVisibleLine } from '../domain/visible-text.ts';
import { compareSeverity, severityOfLabel } from '../domain/vocabulary.ts';

/** A finished review of the same target. */
export interface EarlierRun {
  report: Report;
  /** Oldest first. */
  decisions: readonly Decision[];
}

/**
 * What a new review is told of the earlier ones, oldest first. A run that reviewed the head of the one before it is a
 * round of its own only when something was decided in between; so is the new review.
 */
export function toRounds(
  runs: readonly EarlierRun[],
  head: string,
): Required<Pick<Change, 'round' | 'earlierRounds'>> {
  const groups: { round: number; runs: EarlierRun[] }[] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && repeats(last.runs, run.report.change.head.sha)) last.runs.push(run);
    else groups.push({ round: Math.max((last?.round ?? 0) + 1, run.report.change.round), runs: [run] });
  }
  const latest = latestOf(groups);
  const since = new Map<string, number>();
  const earlierRounds = groups.map((group): EarlierRound => {
    const { round } = group;
    const findings = new Map(
      group.runs.flatMap(({ report }) => report.findings).map((finding) => [finding.shortId, finding]),
    );
    for (const { shortId, history } of findings.values())
      since.set(shortId, Math.min(since.get(shortId) ?? round, history?.since ?? round, round));
    const newest = group.runs.at(-1)?.report.change;
    return {
      round,
      head: newest?.head.sha ?? null,
      mergeBase: newest?.mergeBase ?? null,
      declined: [...findings.values()].flatMap((finding) => {
        const decided = latest.get(finding.shortId);
        return decided === undefined || decided.round !== round || !isDeclining(decided.decision)
          ? []
          : [toDeclined(finding, decided.decision)];
      }),
      findings: [...findings.values()].map((finding) =>
        toEarlier(finding, since.get(finding.shortId) ?? round),
      ),
      ...fixedIn(group.runs.at(-1)?.report),
    };
  });
  const last = groups.at(-1);
  const round = last === undefined ? 1 : repeats(last.runs, head) ? last.round : last.round + 1;
  return { round, earlierRounds };
}

function fixedIn(report: Report | undefined): Pick<EarlierRound, 'fixed'> {
  const fixed = (report?.earlierFindings ?? []).flatMap(({ id, outcome }) =>
    outcome === 'fixed' ? [id] : [],
  );
  return fixed.length === 0 ? {} : { fixed };
}

/** Whether a review of this head does these runs again. */
function repeats(runs: readonly EarlierRun[], head: string): boolean {
  return runs.every(({ report, decisions }) => report.change.head.sha === head && decisions.length === 0);
}

/** Of each finding the decision that counts over all rounds, and its round. */
function latestOf(groups: readonly { round: number; runs: readonly EarlierRun[] }[]) {
  const latest = new Map<string, { round: number; decision: Decision }>();
  for (const { round, runs } of groups)
    for (const { decisions } of runs)
      for (const [id, decision] of latestDecisions(decisions)) latest.set(id, { round, decision });
  return latest;
}

/** At what it was called when it was declined, where a second look has rated it higher since. */
function toDeclined(finding: PublishedFinding, decision: Decision): EarlierRound['declined'][number] {
  const { severity } = finding;
  const said = severityOfLabel(decision.label ?? '') ?? severity;
  return {
    label: makeVisibleLine(finding.label),
    severity: compareSeverity(said, severity) > 0 ? said : severity,
    title: makeVisibleLine(finding.title),
    path: finding.locations[0]?.path ?? null,
    reason: makeVisible(decision.reason.trim()),
    by: decision.by === null ? null : makeVisibleLine(decision.by),
    id: finding.shortId,
  };
}

function toEarlier(finding: PublishedFinding, since: number): EarlierFinding {
  const { shortId: id, fingerprint, label, severity, quote, symbol = '', locations, about } = finding;
  return {
    id,
    fingerprint,
    since,
    label,
    severity,
    title: makeVisibleLine(finding.title),
    explanation: makeVisible(finding.explanation),
    scenario: makeVisible(finding.scenario),
    fix: makeVisible(finding.fix.text),
    quote,
    symbol,
    locations,
    ...(about === undefined ? {} : { about }),
    isGuards: finding.reviewers.some(isGuard),
    reviewers: finding.reviewers,
    ...(finding.onFixOf === undefined ? {} : { onFixOf: finding.onFixOf.id }),
  };
}
