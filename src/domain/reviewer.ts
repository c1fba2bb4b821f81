import * as z from 'zod';

export const ProviderId = z.enum(['anthropic', 'openai', 'google', 'openai-compatible']);
export type ProviderId = z.infer<typeof ProviderId>;

/** Identifier of a reviewer: lower case, used in file names, so nothing but letters, digits and hyphens. */
export const ReviewerId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'letters, digits and hyphens only');
export type ReviewerId = z.infer<typeof ReviewerId>;

/** A model reviewer: a vendor's model run as an agent. Only these count for the quorum and are "reviewers". */
export const ModelReviewer = z.object({
  type: z.literal('model'),
  id: ReviewerId,
  provider: ProviderId,
  model: z.string().min(1),
  /** The vendor's effort or thinking level, in the vendor's word; null leaves the vendor's default. */
  effort: z.string().nullable(),
});
export type ModelReviewer = z.infer<typeof ModelReviewer>;

/** A reviewer that needs no model: our own rules, or another tool's SARIF results. */
export const ProgramReviewer = z.object({
  type: z.literal('program'),
  id: ReviewerId,
  /** What produces its findings: the built-in rules, or the name and version of the SARIF file's tool. */
  program: z.string().min(1),
});
export type ProgramReviewer = z.infer<typeof ProgramReviewer>;

export const Reviewer = z.discriminatedUnion('type', [ModelReviewer, ProgramReviewer]);
export type Reviewer = z.infer<typeof Reviewer>;

/** `Claude` for `claude`, `Go-scan` for `sarif-go-scan`, a tool's results: how a reviewer is called in a report. */
export function reviewerName(id: ReviewerId): string {
  const name = id.replace(/^sarif-(?=.)/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `Claude`, `Claude and Codex`, `Claude, Codex and Gemini`. */
export function nameReviewers(ids: readonly ReviewerId[]): string {
  const names = ids.map(reviewerName);
  const last = names.pop() ?? 'nobody';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
