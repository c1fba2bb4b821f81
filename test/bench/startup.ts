import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** `npm run bench`: medians of 15 starts each, taken in turn in one run, so that a busy machine slows both alike. */
const rounds = 15;
const cli = resolve('dist/cli.js');
const programs = {
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
const base = median(times.get('node -e 0') ?? []);
for (const [name, values] of times)
  console.log(
    `${name.padEnd(22)} ${median(values).toFixed(0).padStart(5)} ms  ${(median(values) / base).toFixed(2)} ×`,
  );

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
