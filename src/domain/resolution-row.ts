import * as z from 'zod';
import { ObjectId } from './change.ts';
import { DecisionAction } from './decisions.ts';

/** What a person did about a finding; appended once decisions exist. */
export const ResolutionRow = z.object({
  finding: z.string(),
  action: DecisionAction,
  reason: z.string(),
  commit: ObjectId.nullable(),
  /** Absent: not decided in a comment. `finding` is its stable name, `at` UTC, ISO 8601. */
  comment: z.object({ finding: z.string(), at: z.string(), url: z.string() }).optional(),
});
export type ResolutionRow = z.infer<typeof ResolutionRow>;
