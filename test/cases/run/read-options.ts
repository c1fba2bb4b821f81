import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../../src/errors.ts';
import { listCases } from '../generate/create-case.ts';

export const modelReviewers = ['claude', 'codex', 'gemini'] as const;
export type ModelReviewerId = (typeof modelReviewers)[number];

export interface EvaluationOptions {
  help: boolean;
  cases: string[];
  /** `checks` was asked for. */
  checks: boolean;
  models: ModelReviewerId[];
  scripted: boolean;
  json: boolean;
  /** Where the runs are kept; null: nowhere. */
  out: string | null;
  ablate: boolean;
  record: boolean;
}

const known = ['checks', ...modelReviewers, 'scripted'];

/** Throws `UsageError` for what it does not know. */
export function readOptions(words: readonly string[]): EvaluationOptions {
  const values = parseWords(words);
  const reviewers = list(values.reviewers);
  refuseUnknown(reviewers, known, 'reviewer');
  if (reviewers.length === 0)
    throw new UsageError('no reviewer is named', { hint: `known: ${known.join(', ')}` });
  const all = listCases();
  const cases = values.cases === undefined ? all : list(values.cases);
  refuseUnknown(cases, all, 'case');
  if (cases.length === 0) throw new UsageError('no case is named', { hint: `known: ${all.join(', ')}` });
  return {
    help: values.help,
    cases: all.filter((name) => cases.includes(name)),
    checks: reviewers.includes('checks'),
    models: modelReviewers.filter((id) => reviewers.includes(id)),
    scripted: reviewers.includes('scripted'),
    json: values.json,
    out: values.out === undefined ? null : resolve(values.out),
    ablate: values.ablate,
    record: values.record,
  };
}

function parseWords(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', default: false },
        cases: { type: 'string' },
        reviewers: { type: 'string', default: 'checks,scripted' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        ablate: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(message, { hint: 'see npm run eval:cases -- --help', cause });
  }
}

function list(text: string): string[] {
  return text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}

function refuseUnknown(given: readonly string[], allowed: readonly string[], what: string): void {
  const unknown = given.find((word) => !allowed.includes(word));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} "${unknown}"`, { hint: `known: ${allowed.join(', ')}` });
}
