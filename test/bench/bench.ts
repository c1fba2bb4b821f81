import { cpus, loadavg } from 'node:os';
import { readScriptOptions } from '../support/read-script-options.ts';
import type { Benchmark } from './benchmark.ts';
import { measureCache } from './cache/measure-cache.ts';
import { measureCollect } from './collect/measure-collect.ts';
import { measureMemory } from './measure-memory.ts';
import { measureStart } from './measure-start.ts';
import { measureRender } from './render/measure-render.ts';
import { measureTools } from './tools/measure-tools.ts';

/** `npm run bench [-- --only NAME]`: figures beside their targets and a baseline; ends with 1 when a target is missed. */
const benchmarks: Record<string, Benchmark> = {
  start: measureStart,
  cache: measureCache,
  tools: measureTools,
  memory: measureMemory,
  render: measureRender,
  collect: measureCollect,
};

const usage = `usage: npm run bench [-- --only NAME]

Figures beside their targets and a baseline; NAME (repeatable) is one of ${Object.keys(benchmarks).join(', ')}.
Exit: 0, 1 when a target is missed, 2 for wrong usage.`;
const values = readScriptOptions(usage, { only: { type: 'string', multiple: true } });
const names = values.only ?? Object.keys(benchmarks);
const unknown = names.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  console.error(`there is no benchmark "${unknown}"; there are: ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
const missed: string[] = [];
const load = loadavg()[0] ?? 0;
console.log(
  `node ${process.versions.node}, ${cpus().length} processors, load ${load.toFixed(1)}${load > cpus().length ? ': busy, times are longer than they would be' : ''}\n`,
);
for (const name of names) {
  console.log(`== ${name}`);
  const outcome = await benchmarks[name]?.((line) => console.log(line));
  missed.push(...(outcome ?? []).map((target) => `${name}: ${target}`));
  console.log('');
}
for (const target of missed) console.log(`missed: ${target}`);
console.log(missed.length === 0 ? 'all targets met' : `${missed.length} targets missed`);
process.exitCode = missed.length === 0 ? 0 : 1;
