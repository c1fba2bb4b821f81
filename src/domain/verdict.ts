import * as z from 'zod';
import { ObjectId } from './change.ts';
import { ClaimedLocation } from './finding.ts';
import { HeldSession } from './held-session.ts';
import { Location } from './location.ts';
import { ReviewerId } from './reviewer.ts';
import { Evidence, Origin, Severity, VerdictValue } from './vocabulary.ts';

/** Whether a proposed patch can be taken as it is. null answers mean: there was nothing to try it on. */
export const FixCheck = z.object({
  applies: z.boolean().nullable(),
  /** Whether every patched file still parses; null where no grammar is known or it does not apply. */
  parses: z.boolean().nullable(),
  message: z.string(),
});
export type FixCheck = z.infer<typeof FixCheck>;

/** What the repository says about one finding's places, without any judgement. */
export const FindingFacts = z.object({
  key: z.string(),
  /** Whether the change added or removed lines at one of the finding's places. */
  touchedByChange: z.boolean(),
  /** Whether the quoted lines stand in the merge base's version of the file; null when that could not be read. */
  standsAtMergeBase: z.boolean().nullable(),
  /** The newest commit that wrote one of the quoted lines; null when blame gave none. */
  introducedBy: z.object({ sha: ObjectId, subject: z.string() }).nullable(),
  origin: Origin,
  /** null when the finding brings no patch. */
  fix: FixCheck.nullable(),
});
export type FindingFacts = z.infer<typeof FindingFacts>;

/** One examiner's answer on one cluster. */
export const Examination = z.object({
  examiner: z.string(),
  answer: z.enum(['confirm', 'refute', 'unsure']),
  argument: z.string(),
  /** Quotes of the argument that passed the gate. */
  quotes: z.array(
    z.object({
      location: Location,
      text: z.string(),
      /** Code that speaks against the claim: of a refutation, and not the claim's own quote again. */
      contradicts: z.boolean(),
      /** It stood elsewhere than the examiner said. Absent: no. */
      reanchored: z.boolean().optional(),
    }),
  ),
  /** Quotes that the gate refused, with what the examiner was told. Absent: none. */
  refusedQuotes: z
    .array(z.object({ claimed: ClaimedLocation, text: z.string(), message: z.string() }))
    .optional(),
  /** How bad the examiner thinks it is; null when it did not say. */
  severity: Severity.nullable(),
});
export type Examination = z.infer<typeof Examination>;

/** One session of an examiner: some clusters, put to one model. */
export const ExaminerSession = z.object({
  examiner: ReviewerId,
  /** From 1, for each examiner; names the session's files. */
  batch: z.int().min(1),
  /** What it was asked about. */
  clusters: z.array(z.string()),
  /** What it gave a verdict on; counts however the session ended. */
  answered: z.array(z.string()),
  ...HeldSession.shape,
});
export type ExaminerSession = z.infer<typeof ExaminerSession>;

/** `verify/<examiner>-<batch>.json`: what one session came to. */
export const ExaminedBatch = z.object({
  schemaVersion: z.literal(1),
  session: ExaminerSession,
  /** Only in a file: SHA-256 over each claim it was asked about, by which a later look knows the claim again. */
  questions: z.array(z.object({ cluster: z.string(), digest: z.string() })).optional(),
  examinations: z.array(z.object({ cluster: z.string(), examination: Examination })),
  /** Over everything that shaped it; only in a file, of a session that is not to be held again. */
  inputDigest: z.string().optional(),
});
export type ExaminedBatch = z.infer<typeof ExaminedBatch>;

/** A verdict that a second look replaced. */
export const SupersededVerdict = z.object({
  /** Number of that look within the run. */
  look: z.int().min(1),
  /** When it was asked for: UTC, ISO 8601. */
  at: z.string(),
  /** Login of who asked in a comment; null for whoever called the program. */
  by: z.string().nullable(),
  verdict: VerdictValue,
  evidence: Evidence,
  severity: Severity,
  severityReason: z.string(),
  verdictReason: z.string(),
  examinations: z.array(Examination),
});
export type SupersededVerdict = z.infer<typeof SupersededVerdict>;

export const Verdict = z.object({
  cluster: z.string(),
  verdict: VerdictValue,
  evidence: Evidence,
  /** The one severity of the cluster, and the sentence that says why. */
  severity: Severity,
  severityReason: z.string(),
  examinations: z.array(Examination),
  /** One sentence: why this verdict. */
  verdictReason: z.string(),
  /** That people declined the cluster in an earlier round. Absent: they did not. */
  declined: z
    .object({
      /** null: an earlier one that is not known. */
      round: z.int().min(1).nullable(),
      /** Stable name of the finding they declined. */
      id: z.string(),
      reason: z.string(),
      /** Whether it is dropped for that. */
      holds: z.boolean(),
      /** Why that does or does not hold. */
      why: z.string(),
    })
    .optional(),
  /** What second looks replaced, the oldest first. Absent: nothing. */
  superseded: z.array(SupersededVerdict).optional(),
});
export type Verdict = z.infer<typeof Verdict>;

/** `verify/verdicts.json`. */
export const Verdicts = z.object({
  schemaVersion: z.literal(1),
  verdicts: z.array(Verdict),
  facts: z.array(FindingFacts),
  /** Those that examiners were asked in, by examiner and batch. Absent: none. */
  sessions: z.array(ExaminerSession).optional(),
});
export type Verdicts = z.infer<typeof Verdicts>;
