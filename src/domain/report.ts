import * as z from 'zod';
import { Cause } from './cause.ts';
import { Commit, FileStatus, LinkedIssue, ObjectId, PullRequest, Revision, RoundFocus } from './change.ts';
import { ContextNote } from './context-suggestion.ts';
import { LostRequests, noLostRequests, StageCost } from './cost.ts';
import { SettledFinding } from './earlier-outcome.ts';
import { RawFinding } from './finding.ts';
import { LedgerEntry } from './ledger.ts';
import { Location } from './location.ts';
import { WrittenProse } from './prose.ts';
import { ResolutionRow } from './resolution-row.ts';
import { AgreementOutcome, SeverityInflation } from './retro-figures.ts';
import { ReviewFinish, ToolCallRecord } from './review.ts';
import { Reviewer } from './reviewer.ts';
import { StageTime, WorkSession } from './run-time.ts';
import { Usage } from './usage.ts';
import { Examination, FixCheck } from './verdict.ts';
import {
  Category,
  Evidence,
  FindingKind,
  Origin,
  Recommendation,
  ReviewStatus,
  RunStatus,
  Severity,
  VerdictValue,
} from './vocabulary.ts';

/** One reviewer's part in the run, as the header, the retro and the appendix show it. */
export const ReviewerOutcome = z.object({
  reviewer: Reviewer,
  /** How it is called in the report: `Claude`. */
  name: z.string(),
  status: ReviewStatus,
  cause: Cause.nullable(),
  startedAt: z.string(),
  durationMs: z.number().min(0),
  usage: Usage.nullable(),
  /** null when unknown. */
  costUsd: z.number().nullable(),
  lostRequests: LostRequests.default(noLostRequests),
  filesRead: z.array(z.string()),
  toolCalls: z.array(ToolCallRecord),
  /** Everything it handed in, untouched: the appendix. */
  findings: z.array(RawFinding),
  finish: ReviewFinish.nullable(),
});
export type ReviewerOutcome = z.infer<typeof ReviewerOutcome>;

/** What earlier rounds of the same target know of a published finding. */
export const FindingHistory = z.object({
  /** `same`: its name is that of the earlier finding. `split`: another one took that name and this is a part of it. */
  relation: z.enum(['same', 'split']),
  /** Stable name of the earlier finding. */
  id: z.string(),
  /** The first round that is known to have raised it. */
  since: z.int().min(1),
  /** That people declined it, and why it is published all the same. null: they did not. */
  declined: z.object({ round: z.int().min(1), reason: z.string(), why: z.string() }).nullable(),
});
export type FindingHistory = z.infer<typeof FindingHistory>;

/** One published finding: a cluster with one severity. */
export const PublishedFinding = z.object({
  /** C1, I2, S3: counts within the severity. */
  label: z.string().regex(/^[CIS]\d+$/),
  /** Short, stable name: `a3f9`. Printed as `I1·a3f9`; unique in the report. */
  shortId: z.string(),
  /** The whole fingerprint behind `shortId`, 64 hexadecimal digits. */
  fingerprint: z.string(),
  cluster: z.string(),
  severity: Severity,
  /** Why this severity; says so when a cap or a disagreement set it. */
  severityReason: z.string(),
  kind: FindingKind,
  category: Category,
  title: z.string(),
  /** Proved places, the quoted one first. Empty for a text that is in no file. */
  locations: z.array(Location),
  /** What text it is about when that is in no file, such as the message of a commit; absent for code. */
  about: z.string().optional(),
  /** Name of the function or type around its first place. Absent: not known, or none. */
  symbol: z.string().optional(),
  /** The quote as claimed; the report shows the code cut from git instead. */
  quote: z.string(),
  absent: z.boolean(),
  explanation: z.string(),
  scenario: z.string(),
  fix: z.object({ text: z.string(), diff: z.string(), check: FixCheck.nullable() }),
  /** Ids of the reviewers that raised it, in the run's order of reviewers; the guard's alone for one of its own. */
  reviewers: z.array(z.string()).min(1),
  /** Keys of all raw findings in it, the one that speaks first. */
  members: z.array(z.string()).min(1),
  verdict: VerdictValue,
  verdictReason: z.string(),
  evidence: Evidence,
  examinations: z.array(Examination),
  origin: Origin,
  introducedBy: z.object({ sha: ObjectId, subject: z.string() }).nullable(),
  /** Absent: no earlier round raised it, or none is known. */
  history: FindingHistory.optional(),
  /** The finding of the round before whose fix wrote lines that it is about. Absent: none, or not known. */
  onFixOf: z.object({ id: z.string(), round: z.int().min(1) }).optional(),
});
export type PublishedFinding = z.infer<typeof PublishedFinding>;

