import { parseArgs } from 'node:util';
import type { FaultRow, FaultSuite } from './fault-row.ts';
import { printTable } from './print-table.ts';
import { type RowResult, runRows } from './run-rows.ts';
import { faultSuites } from './suites.ts';

const usage = `Usage: npm run test:faults -- [SUITE …] [--only TEXT …] [--bound SECONDS] [--at-once N] [--slow]
       npm run test:faults -- --prove

Injects faults for real and compares what comes of them with what is asked for.

  SUITE            ${faultSuites.map(({ name }) => name).join(', ')}; default: all
  --only TEXT      only rows whose "F16 name × provider" contains this
  --bound SECONDS  time for one row; default 60; thrice for rows that run alone
  --at-once N      rows at work at the same time; default 24
  --json           print the results as JSON instead of a table
  --slow           list the ten slowest rows
  --prove          break the program on purpose, one place at a time, and see rows turn red
`;

/** What `--json` prints. */
export interface FaultResults {
  results: { row: string; isGreen: boolean; expected: string; got: string }[];
}

/** The call was wrong: exit code 2. */
class BadCall extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadCall)) throw error;
  process.stderr.write(`test:faults: ${error.message}\n`);
  process.exitCode = 2;
}
// A row that was given up may still hold a connection open.
process.stdout.write('', () => process.exit());

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.prove) {
    const { prove } = await import('./prove.ts');
    return prove((line) => process.stdout.write(`${line}\n`));
  }
  const results: RowResult[] = [];
  for (const suite of chooseSuites(options.suites)) {
    const { rows, notApplicable } = await suite.rows();
    const chosen = rows.filter((row) => isChosen(row, options.only));
    const given = await runRows(chosen, { atOnce: options.atOnce, boundMs: options.bound * 1000 });
    results.push(...given);
    if (options.json) continue;
    const cells = options.only.length > 0 ? [] : notApplicable;
    process.stdout.write(`${printTable({ suite: suite.name, results: given, notApplicable: cells })}\n\n`);
  }
  if (results.length === 0) throw new BadCall(`no row matches ${options.only.join(', ')}`);
  if (options.slow) process.stdout.write(slowest(results));
  const failed = results.filter(({ isGreen }) => !isGreen).length;
  process.stdout.write(
    options.json
      ? `${JSON.stringify(asJson(results))}\n`
      : `${results.length - failed} passed, ${failed} failed\n`,
  );
  return failed === 0 ? 0 : 1;
}

/** How rows are named on the command line. */
function nameOf(row: FaultRow): string {
  return `${row.fault} ${row.name} × ${row.provider}`;
}

function isChosen(row: FaultRow, only: readonly string[]): boolean {
  return only.length === 0 || only.some((text) => nameOf(row).includes(text));
}

function asJson(results: readonly RowResult[]): FaultResults {
  return {
    results: results.map(({ row, isGreen, got }) => ({
      row: nameOf(row),
      isGreen,
      expected: row.expected,
      got,
    })),
  };
}

function slowest(results: readonly RowResult[]): string {
  const slow = [...results].sort((a, b) => b.durationMs - a.durationMs).slice(0, 10);
  return slow.map(({ row, durationMs }) => `${(durationMs / 1000).toFixed(1)} s ${nameOf(row)}\n`).join('');
}

function chooseSuites(names: readonly string[]): readonly FaultSuite[] {
  if (names.length === 0) return faultSuites;
  return names.map((name) => {
    const suite = faultSuites.find((one) => one.name === name);
    if (suite !== undefined) return suite;
    throw new BadCall(
      `there is no suite "${name}"; there is ${faultSuites.map((one) => one.name).join(', ')}`,
    );
  });
}

function readOptions(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        bound: { type: 'string', default: '60' },
        'at-once': { type: 'string', default: '24' },
        json: { type: 'boolean', default: false },
        slow: { type: 'boolean', default: false },
        prove: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const bound = Number(values.bound);
    const atOnce = Number(values['at-once']);
    if (!(bound > 0) || !Number.isInteger(atOnce) || atOnce < 1)
      throw new BadCall('--bound and --at-once take numbers above zero');
    return { ...values, suites: positionals, bound, atOnce };
  } catch (error) {
    throw error instanceof BadCall
      ? error
      : new BadCall(error instanceof Error ? error.message : String(error));
  }
}
