import * as z from 'zod';
import { LostRequests } from './cost.ts';
import { HeldSession } from './held-session.ts';
import { ReviewerId } from './reviewer.ts';

/** Two raw findings by their keys. */
const Pair = z.object({ a: z.string(), b: z.string() });

/** One session in which a model was asked of some pairs of findings whether the two are one defect. */
export const DuplicatesSession = z.object({
  asked: ReviewerId,
  /** From 1; names the session's transcript. */
  batch: z.int().min(1),
  pairs: z.array(Pair),
  /** How many other pairs the model insisted on answering; nothing came of that. */
  invented: z.int().min(0),
  ...HeldSession.shape,
});
export type DuplicatesSession = z.infer<typeof DuplicatesSession>;

/** What one session came to. */
export const DuplicatesBatch = z.object({
  session: DuplicatesSession,
  /** Counts however the session ended; a pair that is not in it was not answered. */
  answers: z.array(Pair.extend({ same: z.boolean() })),
  /** Over everything that shaped it; only of a session that is not to be held again. */
  inputDigest: z.string().optional(),
});
export type DuplicatesBatch = z.infer<typeof DuplicatesBatch>;

/** `reconcile/duplicates.json`: pairs of findings that may be one defect, and what models said of them. */
export const Duplicates = z.object({
  schemaVersion: z.literal(1),
  batches: z.array(DuplicatesBatch),
  /** Pairs that nobody was asked about, with the reason; they stay apart. */
  unasked: z.array(Pair.extend({ reason: z.enum(['egress', 'too-many']) })),
  /** Of sessions of earlier sittings whose questions were asked no more. USD; null when unknown. */
  abandoned: z.object({ costUsd: z.number().min(0).nullable(), lostRequests: LostRequests }),
});
export type Duplicates = z.infer<typeof Duplicates>;
