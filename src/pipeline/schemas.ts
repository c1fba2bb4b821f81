import * as z from 'zod';
import { configJsonSchema } from '../config.ts';
import { Decisions } from '../domain/decisions.ts';
import { type StageName, stageNames } from '../domain/event.ts';
import { ForeignReport } from '../domain/foreign-report.ts';
import { PublishReceipt } from '../domain/publication.ts';
import { Report } from '../domain/report.ts';
import { Review } from '../domain/review.ts';
import { ReviewPlan } from '../domain/review-plan.ts';
import type { FailOn } from '../domain/run-outcome.ts';
import { severities } from '../domain/vocabulary.ts';
import { UsageError } from '../errors.ts';

const schemas: Record<string, () => object> = {
  report: () => z.toJSONSchema(Report, { io: 'output' }),
  config: configJsonSchema,
  review: () => z.toJSONSchema(Review, { io: 'output' }),
  'foreign-report': () => z.toJSONSchema(ForeignReport, { io: 'output' }),
  plan: () => z.toJSONSchema(ReviewPlan, { io: 'output' }),
  decisions: () => z.toJSONSchema(Decisions, { io: 'input' }),
  receipt: () => z.toJSONSchema(PublishReceipt, { io: 'output' }),
};

/** Names of the public formats. */
export const schemaNames: readonly string[] = Object.keys(schemas);

/** JSON Schema of a public format. Throws `UsageError` for an unknown name. */
export async function printSchema(name: string): Promise<object> {
  const make = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (make === undefined)
    throw new UsageError(`there is no schema "${name}"`, {
      hint: `known: ${schemaNames.join(', ')}`,
    });
  return make();
}

export function parseFailOn(text: string): FailOn {
  const found = [...severities, 'never' as const].find((word) => word === text);
  if (found === undefined)
    throw new UsageError(`--fail-on "${text}" is no severity`, {
      hint: 'critical, important, suggestion or never',
    });
  return found;
}

export function parseStageName(text: string): StageName {
  const found = stageNames.find((name) => name === text);
  if (found === undefined)
    throw new UsageError(`there is no stage "${text}"`, {
      hint: 'collect, review, reconcile, verify, render or publish',
    });
  return found;
}
