import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type Benchmark, formatTable, percentile } from './benchmark.ts';

const rounds = 15;
/** How much longer than node alone. */
const target = 2;

/** How long a start takes: medians of starts taken in turn, so that a busy machine slows all alike. */
export const measureStart: Benchmark = async (print) => {
  const cli = resolve('dist/cli.js');
  const programs: Record<string, string[]> = {
    'node -e 0': ['-e', '0'],
    'deep-review --help': [cli, '--help'],
    'deep-review --version': [cli, '--version'],
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, words] of Object.entries(programs)) {
      const started = performance.now();
      const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
      times.set(name, [...(times.get(name) ?? []), performance.now() - started]);
    }
  }
  const base = percentile(times.get('node -e 0') ?? [], 0.5);
  const medians = [...times].map(([name, values]) => ({ name, median: percentile(values, 0.5) }));
  for (const line of formatTable(
    medians.map(({ name, median }) => [name, `${median.toFixed(0)} ms`, `${(median / base).toFixed(2)} ×`]),
  ))
    print(line);
  print(`target: under ${target} × node alone`);
  return medians
    .filter(({ median }) => median >= target * base)
    .map(
      ({ name, median }) => `${name} takes ${(median / base).toFixed(2)} × node alone, not under ${target} ×`,
    );
};
