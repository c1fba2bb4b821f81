import * as z from 'zod';
import { StageCost } from './cost.ts';
import { ReviewerId } from './reviewer.ts';
import { ReviewStatus } from './vocabulary.ts';

/** When a stage was worked on: in its last sitting, without the report's own. */
export const StageTime = z.object({
  stage: StageCost.shape.stage,
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  durationMs: z.number().min(0),
});
export type StageTime = z.infer<typeof StageTime>;

/** One session of a model that was no review: what it was for, and when it was held. */
export const WorkSession = z.object({
  work: z.enum(['examination', 'duplicates', 'consolidation']),
  reviewer: ReviewerId,
  status: ReviewStatus,
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  durationMs: z.number().min(0),
});
export type WorkSession = z.infer<typeof WorkSession>;
