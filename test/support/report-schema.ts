import { Ajv2020 } from 'ajv/dist/2020.js';
import { printSchema } from '../../src/pipeline/schemas.ts';
import { listErrors } from './sarif-schema.ts';

let validate: Promise<(data: unknown) => string[]> | undefined;

/** What the schema that `deep-review schema report` prints has against a parsed report.json; empty when it is valid. */
export async function reportErrors(report: unknown): Promise<string[]> {
  validate ??= printSchema('report').then((schema) =>
    listErrors(new Ajv2020({ allErrors: true, strict: false }).compile(schema)),
  );
  return (await validate)(report);
}