export const ReportObservation = z.object({
  kind: z.enum(['concern', 'strength']),
  scope: z.enum(['in-scope', 'future']),
  title: z.string(),
  text: z.string(),
  reviewers: z.array(z.string()),
  /** Empty when it names no proved place. */
  locations: z.array(Location),
  /** Key of the raw finding that was moved here; null when it was handed in as an observation. */
  from: z.string().nullable(),
});
export type ReportObservation = z.infer<typeof ReportObservation>;

/** A paragraph and who wrote it. */
export const AttributedText = z.object({ reviewers: z.array(z.string()), text: z.string() });
export type AttributedText = z.infer<typeof AttributedText>;

/**
 * How a reviewer met one changed file. `listed`: it said so in its coverage without having opened it. `kept`: an egress
 * rule kept its content from the reviewer's vendor. `earlier`: it opened it in an earlier round, and it stands since as it
 * did.
 */
export const CoverageCell = z.enum([
  'read',
  'listed',
  'trivial',
  'skipped',
  'earlier',
  'missed',
  'not-asked',
  'kept',
]);
export type CoverageCell = z.infer<typeof CoverageCell>;

export const CoverageRow = z.object({
  path: z.string(),
  status: FileStatus,
  additions: z.int().nullable(),
  deletions: z.int().nullable(),
  generated: z.boolean(),
  vendored: z.boolean(),
  /** One for each reviewer of the run, in its order. */
  cells: z.array(
    z.object({
      reviewer: z.string(),
      cell: CoverageCell,
      note: z.string(),
      /** With `earlier`: the round it was opened in. */
      round: z.int().min(1).optional(),
    }),
  ),
});
export type CoverageRow = z.infer<typeof CoverageRow>;

export const SeverityCounts = z.object({
  critical: z.int().min(0),
  important: z.int().min(0),
  suggestion: z.int().min(0),
});
export type SeverityCounts = z.infer<typeof SeverityCounts>;

/** One column of the retro's summary table; every number is computed from the ledger. */
export const RetroColumn = z.object({
  reviewer: z.string(),
  durationMs: z.number().min(0),
  /** Raw findings at the reviewer's own severity, without withdrawn ones. */
  findings: SeverityCounts,
  toolCalls: z.object({ total: z.int(), byTool: z.array(z.object({ tool: z.string(), count: z.int() })) }),
  designObservations: z.int(),
  falsePositives: z.int(),
  /** Published findings that it alone raised, and on whose lines nobody else has one of a like category. */
  uniqueInsights: z.int(),
  filesReviewed: z.int(),
  coverageMisses: z.int(),
  /** Published findings attributed to it, at final severity. */
  totals: SeverityCounts,
  downgraded: z.array(z.object({ from: Severity, to: Severity, count: z.int() })),
  dropped: z.int(),
  costUsd: z.number().nullable(),
});
export type RetroColumn = z.infer<typeof RetroColumn>;

export const Retro = z.object({
  columns: z.array(RetroColumn),
  paragraphs: z.array(AttributedText),
  /** One line for each raw finding whose severity changed or that was dropped, moved or withdrawn. */
  reconciliation: z.array(z.object({ key: z.string(), text: z.string() })),
  /** One for each reviewer; absent in reports of versions without it, as is `agreement`. */
  inflation: z.array(SeverityInflation).default([]),
  /** By the number of reviewers that raised a cluster, fewest first. */
  agreement: z.array(AgreementOutcome).default([]),
  closing: z.string(),
});
export type Retro = z.infer<typeof Retro>;

