import * as z from 'zod';
import { ReviewerId } from './reviewer.ts';

/** How one reviewer's own severities compare with those that were decided, over its raw findings that were published. */
export const SeverityInflation = z.object({
  reviewer: ReviewerId,
  /** Its raw findings that were published under its name, merged ones among them. */
  published: z.int().min(0),
  /** Of these, rated more severe than what was decided. */
  higher: z.int().min(0),
  /** Rated as decided. */
  equal: z.int().min(0),
  /** Rated less severe than what was decided. */
  lower: z.int().min(0),
  /** Sum of the steps between its rating and the decided one; positive where it rates too high. */
  steps: z.int(),
  /** Findings that it rated critical, without withdrawn ones, and how many of them were published as critical. */
  criticals: z.object({ rated: z.int().min(0), stood: z.int().min(0) }),
});
export type SeverityInflation = z.infer<typeof SeverityInflation>;

/** What came of the clusters that so many reviewers raised: whether agreement meant anything in this run. */
export const AgreementOutcome = z.object({
  /** Number of reviewers that raised one cluster; the guard is none. */
  reviewers: z.int().min(1),
  /** Sum of the other counts. */
  clusters: z.int().min(0),
  confirmed: z.int().min(0),
  uncertain: z.int().min(0),
  unexamined: z.int().min(0),
  refuted: z.int().min(0),
  /** Moved to another section. */
  moved: z.int().min(0),
  /** Declined in an earlier round, or out of scope. */
  declined: z.int().min(0),
});
export type AgreementOutcome = z.infer<typeof AgreementOutcome>;
