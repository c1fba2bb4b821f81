import * as z from 'zod';
import { Cause } from './cause.ts';
import { ReviewerId } from './reviewer.ts';
import { SupersededVerdict } from './verdict.ts';
import { ReviewStatus, Severity, VerdictValue } from './vocabulary.ts';

/** How one try of a reviewer ended, and where its review is kept. */
export const ReviewTry = z.object({
  /** In the run directory: `review/gemini.1.json`. */
  file: z.string().regex(/^review\/[a-z][a-z0-9-]*(?:\.\d{1,4})?\.json$/),
  status: ReviewStatus,
  cause: Cause.nullable(),
  findings: z.int().min(0),
  withdrawn: z.int().min(0),
});
export type ReviewTry = z.infer<typeof ReviewTry>;

/** A reviewer that is asked anew. */
export const ReviewAgain = z.object({
  kind: z.literal('review'),
  reviewer: ReviewerId,
  /** The try that stood before. */
  first: ReviewTry,
  /** Where the transcript of the first is put once a new session begins; null: it has none. */
  session: z
    .string()
    .regex(/^review\/[a-z][a-z0-9-]*\.transcript\.\d{1,4}\.jsonl$/)
    .nullable(),
  /** null until it ended. `counts`: it is the reviewer's review now; one that ended worse than the first is only kept. */
  second: ReviewTry.extend({ counts: z.boolean() }).nullable(),
});
export type ReviewAgain = z.infer<typeof ReviewAgain>;

/** A finding that is checked again. */
export const FindingAgain = z.object({
  kind: z.literal('finding'),
  /** As the report before called it. */
  label: z.string(),
  shortId: z.string(),
  title: z.string(),
  /** SHA-256 over the claim as examiners get it: clusters are numbered anew when a reviewer was asked again. */
  question: z.string(),
  before: SupersededVerdict.omit({ look: true, at: true, by: true }),
  /** The last session of each examiner that was held before: only later ones are of this look. */
  sessions: z.record(z.string(), z.int().min(0)),
  /** null until it is settled. */
  after: z
    .object({
      verdict: VerdictValue,
      verdictReason: z.string(),
      severity: Severity,
      isPublished: z.boolean(),
      /** Examiners that answered in this look. Absent in files of versions without it. */
      answered: z.array(ReviewerId).optional(),
    })
    .nullable(),
});
export type FindingAgain = z.infer<typeof FindingAgain>;

/** Work on a finished run that somebody asked to have done again. */
export const SecondLook = z.object({
  /** From 1 within the run. */
  number: z.int().min(1),
  /** UTC, ISO 8601. */
  at: z.string(),
  /** Login of who asked in a comment; null for whoever called the program. */
  by: z.string().nullable(),
  /** The comment that asks for it; null for none. */
  comment: z.object({ id: z.int(), url: z.string() }).nullable(),
  subject: z.discriminatedUnion('kind', [ReviewAgain, FindingAgain]),
  /** Stable names of the findings of the report before. Absent in files of versions without it. */
  published: z.array(z.string()).optional(),
  /** Whether the report tells of it; until then the same call continues it. */
  done: z.boolean(),
});
export type SecondLook = z.infer<typeof SecondLook>;

/** `second-looks.json`, the oldest first. */
export const SecondLooks = z.object({ schemaVersion: z.literal(1), looks: z.array(SecondLook) });
export type SecondLooks = z.infer<typeof SecondLooks>;
