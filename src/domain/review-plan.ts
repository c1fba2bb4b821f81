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
  /** Why it would be skipped; null when it would start. */
  skipped: z.enum(['no-key', 'kept-by-rule']).nullable(),
  key: z.enum(['present', 'missing', 'not-needed']),
  /** Environment variables that are looked at for the key. */
  keyVariables: z.array(z.string()),
  /** null like the session. */
  firstRequest: z
    .object({
      /** Of the body. */
      bytes: z.int(),
      /** Estimated; the vendor counts otherwise. */
      tokens: z.int(),
      /** Changed files whose whole patch is in it, and those that are only named. */
      filesInlined: z.int(),
      filesNamed: z.int(),
    })
    .nullable(),
  /** As if it had a key; null when an egress rule leaves nothing of the change for it. */
  session: z
    .object({
      /** Requests: a short session, and the most there can be. */
      turns: z.object({ low: z.int(), high: z.int() }),
      /** Its share: what it may spend, in USD, before others leave it something; null when not bounded in USD. */
      limitUsd: z.number().nullable(),
      maxTokens: z.int().nullable(),
      /** Whether it may spend enough for its first request. */
      affordable: z.boolean(),
      /** null when the price is unknown. */
      costUsd: CostRange.nullable(),
    })
    .nullable(),
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
  /** Changed files whose content an egress rule keeps, and the vendors it is kept from. */
  withheld: z.array(z.object({ path: z.string(), from: z.array(ProviderId) })),
  /** Other changed files whose patch a first request lacks; reviewers can open those that have text. */
  keptBack: z.array(
    z.object({
      path: z.string(),
      reason: z.enum(['ignored', 'generated', 'vendored', 'binary', 'too long']),
    }),
  ),
  /** Of all that would start; when none has a key, as if all had. null when one of them is of unknown price. */
  costUsd: CostRange.nullable(),
  /** The most that may be spent after the reviews, USD; what of it is needed, only the reviews show. */
  afterwardsUsd: z.object({
    examination: z.number().min(0),
    duplicates: z.number().min(0),
    prose: z.number().min(0),
  }),
});
export type ReviewPlan = z.infer<typeof ReviewPlan>;
