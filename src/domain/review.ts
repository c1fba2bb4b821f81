import * as z from 'zod';
import { Cause } from './cause.ts';
import { LostRequests, noLostRequests } from './cost.ts';
import { RawFinding } from './finding.ts';
import { Reviewer } from './reviewer.ts';
import { Usage } from './usage.ts';
import { ReviewStatus } from './vocabulary.ts';

export const DesignObservation = z.object({
  kind: z.enum(['concern', 'strength']),
  scope: z.enum(['in-scope', 'future']).default('in-scope'),
  title: z.string(),
  /** Markdown. */
  text: z.string().default(''),
});
export type DesignObservation = z.infer<typeof DesignObservation>;

export const CoverageStatement = z.object({
  path: z.string(),
  status: z.enum(['reviewed', 'trivial', 'skipped']),
  note: z.string().default(''),
});
export type CoverageStatement = z.infer<typeof CoverageStatement>;

export const ContextUpdate = z.object({
  scope: z.enum(['repo', 'tool']),
  rule: z.string(),
  why: z.string().default(''),
});
export type ContextUpdate = z.infer<typeof ContextUpdate>;

/** What a reviewer says at its end, in the shape of the `finish_review` tool. */
export const ReviewFinish = z.looseObject({
  /** Markdown. */
  summary: z.string(),
  designObservations: z.array(DesignObservation).default([]),
  testing: z.string().default(''),
  documentation: z.string().default(''),
  commits: z.string().default(''),
  acknowledged: z.array(z.object({ location: z.string(), text: z.string() })).default([]),
  unresolvedFeedback: z
    .array(z.object({ author: z.string(), text: z.string(), state: z.string().default('') }))
    .default([]),
  coverage: z.array(CoverageStatement).default([]),
  contextUpdates: z.array(ContextUpdate).default([]),
});
export type ReviewFinish = z.infer<typeof ReviewFinish>;

/** One call of a tool, as the appendix lists it; its texts stay in the transcript. */
export const ToolCallRecord = z.object({
  turn: z.int().min(1),
  tool: z.string(),
  /** The arguments in one line, shortened. */
  arguments: z.string(),
  isError: z.boolean(),
  durationMs: z.number().min(0),
  /** Bytes of the answer. */
  answerBytes: z.int().min(0),
});
export type ToolCallRecord = z.infer<typeof ToolCallRecord>;

/** One reviewer's whole output, in the same shape whether it came to its end or not. `review/<id>.json`. */
export const Review = z.object({
  schemaVersion: z.literal(1),
  reviewer: Reviewer,
  status: ReviewStatus,
  /** null exactly when the status is `completed`. */
  cause: Cause.nullable(),
  findings: z.array(RawFinding),
  /** null when the reviewer never said it was done. */
  finish: ReviewFinish.nullable(),
  /** Changed files whose content the reviewer opened or was given whole. */
  filesRead: z.array(z.string()),
  /** Changed files whose content an egress rule kept from it; absent for none. */
  withheld: z.array(z.string()).optional(),
  toolCalls: z.array(ToolCallRecord),
  /** null for a program. */
  usage: Usage.nullable(),
  /** Over all sittings of the run. null when unknown: a model without a price, a vendor that reported no usage. 0 for a program. */
  costUsd: z.number().min(0).nullable(),
  lostRequests: LostRequests.default(noLostRequests),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  durationMs: z.number().min(0),
  /** Over everything that shaped it; only in a file, of a review that is not to be done again. */
  inputDigest: z.string().optional(),
  /** Over the change it is about; only in a file. */
  changeDigest: z.string().optional(),
});
export type Review = z.infer<typeof Review>;
