import * as z from 'zod';
import { ObjectId } from './change.ts';
import { Location } from './location.ts';
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
  quotes: z.array(z.object({ location: Location, text: z.string(), contradicts: z.boolean() })),
  severity: Severity.nullable(),
});
export type Examination = z.infer<typeof Examination>;

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
});
export type Verdict = z.infer<typeof Verdict>;

/** `verify/verdicts.json`. */
export const Verdicts = z.object({
  schemaVersion: z.literal(1),
  verdicts: z.array(Verdict),
  facts: z.array(FindingFacts),
});
export type Verdicts = z.infer<typeof Verdicts>;
