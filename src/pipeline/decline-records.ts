import type { CommentDecision } from '../domain/comment-decision.ts';
import type { DeclineRecord } from '../domain/context-suggestion.ts';
import { type Decision, isDeclining } from '../domain/decisions.ts';
import { findingKey, type RawFinding } from '../domain/finding.ts';
import { isGuard } from '../domain/guard.ts';
import type { PublishedFinding, Report } from '../domain/report.ts';
import { makeVisible, makeVisibleLine } from '../domain/visible-text.ts';
import { severityOfLabel } from '../domain/vocabulary.ts';

export interface DeclineSource {
  report: Report;
  /** About findings of the report, oldest first. */
  decisions: readonly Decision[];
  /** What was decided in comments on rounds of which no run is at hand. */
  decided: readonly CommentDecision[];
}

const mostText = { title: 300, reason: 2000, explanation: 1000 };

/**
 * What people said of the findings of a report, and what it raised again that they had declined; nothing of the guard's.
 * A comment on a round that is not at hand counts where the report raises again what it was about.
 */
export function listDeclineRecords({ report, decisions, decided }: DeclineSource): DeclineRecord[] {
  const again = listRaisedAgain(report);
  const own = decisions.flatMap((decision) => {
    const finding = report.findings.find(({ shortId }) => shortId === decision.finding);
    if (finding === undefined || finding.reviewers.some(isGuard)) return [];
    const how = howOf(decision);
    return how === null ? [] : [{ ...toRecord(report, finding), ...spoken(how, decision) }];
  });
  const absent = decided.flatMap((decision): DeclineRecord[] => {
    const raised = again.find(({ id }) => id !== null && id === decision.id);
    if (raised === undefined) return [];
    const { action, at: decidedAt, label, ...said } = decision;
    const how = action === 'decline' ? 'declined' : 'accepted';
    const severity = severityOfLabel(label ?? '') ?? raised.severity;
    return [{ ...raised, severity, round: null, ...spoken(how, { ...said, decidedAt }) }];
  });
  return [...own, ...absent, ...again];
}

/** A skip without a reason says nothing of whether the finding is right; whatever else was done takes it as right. */
function howOf(decision: Decision): 'declined' | 'accepted' | null {
  if (decision.action !== 'Skipped') return 'accepted';
  return isDeclining(decision) ? 'declined' : null;
}

function spoken(
  how: 'declined' | 'accepted',
  said: { reason: string; by: string | null; decidedAt?: string | undefined; url?: string },
) {
  return {
    how,
    reason: makeVisible(said.reason.trim()).slice(0, mostText.reason),
    by: said.by === null ? null : makeVisibleLine(said.by),
    at: said.decidedAt ?? null,
    url: said.url ?? null,
  };
}

/** What was dropped because people had declined it. */
function listRaisedAgain(report: Report): DeclineRecord[] {
  const raw = new Map(
    report.reviewers.flatMap(({ findings }) => findings.map((one) => [findingKey(one), one] as const)),
  );
  return report.declined.flatMap(({ key, id = null }): DeclineRecord[] => {
    const finding = raw.get(key);
    return finding === undefined ? [] : [{ ...toRecord(report, toDescribed(finding)), id }];
  });
}

type Described = Pick<
  PublishedFinding,
  'severity' | 'category' | 'title' | 'explanation' | 'locations' | 'symbol'
> & { shortId: string | null };

function toDescribed({ claim, locations }: RawFinding): Described {
  const { severity, category, title, explanation } = claim;
  return { severity, category, title, explanation, locations, shortId: null };
}

function toRecord(report: Report, finding: Described): DeclineRecord {
  const { severity, category, title, explanation, locations, symbol = '', shortId: id } = finding;
  return {
    how: 'raised-again',
    target: nameTarget(report),
    round: report.change.round,
    id,
    severity,
    category,
    title: makeVisibleLine(title).slice(0, mostText.title),
    explanation: makeVisible(explanation).slice(0, mostText.explanation),
    path: locations[0]?.path ?? null,
    symbol,
    reason: '',
    by: null,
    at: report.run.startedAt,
    url: null,
  };
}

function nameTarget({ change }: Report): string {
  if (change.pullRequest !== null) return `pull request ${change.pullRequest.number}`;
  return makeVisibleLine(change.branch ?? change.head.sha.slice(0, 12)).slice(0, 200);
}
