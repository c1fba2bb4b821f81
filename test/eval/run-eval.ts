import { parseArgs } from 'node:util';
import { evaluate } from './evaluate.ts';
import { DataError, findData } from './read-lines.ts';
import type { Measured } from './row.ts';

export interface EvalOutcome {
  output: string;
  error: string;
  /** 1 when a row misses its target, 2 without the data. */
  exitCode: 0 | 1 | 2;
}

/** `--data DIR [--split NAME] [--json]`. Throws nothing but what is our own mistake. */
export function runEval(words: readonly string[]): EvalOutcome {
  try {
    const { data, split, json } = readOptions(words);
    const started = performance.now();
    const measured = evaluate(findData(data, split));
    const seconds = (performance.now() - started) / 1000;
    const isMissed = measured.rows.some(({ met }) => met === false);
    const output = json ? JSON.stringify(measured, null, 2) : toText(measured, seconds);
    return { output, error: '', exitCode: isMissed ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { output: '', error: error.message, exitCode: 2 };
  }
}

function readOptions(words: readonly string[]): { data: string | undefined; split: string; json: boolean } {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        data: { type: 'string' },
        split: { type: 'string', default: 'dev' },
        json: { type: 'boolean', default: false },
      },
    });
    return { data: values.data, split: values.split, json: values.json };
  } catch (error) {
    throw new DataError(
      `${error instanceof Error ? error.message : String(error)}; known: --data DIR, --split NAME, --json`,
      { cause: error },
    );
  }
}

function toText({ rows, details }: Measured, seconds: number): string {
  const blocks = rows.map(({ name, baseline, reached, target, met }) =>
    [
      `${met === null ? ' ' : met ? '✓' : '✗'} ${name}`,
      `    reached   ${reached}`,
      ...(baseline === '–' ? [] : [`    baseline  ${baseline}`]),
      ...(target === '–' ? [] : [`    target    ${target}`]),
    ].join('\n'),
  );
  const figures = details.map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)].join('\n'));
  const missed = rows.filter(({ met }) => met === false).map(({ name }) => `missed: ${name}`);
  const end = missed.length === 0 ? 'all targets met' : `${missed.length} targets missed`;
  return [
    ...blocks,
    '',
    ...figures.map((block) => `${block}\n`),
    ...missed,
    `${end}, in ${seconds.toFixed(1)} s`,
  ].join('\n');
}