/** `render/report.json`: the one result. Every rendering is made of it and the git objects it names. */
export const Report = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('deep-review'), version: z.string() }),
  run: z.object({
    /** Name of the run directory: `20260512-133636-pr-350`. */
    id: z.string(),
    status: RunStatus,
    /** UTC, ISO 8601. */
    startedAt: z.string(),
    /** How often parts of it were done again when it was finished. Absent: never, and in reports of versions without it. */
    looks: z.int().min(1).optional(),
    wallClockMs: z.number().min(0),
    /** Sum over all paid calls; null when a part of it is unknown. */
    costUsd: z.number().nullable(),
    /** Of each stage, in the order of the stages; what a stage without an entry cost is in `costUsd` alone. */
    stageCosts: z.array(StageCost).default([]),
    lostRequests: LostRequests.default(noLostRequests),
    /** Absent in reports of versions without it. */
    stages: z.array(StageTime).optional(),
    /** Sessions that were no reviews, by work and start. Absent in reports of versions without it. */
    sessions: z.array(WorkSession).optional(),
    quorum: z.object({ asked: z.int(), required: z.int(), completed: z.int() }),
    /** Said on the report's face, such as that sessions were recorded. */
    notices: z.array(z.string()),
  }),
  /** `Deep Review: <run id>`, followed by who is missing: ` (2 of 3 reviewers), without Gemini (timed out)`. */
  title: z.string(),
  change: z.object({
    repository: z.object({ owner: z.string(), name: z.string(), url: z.string().nullable() }),
    headKind: z.enum(['commit', 'index', 'work-tree']),
    branch: z.string().nullable(),
    base: Revision,
    head: Revision,
    mergeBase: ObjectId,
    /** Oldest first. */
    commits: z.array(Commit),
    pullRequest: PullRequest.nullable(),
    /** Issues that it closes or speaks of. null or absent: not known. */
    linked: z.array(LinkedIssue).nullable().optional(),
    author: z.string().nullable(),
    round: z.int(),
    /** What this round looked at first. Absent: a first round, or not known. */
    focus: RoundFocus.optional(),
    files: z.int(),
    additions: z.int(),
    deletions: z.int(),
  }),
  reviewers: z.array(ReviewerOutcome),
  /** What reviewers were told at their start, besides the change itself; equal texts once. Absent where it is not known. */
  instructions: z.array(AttributedText).optional(),
  /** What the guard found, which is no reviewer. null when it did not run; absent in reports of versions without it. */
  guard: ReviewerOutcome.nullable().optional(),
  recommendation: z.object({ value: Recommendation, sentence: z.string() }),
  counts: SeverityCounts,
  executiveSummary: z.string(),
  /** What a model wrote of its sentences. null and absent: all of them are computed. */
  prose: WrittenProse.nullable().optional(),
  findings: z.array(PublishedFinding),
  designObservations: z.array(ReportObservation),
  testing: z.array(AttributedText),
  documentation: z.array(AttributedText),
  commitStructure: z.array(AttributedText),
  acknowledged: z.array(z.object({ location: z.string(), text: z.string(), reviewers: z.array(z.string()) })),
  declined: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      /** Round it was declined in; null when that is not known. */
      round: z.int().nullable(),
      reason: z.string(),
      /** Stable name of the finding that people declined. Absent in reports of versions without it. */
      id: z.string().optional(),
    }),
  ),
  /** What became of the findings of earlier rounds. Absent: no earlier round is known. */
  earlierFindings: z.array(SettledFinding).optional(),
  /** Stable names of findings that the stopping rule keeps out of what is posted. Absent: none. */
  deferred: z.array(z.string()).optional(),
  unresolvedFeedback: z.array(
    z.object({ author: z.string(), text: z.string(), state: z.string(), reviewers: z.array(z.string()) }),
  ),
  coverage: z.array(CoverageRow),
  retro: Retro,
  processNotes: z.object({
    tool: z.array(z.object({ rule: z.string(), why: z.string(), reviewers: z.array(z.string()) })),
    repository: z.array(ContextNote),
  }),
  /** null until the report was acted on. */
  resolution: z.object({ addressedAt: z.string(), rows: z.array(ResolutionRow) }).nullable(),
  ledger: z.object({ raw: z.int(), accounted: z.int(), entries: z.array(LedgerEntry) }),
});
export type Report = z.infer<typeof Report>;
