import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Breakage, breakages } from './breakages.ts';
import { bundleFaults } from './bundle-faults.ts';
import type { FaultResults } from './main.ts';

/** Time for one row and for a whole child process, in seconds: some breakages never come to an end. */
const rowSeconds = 15;
const childSeconds = 150;
/** Breakages tried at the same time. */
const atOnce = 2;

/**
 * Shows that the rows can fail: whole, those that a breakage names are green; with it, they turn red. Prints a line for
 * each breakage; resolves to the exit code.
 */
export async function prove(print: (line: string) => void): Promise<number> {
  let passed = 0;
  let failed = 0;
  const judge = (name: string, complaint: string | null, detail: string) => {
    if (complaint === null) passed += 1;
    else failed += 1;
    print(`${complaint === null ? 'ok ' : 'RED'} ${name}: ${complaint ?? detail}`);
  };
  const control = await runBroken('whole', null, [...new Set(breakages.flatMap(({ rows }) => rows))]);
  const red = control.results.filter(({ isGreen }) => !isGreen);
  judge(
    'nothing broken (control)',
    red.length === 0 ? null : `red without any breakage: ${red.map(({ row }) => row).join('; ')}`,
    `${control.results.length} rows are green`,
  );
  for (let at = 0; at < breakages.length; at += atOnce) {
    const some = breakages.slice(at, at + atOnce);
    const verdicts = await Promise.all(
      some.map((breakage, place) => proveBreakage(`broken-${at + place + 1}`, breakage)),
    );
    for (const [place, { complaint, detail }] of verdicts.entries())
      judge(some[place]?.name ?? '', complaint, detail);
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

export interface BreakageVerdict {
  /** null when every named row turned red. */
  complaint: string | null;
  detail: string;
}

export async function proveBreakage(bundleName: string, breakage: Breakage): Promise<BreakageVerdict> {
  try {
    const { results } = await runBroken(bundleName, breakage, breakage.rows);
    const green = results.filter(({ isGreen }) => isGreen);
    const names = (some: typeof results) => some.map(({ row }) => row).join('; ');
    return {
      complaint: green.length === 0 ? null : `still green: ${names(green)}`,
      detail: `${results.length} turned red: ${names(results)}`,
    };
  } catch (error) {
    return { complaint: error instanceof Error ? error.message : String(error), detail: '' };
  }
}

async function runBroken(
  bundleName: string,
  breakage: Breakage | null,
  rows: readonly string[],
): Promise<FaultResults> {
  const bundle = await bundleFaults(bundleName, breakage);
  const words = ['--json', '--bound', String(breakage === null ? 120 : rowSeconds)];
  for (const row of rows) words.push('--only', row);
  const child = spawn(process.execPath, [bundle, 'providers', 'github', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (breakage === null ? 4 : 1) * childSeconds * 1000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== null) throw new Error(`the rows did not come to an end within ${childSeconds} s`);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`the rows ended with ${code}: ${stderr.slice(-500)}`);
  return JSON.parse(last) as FaultResults;
}
