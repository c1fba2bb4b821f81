import * as z from 'zod';
import { ProviderId, ReviewerId } from './reviewer.ts';

/** USD, from the least that is likely to the most that is possible. */
export const CostRange = z.object({ low: z.number().min(0), high: z.number().min(0) });
export type CostRange = z.infer<typeof CostRange>;

export const PlannedReviewer = z.object({
  id: ReviewerId,
  provider: ProviderId,
  model: z.string(),
  effort: z.string().nullable(),
  /** Host that its requests go to. */
  endpoint: z.string(),
  /** `missing`: it would be skipped. */
  key: z.enum(['present', 'missing', 'not-needed']),
  /** Environment variables that are looked at for the key. */
  keyVariables: z.array(z.string()),
  firstRequest: z.object({
    /** Of the body. */
    bytes: z.int(),
    /** Estimated; the vendor counts otherwise. */
    tokens: z.int(),
    /** Changed files whose whole patch is in it, and those that are only named. */
    filesInlined: z.int(),
    filesNamed: z.int(),
  }),
  session: z.object({
    /** Requests: a short session, and the most there can be. */
    turns: z.object({ low: z.int(), high: z.int() }),
    /** What it may spend, in USD, before others leave it something; null when it is not bounded in USD. */
    limitUsd: z.number().nullable(),
    maxTokens: z.int().nullable(),
    /** null when the price is unknown. */
    costUsd: CostRange.nullable(),
  }),
});
export type PlannedReviewer = z.infer<typeof PlannedReviewer>;

/** What a review would send to whom, and what it might cost: `--dry-run --json`. */
export const ReviewPlan = z.object({
  schemaVersion: z.literal(1),
  dryRun: z.literal(true),
  /** `owner/name` or `local/<folder>`. */
  repository: z.string(),
  base: z.string(),
  head: z.string(),
  files: z.int(),
  models: z.array(PlannedReviewer),
  /** Ids of reviewers that send nothing. */
  programs: z.array(z.string()),
  /** Changed files whose patch is not in the first request; reviewers can open those that have text. */
  keptBack: z.array(
    z.object({
      path: z.string(),
      reason: z.enum(['ignored', 'generated', 'vendored', 'binary', 'too long']),
    }),
  ),
  /** Of all that have a key, or of all when none has; null when one of them is of unknown price. */
  costUsd: CostRange.nullable(),
});
export type ReviewPlan = z.infer<typeof ReviewPlan>;
