import type { Change } from '../../domain/change.ts';
import { isGuard } from '../../domain/guard.ts';
import { isWithdrawn } from '../../domain/ledger.ts';
import type { PublishedFinding, Report, ReviewerOutcome } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { reviewerName } from '../../domain/reviewer.ts';
import { decideRecommendation } from '../../domain/run-outcome.ts';
import { countSeverities } from '../text/words.ts';
import { listSections } from './attributed-sections.ts';
import { listCoverage } from './coverage-matrix.ts';
import { listDeferred } from './deferred-findings.ts';
import { linkFixes, noticeFixesOfFixes } from './fixes-of-fixes.ts';
import { listPublishedFindings } from './published-findings.ts';
import { listReconciliation } from './reconciliation.ts';
import type { ReportInput } from './report-input.ts';
import { computeRetroColumns } from './retro-columns.ts';
import { computeAgreement, computeInflation } from './retro-figures.ts';
import { retroClosing, retroParagraph } from './retro-prose.ts';
import { compareRawFindings, indexRun, type RunIndex } from './run-index.ts';
import { sameVendorNotices } from './same-vendor-notices.ts';
import {
  missingSuffix,
  recommendationSentence,
  type SummaryInput,
  summarySentences,
} from './summary-sentences.ts';
import { describeWritten } from './written-prose.ts';

/**
 * The one result of a run, computed from what the stages left. Pure; the order of findings within the reviews, of
 * clusters, verdicts and ledger entries does not matter. Throws `InternalError` when these contradict each other.
 */
export function buildReport(input: ReportInput): Report {
  const index = indexRun(input);
  const findings = linkFixes(listPublishedFindings(input, index), input);
  const deferred = listDeferred(findings, input.change);
  const sections = listSections(input, index);
  const reviewed = findings.filter(({ reviewers }) => !reviewers.some(isGuard));
  const coverage = listCoverage(input.change, input.reviews);
  const columns = computeRetroColumns({
    reviews: input.reviews,
    index,
    findings,
    observations: sections.designObservations,
    coverage,
  });
  const summary = summarise(input, index, findings);
  const entries = index.members.map((member) => member.entry);
  const text = (given: string | undefined, computed: string) => (given?.trim() ? given.trim() : computed);
  return {
    schemaVersion: 1,
    tool: { name: 'deep-review', version: input.toolVersion },
    run: {
      ...input.run,
      notices: [
        ...input.run.notices,
        ...(input.change.notices ?? []),
        ...sameVendorNotices(input.change, input.reviews),
        ...noticeFixesOfFixes(findings, input.change),
      ],
    },
    title: `Deep Review: ${input.run.id}${missingSuffix(input.run.quorum, input.reviews)}`,
    change: describeChange(input.change),
    reviewers: input.reviews.map(describeReviewer),
    ...(input.instructions === undefined ? {} : { instructions: input.instructions }),
    guard: input.guard == null ? null : describeReviewer(input.guard),
    recommendation: {
      value: summary.recommendation,
      sentence: text(input.prose?.recommendation, recommendationSentence(summary)),
    },
    counts: summary.counts,
    executiveSummary: text(input.prose?.executiveSummary, summarySentences(summary)),
    prose: describeWritten(input),
    findings,
    ...sections,
    ...(input.earlierFindings === undefined ? {} : { earlierFindings: [...input.earlierFindings] }),
    ...(deferred.length === 0 ? {} : { deferred }),
    coverage,
    retro: {
      columns,
      paragraphs: input.reviews.flatMap((review, at) => {
        const column = columns[at];
        if (column === undefined) return [];
        const computed = retroParagraph(review, column, { files: coverage.length, findings });
        const given = input.prose?.retro.find(({ reviewer }) => reviewer === review.reviewer.id);
        return [{ ...computed, text: text(given?.text, computed.text) }];
      }),
      reconciliation: listReconciliation(index, findings),
      inflation: computeInflation(
        input.reviews.map((review) => review.reviewer.id),
        entries,
      ),
      agreement: computeAgreement(entries, findings),
      closing: text(input.prose?.closing, retroClosing(columns, reviewed)),
    },
    resolution: input.resolution ?? null,
    ledger: {
      raw: index.members.length,
      accounted: index.members.length,
      entries,
    },
  };
}

function summarise(input: ReportInput, index: RunIndex, findings: readonly PublishedFinding[]): SummaryInput {
  const reviewed = findings.filter(({ reviewers }) => !reviewers.some(isGuard));
  const fates = index.members.map((member) => member.entry.fate.fate);
  const withdrawn = index.members.filter(({ entry }) => isWithdrawn(entry)).length;
  return {
    change: input.change,
    reviews: input.reviews,
    run: input.run,
    findings,
    counts: countSeverities(findings.map((finding) => finding.severity)),
    recommendation: decideRecommendation(
      findings,
      isIncomplete(input.run) || isUnread(input, reviewed) || isQuiet(input, reviewed),
    ),
    dropped: fates.filter((fate) => fate === 'dropped').length - withdrawn,
    withdrawn,
    merged: fates.filter((fate) => fate === 'merged').length,
    moved: fates.filter((fate) => fate === 'moved').length,
    raw: fates.length,
    guarded: index.members.filter(({ entry }) => isGuard(entry.reviewer)).length,
  };
}

/** Too few reviewers came to their end for any recommendation: silence is no approval. */
function isIncomplete({ status, quorum }: Report['run']): boolean {
  return status === 'failed' || status === 'cancelled' || quorum.completed < quorum.required;
}

/** Nothing was found where nothing was read: that says nothing about the change. */
function isUnread({ change, reviews }: ReportInput, findings: readonly PublishedFinding[]): boolean {
  return (
    findings.length === 0 &&
    change.files.length > 0 &&
    reviews.every((review) => review.filesRead.length === 0)
  );
}

/** Nothing stands, and not everybody who was asked came to an end: no approval can rest on that. */
function isQuiet({ run }: ReportInput, findings: readonly PublishedFinding[]): boolean {
  return findings.length === 0 && run.quorum.completed < run.quorum.asked;
}

function describeChange(change: Change): Report['change'] {
  const { repository, headKind, branch, base, head, mergeBase, commits, pullRequest, linked } = change;
  const { round, focus, files } = change;
  return {
    repository,
    headKind,
    branch,
    base,
    head,
    mergeBase,
    commits,
    pullRequest,
    ...(linked === undefined ? {} : { linked }),
    author: pullRequest?.author ?? commits.at(-1)?.author.name ?? null,
    round,
    ...(focus === undefined ? {} : { focus }),
    files: files.length,
    additions: files.reduce((sum, file) => sum + (file.additions ?? 0), 0),
    deletions: files.reduce((sum, file) => sum + (file.deletions ?? 0), 0),
  };
}

function describeReviewer(review: Review): ReviewerOutcome {
  const { reviewer, status, cause, startedAt, durationMs, filesRead, toolCalls, finish } = review;
  const { usage, costUsd, lostRequests } = review;
  return {
    reviewer,
    name: reviewerName(reviewer.id),
    status,
    cause,
    startedAt,
    durationMs,
    usage,
    costUsd,
    lostRequests,
    filesRead,
    toolCalls,
    findings: review.findings.toSorted(compareRawFindings),
    finish,
  };
}
