import * as z from 'zod';
import { ReviewerId } from './reviewer.ts';

/** Texts of a model that replace the computed sentences. An empty text leaves the computed one in place. */
export const ReportProse = z.object({
  /** Markdown. */
  executiveSummary: z.string(),
  /** One line: why this recommendation. The recommendation itself is computed. */
  recommendation: z.string(),
  /** Markdown: how each reviewer did. A reviewer without an entry keeps the computed paragraph. */
  retro: z.array(z.object({ reviewer: ReviewerId, text: z.string() })),
  /** Markdown: the last paragraph of the retro. */
  closing: z.string(),
});
export type ReportProse = z.infer<typeof ReportProse>;

export const emptyProse: ReportProse = { executiveSummary: '', recommendation: '', retro: [], closing: '' };

/** Which sentences of a report a model wrote; all others are computed. */
export const WrittenProse = z.object({
  writer: ReviewerId,
  executiveSummary: z.boolean(),
  recommendation: z.boolean(),
  /** Reviewers whose paragraphs it wrote. */
  retro: z.array(ReviewerId),
  closing: z.boolean(),
});
export type WrittenProse = z.infer<typeof WrittenProse>;

export const ProsePart = z.enum(['executive-summary', 'recommendation', 'retro', 'closing']);
export type ProsePart = z.infer<typeof ProsePart>;

/** A text that was handed in and not taken: the computed sentence stands in its place. */
export const RefusedProse = z.object({
  part: ProsePart,
  /** Whose paragraph of the retro it is; null for the other parts. */
  reviewer: ReviewerId.nullable(),
  text: z.string(),
  /** What is wrong with it, a sentence each. */
  reasons: z.array(z.string()),
});
export type RefusedProse = z.infer<typeof RefusedProse>;
