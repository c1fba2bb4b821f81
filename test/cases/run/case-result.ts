import type { Report } from '../../../src/domain/report.ts';
import type { LoadedCase } from '../generate/create-case.ts';
import { publishedFindings, rawFindings } from '../score/judged-finding.ts';
import { type Score, scoreFindings } from '../score/score-findings.ts';

/** What one reviewer, or all of them together in the report, came to in one case. */
export interface ReviewerResult {
  /** The reviewer's id; `report` for what was published after reconciliation. */
  reviewer: string;
  /** How its review ended; null for the report. */
  status: string | null;
  score: Score;
  /** USD; null when unknown. */
  costUsd: number | null;
  durationMs: number;
}

export interface CaseResult {
  case: string;
  language: string;
  reviewers: ReviewerResult[];
}

/** Scores every reviewer of a run on its own, and then the report. */
export function toCaseResult(loaded: LoadedCase, report: Report): CaseResult {
  const { expected, tolerated } = loaded;
  const reviewers = report.reviewers.map(
    ({ reviewer, status, costUsd, durationMs }): ReviewerResult => ({
      reviewer: reviewer.id,
      status,
      score: scoreFindings({ findings: rawFindings(report, reviewer.id), expected, tolerated }),
      costUsd,
      durationMs,
    }),
  );
  const together: ReviewerResult = {
    reviewer: 'report',
    status: null,
    score: scoreFindings({ findings: publishedFindings(report), expected, tolerated }),
    costUsd: report.run.costUsd,
    durationMs: report.run.wallClockMs,
  };
  return { case: loaded.name, language: loaded.language, reviewers: [...reviewers, together] };
}
