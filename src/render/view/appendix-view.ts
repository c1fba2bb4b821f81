import type { FindingAttempt, FindingClaim, RawFinding } from '../../domain/finding.ts';
import { countHandedIn, wordHandedIn } from '../../domain/handed-in.ts';
import type { LedgerEntry } from '../../domain/ledger.ts';
import type { ReviewerOutcome } from '../../domain/report.ts';
import type { ReviewFinish, ToolCallRecord } from '../../domain/review.ts';
import type { Usage } from '../../domain/usage.ts';
import { countToolCalls } from '../build/retro-columns.ts';
import { languageOf } from '../text/languages.ts';
import {
  formatBytes,
  formatDate,
  formatDuration,
  formatInteger,
  formatUsd,
  reviewerLabel,
  shorten,
  wordStatus,
} from '../text/words.ts';
import { viewTitle } from './finding-view.ts';
import { formatToolCalls } from './retro-view.ts';
import { fateWords } from './trail-view.ts';
import type { BadgeView, ViewContext } from './view-context.ts';

/** One raw finding as its reviewer handed it in. */
export interface RawFindingView {
  id: string;
  title: string;
  tag: string;
  /** The places as claimed; nothing about them is proved. */
  claimed: string;
  quote: string;
  language: string;
  absent: boolean;
  explanation: string;
  scenario: string;
  fixText: string;
  fixDiff: string;
  gate: string;
  fate: string;
  withdrawn: string;
  attempts: { id: string; claimed: string; quote: string; language: string; gate: string }[];
}

export interface RawReviewView {
  badge: BadgeView;
  label: string;
  status: string;
  facts: { name: string; value: string }[];
  findings: RawFindingView[];
  /** `5 findings, 1 withdrawn`. */
  handedIn: string;
  /** null when there is nothing to show; `finishMissing` says why. */
  finish: FinishView | null;
  finishMissing: string;
  session: { text: string; error: boolean }[];
}

export interface FinishView {
  summary: string;
  observations: { kind: string; scope: string; title: string; text: string }[];
  sections: { name: string; text: string }[];
  acknowledged: { location: string; text: string }[];
  feedback: { author: string; text: string; state: string }[];
  coverage: { path: string; status: string; note: string }[];
}

/** Each reviewer's own review, as it was handed in, with the gate's answers and its session. */
export function viewAppendix({ report, badge }: ViewContext): RawReviewView[] {
  const entries = new Map(report.ledger.entries.map((entry) => [entry.key, entry]));
  const guard = report.guard == null || report.guard.findings.length === 0 ? [] : [report.guard];
  return [...report.reviewers, ...guard].map((outcome) => ({
    badge: badge(outcome.reviewer.id),
    label: reviewerLabel(outcome.reviewer),
    status: wordStatus(outcome.status),
    facts: listFacts(outcome, formatToolCalls(countToolCalls(outcome.toolCalls))),
    findings: outcome.findings.map((finding) =>
      viewRawFinding(finding, entries.get(`${outcome.reviewer.id}/${finding.id}`)),
    ),
    handedIn: wordHandedIn(countHandedIn(outcome.findings)),
    finish: viewFinish(outcome.finish),
    finishMissing: outcome.finish === null ? 'Nothing: it never said that it was done.' : 'Nothing.',
    session: outcome.toolCalls.map((call, at) => ({ text: sessionLine(call, at + 1), error: call.isError })),
  }));
}

function listFacts(outcome: ReviewerOutcome, toolCalls: string): RawReviewView['facts'] {
  return [
    { name: 'Reviewer', value: reviewerLabel(outcome.reviewer) },
    { name: 'Status', value: wordStatus(outcome.status) },
    ...(outcome.cause === null
      ? []
      : [{ name: 'Cause', value: `${outcome.cause.message} (${outcome.cause.code})` }]),
    { name: 'Started', value: formatDate(outcome.startedAt) },
    { name: 'Duration', value: formatDuration(outcome.durationMs) },
    { name: 'Cost', value: formatUsd(outcome.costUsd) },
    ...(outcome.usage === null ? [] : [{ name: 'Tokens', value: formatUsage(outcome.usage) }]),
    { name: 'Changed files opened', value: `${outcome.filesRead.length}` },
    { name: 'Tool calls', value: toolCalls },
  ];
}

function formatUsage(usage: Usage): string {
  const parts: [string, number | null][] = [
    ['in', usage.input],
    ['from cache', usage.cacheRead],
    ['to cache', usage.cacheWrite],
    ['out', usage.output],
  ];
  return parts
    .map(([name, count]) => `${count === null ? 'unknown' : formatInteger(count)} ${name}`)
    .join(', ');
}

function viewRawFinding(finding: RawFinding, entry: LedgerEntry | undefined): RawFindingView {
  const { claim } = finding;
  return {
    id: finding.id,
    title: viewTitle(claim.title),
    tag: tagOf(claim),
    claimed: claimedPlaces(claim),
    quote: claim.quote,
    language: languageOf(claim.locations[0]?.path ?? ''),
    absent: claim.absent,
    explanation: claim.explanation,
    scenario: claim.scenario,
    fixText: claim.fix.text,
    fixDiff: claim.fix.diff.trim() === '' ? '' : claim.fix.diff,
    gate: finding.gate.message,
    fate: entry === undefined ? '' : `${fateWords(entry)}${entry.reason === '' ? '' : `: ${entry.reason}`}`,
    withdrawn: finding.withdrawn ?? '',
    attempts: finding.attempts.map(viewAttempt),
  };
}

function viewAttempt({ id, claim, gate }: FindingAttempt): RawFindingView['attempts'][number] {
  return {
    id,
    claimed: claimedPlaces(claim),
    quote: claim.quote,
    language: languageOf(claim.locations[0]?.path ?? ''),
    gate: gate.message,
  };
}

function tagOf({ severity, kind, category, confidence }: FindingClaim): string {
  const sure = confidence === null ? [] : [`confidence ${confidence.toFixed(2)}`];
  return [severity, kind, category, ...sure].join(', ');
}

function claimedPlaces({ locations }: FindingClaim): string {
  if (locations.length === 0) return 'a text that is in no file';
  return locations
    .map(({ path, startLine, endLine, side }) => {
      const lines = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
      return `${shorten(path, 300)}:${lines}${side === 'base' ? ' (base)' : ''}`;
    })
    .join(', ');
}

function viewFinish(finish: ReviewFinish | null): FinishView | null {
  if (finish === null) return null;
  const sections = [
    { name: 'Testing', text: finish.testing },
    { name: 'Documentation', text: finish.documentation },
    { name: 'Commits', text: finish.commits },
  ];
  const view: FinishView = {
    summary: finish.summary,
    observations: finish.designObservations.map(({ kind, scope, title, text }) => ({
      kind,
      scope,
      title: viewTitle(title),
      text,
    })),
    sections: sections.filter(({ text }) => text.trim() !== ''),
    acknowledged: finish.acknowledged,
    feedback: finish.unresolvedFeedback,
    coverage: finish.coverage,
  };
  return Object.values(view).some((part) => part.length > 0) ? view : null;
}

/** `12. read_file {"path":"a.go"} → 1.4 kB, 0.1s`: one tool call in one line. */
function sessionLine(
  { turn, tool, arguments: given, isError, durationMs, answerBytes }: ToolCallRecord,
  number: number,
): string {
  const ended = isError ? 'error, ' : '';
  const shown = shorten(given.replace(/\s+/g, ' '), 300);
  return `${number}. turn ${turn}: ${tool} ${shown} → ${ended}${formatBytes(answerBytes)}, ${formatDuration(durationMs)}`;
}
