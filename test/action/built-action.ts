import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { cliEnvironment } from '../support/run-cli.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export const packageDirectory = resolve(import.meta.dirname, '../..');

/** Builds the Action below a folder, and moves it: it must run from wherever it lies. Gives its folder. */
export function buildAction(scratch: string): string {
  const [built, bundle] = [join(scratch, 'built'), join(scratch, 'moved', 'here')];
  execFileSync(process.execPath, [join(packageDirectory, 'scripts', 'build-action.mjs'), '--out', built]);
  mkdirSync(join(scratch, 'moved'));
  cpSync(built, bundle, { recursive: true });
  rmSync(built, { recursive: true });
  return bundle;
}

/** All files below a folder, as paths from it. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export interface Step {
  code: number | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  summary: string;
  /** What the step left in the folder it ran in. */
  left: string[];
  temporary: string;
}

export interface StepOptions {
  env?: Record<string, string>;
  home?: string;
  /** What the runner calls its temporary folder; default a new one. */
  temporary?: string;
  /** The runner cancels the step when this resolves. */
  cancelWhen?: () => Promise<void>;
}

export type RunStep = (inputs: Record<string, string>, options?: StepOptions) => Promise<Step>;

/** Steps of a built Action. */
export function stepsOf(bundle: string): RunStep {
  return (inputs, options = {}) => runStep(bundle, inputs, options);
}

/** One step as a runner starts it: a process of its own in an empty folder, with its inputs in the environment. */
async function runStep(
  bundle: string,
  inputs: Record<string, string>,
  { env = {}, home, temporary = temporaryDirectory(), cancelWhen }: StepOptions,
): Promise<Step> {
  const cwd = temporaryDirectory();
  const [output, summary] = [join(temporary, 'output'), join(temporary, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [join(bundle, 'index.mjs')], {
    cwd,
    env: {
      ...cliEnvironment({ home: home ?? join(temporary, 'home') }),
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKSPACE: cwd,
      RUNNER_TEMP: temporary,
      ...Object.fromEntries(given),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void cancelWhen?.().then(() => child.kill('SIGINT'));
  const code = await ended;
  const outputs = readFileSync(output, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return {
    code,
    ...printed,
    outputs: Object.fromEntries([...outputs].map(([, name, , value]) => [name, value])),
    summary: readFileSync(summary, 'utf8'),
    left: listFiles(cwd),
    temporary,
  };
}
