import { parseArgs } from 'node:util';
import { evaluate } from './evaluate.ts';
import { DataError, findData } from './read-lines.ts';
import type { Measured } from './row.ts';

/** `npm run eval -- --data DIR [--split NAME] [--json]`: ends with 1 when a row misses its target, with 2 without data. */
try {
  const { data, split, json } = readOptions();
  const started = performance.now();
  const measured = evaluate(findData(data, split));
  const seconds = (performance.now() - started) / 1000;
  console.log(json ? JSON.stringify(measured, null, 2) : toText(measured, seconds));
  process.exitCode = measured.rows.some(({ met }) => met === false) ? 1 : 0;
} catch (error) {
  if (!(error instanceof DataError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function readOptions(): { data: string | undefined; split: string; json: boolean } {
  try {
    const { values } = parseArgs({
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
