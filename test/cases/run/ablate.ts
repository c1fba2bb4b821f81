import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findPackageDirectory } from '../../../src/config.ts';
import { InternalError } from '../../../src/errors.ts';
import { addScores } from '../score/add-scores.ts';
import type { CaseResult } from './case-result.ts';
import type { Evaluation } from './evaluate.ts';
import type { EvaluationOptions } from './read-options.ts';

export interface Ablation {
  rows: { dimension: string; reviewer: string; found: number; false: number }[];
  /** For people. */
  text: string;
}

/** The models once more for each review dimension, with its file left out. Nothing without a model that has a key. */
export async function ablate(
  options: EvaluationOptions,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<Ablation> {
  const models = options.models.filter((id) => !evaluation.withoutKey.includes(id));
  if (models.length === 0) return { rows: [], text: 'ablation: n/a: no keys\n' };
  const rows = rowsOf('none left out', evaluation.live, models);
  for (const dimension of listDimensions()) {
    const copy = copyPackageWithout(dimension, process.argv[1] ?? '');
    try {
      const words = ['--cases', options.cases.join(','), '--reviewers', models.join(','), '--json'];
      const output = await run(process.execPath, [copy.script, ...words], signal);
      rows.push(...rowsOf(dimension, JSON.parse(output).live, models));
    } finally {
      rmSync(copy.directory, { recursive: true, force: true });
    }
  }
  const lines = rows.map((row) => `| ${row.dimension} | ${row.reviewer} | ${row.found} | ${row.false} |`);
  return {
    rows,
    text: ['| left out | reviewer | found | false |', '|---|---|---|---|', ...lines, ''].join('\n'),
  };
}

/** Names of the files in `context/dimensions`. */
export function listDimensions(): string[] {
  return readdirSync(join(findPackageDirectory(), 'context', 'dimensions'))
    .filter((name) => name.endsWith('.md'))
    .sort();
}

/** A package that is this one but for one dimension, with the bundled script in it. The caller removes it. */
export function copyPackageWithout(dimension: string, script: string): { directory: string; script: string } {
  const source = findPackageDirectory();
  const directory = mkdtempSync(join(tmpdir(), 'deep-review-ablation-'));
  for (const name of ['package.json', 'node_modules', 'templates', 'test'])
    symlinkSync(join(source, name), join(directory, name));
  cpSync(join(source, 'context'), join(directory, 'context'), { recursive: true });
  rmSync(join(directory, 'context', 'dimensions', dimension));
  mkdirSync(join(directory, 'dist-test'));
  const copied = join(directory, 'dist-test', basename(script));
  copyFileSync(script, copied);
  return { directory, script: copied };
}

function rowsOf(dimension: string, live: readonly CaseResult[], models: readonly string[]): Ablation['rows'] {
  return models.map((reviewer) => {
    const own = live.flatMap((result) => result.reviewers.filter((one) => one.reviewer === reviewer));
    const totals = addScores(own.map(({ score }) => score));
    return { dimension, reviewer, found: totals.found, false: totals.false };
  });
}

function run(program: string, words: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], signal });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else
        reject(
          new InternalError(`a run of the ablation ended with ${code}`, { hint: 'see its lines above' }),
        );
    });
  });
}
