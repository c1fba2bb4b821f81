import type { ReviewerId } from '../../domain/reviewer.ts';
import type { Recommendation, ReviewStatus, Severity, VerdictValue } from '../../domain/vocabulary.ts';

export type SeverityFigures = Readonly<Record<Severity, number>>;

/** One published finding as the writer of the prose gets it. */
export interface BriefFinding {
  /** C1, I2, S3. */
  label: string;
  shortId: string;
  severity: Severity;
  verdict: VerdictValue;
  /** Letters of the reviewers that raised it; empty for one that rules of the guard raised. */
  raisedBy: readonly string[];
  /** null when it is kept from the writer's vendor, or no room is left for it: then id, severity and verdict are all. */
  text: { title: string; places: readonly string[]; explanation: string } | null;
}

/** One reviewer under its letter; every figure is computed. */
export interface BriefReviewer {
  letter: string;
  /** Who it is: never shown. */
  reviewer: ReviewerId;
  /** Rules or another tool, which nobody should take for a model's judgement. */
  isProgram: boolean;
  status: ReviewStatus;
  /** Raw findings at its own severity, without withdrawn ones. */
  raised: SeverityFigures;
  /** Published with its name, at final severity. */
  published: SeverityFigures;
  figures: {
    alone: number;
    dropped: number;
    false: number;
    lowered: number;
    observations: number;
    filesOpened: number;
    filesMissed: number;
  };
}

/** All that the writer of a report's prose is told. Nothing in it depends on times, costs or who the reviewers are. */
export interface ConsolidationBrief {
  recommendation: { value: Recommendation; sentence: string };
  change: { files: number; commits: number; additions: number; deletions: number };
  counts: SeverityFigures;
  verdicts: Readonly<Record<'confirmed' | 'uncertain' | 'unexamined', number>>;
  raw: number;
  /** What became of the raw findings that are no finding of their own. */
  fates: Readonly<Record<'merged' | 'dropped' | 'moved', number>>;
  reviewers: readonly BriefReviewer[];
  findings: readonly BriefFinding[];
}
