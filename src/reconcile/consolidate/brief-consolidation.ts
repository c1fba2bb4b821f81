import { letterOrder } from '../../agent/consolidate/check/prose-facts.ts';
import type {
  BriefFinding,
  BriefReviewer,
  ConsolidationBrief,
} from '../../agent/consolidate/consolidation-brief.ts';
import { isGuard } from '../../domain/guard.ts';
import { formatLocation } from '../../domain/location.ts';
import type { PublishedFinding, Report, RetroColumn } from '../../domain/report.ts';
import type { ReviewerId } from '../../domain/reviewer.ts';
import type { Severity } from '../../domain/vocabulary.ts';

/** Lengths in UTF-16 units. */
const longestTitle = 300;
const longestPlace = 300;
const mostPlaces = 6;
const longestExplanation: Record<Severity, number> = { critical: 1_500, important: 1_200, suggestion: 400 };
/** All texts of findings together; what comes after is told by id, severity and verdict. */
const longestTexts = 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export interface BriefInput {
  /** As it is computed, without any prose of a model. */
  report: Report;
  /** Labels of the findings whose texts the writer may not see. */
  kept: ReadonlySet<string>;
}

/**
 * What the writer of a report's prose is told: the computed figures, the published findings by their ids, and the
 * reviewers under letters in an order that says nothing of who they are. Never names, models, times or costs.
 */
export function briefConsolidation({ report, kept }: BriefInput): ConsolidationBrief {
  const { change, recommendation, counts, findings, ledger } = report;
  const letters = giveLetters(report);
  const verdictCount = (verdict: PublishedFinding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const fateCount = (fate: 'merged' | 'dropped' | 'moved') =>
    ledger.entries.filter((entry) => entry.fate.fate === fate).length;
  let room = longestTexts;
  return {
    recommendation: { value: recommendation.value, sentence: recommendation.sentence },
    change: {
      files: change.files,
      commits: change.commits.length,
      additions: change.additions,
      deletions: change.deletions,
    },
    counts,
    verdicts: {
      confirmed: verdictCount('confirmed'),
      uncertain: verdictCount('uncertain'),
      unexamined: verdictCount('unexamined'),
    },
    raw: ledger.raw,
    fates: { merged: fateCount('merged'), dropped: fateCount('dropped'), moved: fateCount('moved') },
    reviewers: [...letters]
      .toSorted(([, a], [, b]) => (a < b ? -1 : 1))
      .flatMap(([reviewer, letter]) => describeReviewer(report, reviewer, letter) ?? []),
    findings: findings.map((finding): BriefFinding => {
      const text = kept.has(finding.label) ? null : describeText(finding);
      const length = text === null ? 0 : [text.title, text.explanation, ...text.places].join('\n').length;
      room -= length;
      return {
        label: finding.label,
        shortId: finding.shortId,
        severity: finding.severity,
        verdict: finding.verdict,
        raisedBy: finding.reviewers
          .filter((id) => !isGuard(id))
          .flatMap((id) => letters.get(id) ?? [])
          .sort(),
        text: room < 0 ? null : text,
      };
    }),
  };
}

function giveLetters({ retro, change }: Report): Map<ReviewerId, string> {
  const ids = letterOrder(
    retro.columns.map(({ reviewer }) => reviewer),
    (id) => id,
    change.head.sha,
  );
  return new Map(ids.slice(0, alphabet.length).map((id, at) => [id, alphabet.charAt(at)]));
}

function describeText({ title, locations, explanation, severity }: PublishedFinding): BriefFinding['text'] {
  return {
    title: cut(title, longestTitle),
    places: locations.slice(0, mostPlaces).map((location) => cut(formatLocation(location), longestPlace)),
    explanation: cut(explanation, longestExplanation[severity]),
  };
}

function describeReviewer(report: Report, reviewer: ReviewerId, letter: string): BriefReviewer | null {
  const column = report.retro.columns.find((one) => one.reviewer === reviewer);
  const outcome = report.reviewers.find((one) => one.reviewer.id === reviewer);
  if (column === undefined || outcome === undefined) return null;
  return {
    letter,
    reviewer,
    isProgram: outcome.reviewer.type === 'program',
    status: outcome.status,
    raised: column.findings,
    published: column.totals,
    figures: describeColumn(column),
  };
}

function describeColumn(column: RetroColumn): BriefReviewer['figures'] {
  return {
    alone: column.uniqueInsights,
    dropped: column.dropped,
    false: column.falsePositives,
    lowered: column.downgraded.reduce((sum, { count }) => sum + count, 0),
    observations: column.designObservations,
    filesOpened: column.filesReviewed,
    filesMissed: column.coverageMisses,
  };
}

/** A text's beginning, never half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}
