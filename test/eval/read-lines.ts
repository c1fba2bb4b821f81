import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The folder, or something in it, is not what the evaluation needs. */
export class DataError extends Error {}

export interface DataFiles {
  /** Absent ones are null; at least one kind of data is there. */
  reports: string | null;
  bench: { candidates: string; pairs: string } | null;
  /** Our own run directories under the folder. */
  runs: string[];
}

const needs = `a folder with one or more of
  deep-review-reports.SPLIT.jsonl
  code-review-bench.SPLIT.jsonl and code-review-bench.SPLIT-pairs.jsonl
  run directories (review/*.json with reconcile/clusters.json)`;

/** What is in the folder for a split; throws `DataError`, saying what it needs. */
export function findData(folder: string | undefined, split: string): DataFiles {
  if (folder === undefined) throw new DataError(`--data DIR is missing: ${needs}`);
  if (!existsSync(folder)) throw new DataError(`${folder} does not exist; needed: ${needs}`);
  const present = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : null);
  const reports = present(`deep-review-reports.${split}.jsonl`);
  const candidates = present(`code-review-bench.${split}.jsonl`);
  const pairs = present(`code-review-bench.${split}-pairs.jsonl`);
  if ((candidates === null) !== (pairs === null))
    throw new DataError(
      `${folder} has only one of code-review-bench.${split}.jsonl and code-review-bench.${split}-pairs.jsonl`,
    );
  const bench = candidates === null || pairs === null ? null : { candidates, pairs };
  const runs = [folder, ...readdirSync(folder).map((name) => join(folder, name))]
    .filter((path) => existsSync(join(path, 'reconcile', 'clusters.json')))
    .sort();
  if (reports === null && bench === null && runs.length === 0)
    throw new DataError(`nothing to evaluate in ${folder} for the split "${split}"; needed: ${needs}`);
  return { reports, bench, runs };
}

/** Every line of a file of JSON lines, checked; throws `DataError` with file and line. */
export function readLines<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [parse(line, `${path}:${at + 1}`, schema)]));
}

/** A whole file of JSON, checked; throws `DataError` with the file. */
export function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  return parse(readFileSync(path, 'utf8'), path, schema);
}

function parse<Schema extends z.ZodType>(text: string, place: string, schema: Schema): z.infer<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new DataError(`${place} is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new DataError(`${place} is not what it should be: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}
