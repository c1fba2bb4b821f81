import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Review } from '../../../src/domain/review.ts';
import type { RunManifest } from '../../../src/domain/run.ts';
import { recordedKey, serverVariables } from '../../demo/recorded-sessions.ts';
import { type ModelServer, startModelServer } from '../../servers/model/model-server.ts';
import type { Fault, ModelScript, ScriptSession, ScriptTurn } from '../../servers/model/script.ts';
import { requireSoundRetros } from '../../support/check-retro.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';

const program = resolve('dist/cli.js');
const preload = resolve('test/faults/runs/preload.mjs');

/** A run of two seconds is over before code that was optimised pays: a fifth of its processor time goes there. */
const forShortRuns = ['--no-opt', '--no-wasm-tier-up', '--single-threaded-gc'];

/** Stands in `planted.ts`, which the change doesn't touch. */
export const planted = 'planted to throw';

/** The default three, as the model server knows them. */
export const models = { claude: 'claude-opus-5-5', codex: 'gpt-6.1-sol', gemini: 'gemini-4-argon' } as const;
export type ModelName = keyof typeof models;

export interface CliEnd {
  /** null when a signal ended it. */
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface StartedCli {
  child: ChildProcess;
  ended: Promise<CliEnd>;
}

export interface StartOptions {
  /** More arguments. */
  words?: readonly string[];
  env?: Record<string, string>;
  /** What runs the program instead of node alone: a sandbox and its arguments. */
  wrapper?: readonly string[];
  /** What is reviewed; default the last commit. */
  range?: string;
  /** Another command and its words, in place of a review. */
  command?: readonly string[];
}

/** A small change, three scripted models, and the built program. */
export interface RunFixture {
  repository: GitFixture;
  server: ModelServer;
  /** Empty folder that is removed at the end. */
  scratch: string;
  out: string;
  start(options?: StartOptions): StartedCli;
  run(options?: StartOptions): Promise<CliEnd>;
  /** The newest run's directory; null while there is none. */
  runDirectory(): string | null;
  /** How often each model was asked as a reviewer until now. */
  requests(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Faults of the models' turns, by reviewer; turn 1 reads and reports, turn 2 finishes. */
export interface ModelFaults {
  reviewer: ModelName;
  turn: 1 | 2;
  faults: readonly Fault[];
  forever?: boolean;
}

export interface FixtureInput {
  faults?: readonly ModelFaults[];
  /** Tool calls of the first turn besides reading and reporting, by reviewer. */
  calls?: Partial<Record<ModelName, ScriptTurn['toolCalls']>>;
}

export async function createRunFixture(input: FixtureInput = {}): Promise<RunFixture> {
  const repository = createGitFixture({ name: 'service' });
  const scratch = mkdtempSync(join(tmpdir(), 'deep-review-faults-'));
  const begun = 'export const store = new Map<string, string>();\n';
  const others = {
    'caller.ts': "import './store.ts';\n",
    'planted.ts': `export const text = "${planted}";\n`,
  };
  repository.commit({ 'store.ts': begun, ...others }, 'Begin');
  repository.commit({ 'store.ts': changedFile }, 'Tell whether a key is there');
  const server = await startModelServer({ script: scriptOf(input) });
  const out = join(scratch, 'out');
  const start = ({
    words = [],
    env = {},
    wrapper = [],
    range = 'HEAD^..HEAD',
    command = ['--no-config', '--range', range, '--out', out],
  }: StartOptions = {}): StartedCli => {
    const argv = [
      ...wrapper,
      process.execPath,
      ...forShortRuns,
      ...(isBroken(env) ? ['--import', preload] : []),
      program,
      ...command,
      ...words,
    ];
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: repository.directory,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        HOME: scratch,
        XDG_CONFIG_HOME: join(scratch, 'config'),
        XDG_CACHE_HOME: join(scratch, 'cache'),
        ...serverVariables(server.url),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: endOf(child) };
  };
  const runDirectory = () => {
    const parent = join(out, 'local', 'service');
    const name = existsSync(parent) ? readdirSync(parent).sort().at(-1) : undefined;
    return name === undefined ? null : join(parent, name);
  };
  return {
    repository,
    server,
    scratch,
    out,
    start,
    run: (options) => start(options).ended,
    runDirectory,
    requests: async () => {
      const counts: Record<string, number> = {};
      // Only reviewers have this tool: who compares or examines findings is not asked to review again.
      for (const { model, text } of server.journal.entries)
        if (model !== null && text.includes('finish_review')) counts[model] = (counts[model] ?? 0) + 1;
      return counts;
    },
    close: async () => {
      await server.close();
      repository.remove();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Runs a row's work on a fixture of its own. */
export async function withFixture(
  input: FixtureInput,
  work: (fixture: RunFixture) => Promise<string>,
): Promise<string> {
  const fixture = await createRunFixture(input);
  try {
    return await work(fixture);
  } finally {
    await fixture.close();
  }
}

/** Waits until the test holds, looking every few milliseconds; rejects after a minute and a half, with what was awaited. */
export async function until(what: string, test: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await test())) {
    if (performance.now() - started > 90_000) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function readManifest(run: string): RunManifest {
  return JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
}

/** A review as it lies on the disk; null when there is none. */
export function readReview(run: string, reviewer: string): Review | null {
  const path = join(run, 'review', `${reviewer}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** The events of a run, every line parsed: a line that is none throws. */
export function readEvents(run: string): { type: string; [key: string]: unknown }[] {
  const text = readFileSync(join(run, 'events.jsonl'), 'utf8');
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
}

const changedFile = `export const store = new Map<string, string>();

export async function has(key: string): Promise<boolean> {
  try {
    return (await fetch('http://store.invalid/' + key)).ok;
  } catch {
    return false;
  }
}
`;

function scriptOf({ faults = [], calls = {} }: FixtureInput): ModelScript {
  const sessions = (Object.keys(models) as ModelName[]).map((reviewer): ScriptSession => {
    const faultsOf = (turn: 1 | 2): Pick<ScriptTurn, 'faults' | 'faultsForever'> => {
      const planned = faults.find((one) => one.reviewer === reviewer && one.turn === turn);
      return planned === undefined ? {} : { faults: planned.faults, faultsForever: planned.forever === true };
    };
    return {
      name: reviewer,
      match: { model: models[reviewer] },
      turns: [
        {
          toolCalls: [
            { name: 'read_file', arguments: { path: 'store.ts' } },
            { name: 'report_finding', arguments: findingOf(reviewer) },
            ...(calls[reviewer] ?? []),
          ],
          ...faultsOf(1),
        },
        {
          thinking: 'Is there anything else in this file that could go wrong? '.repeat(20),
          toolCalls: [{ name: 'finish_review', arguments: finish }],
          ...faultsOf(2),
        },
      ],
    };
  });
  return { keys: [recordedKey], sessions };
}

function findingOf(reviewer: ModelName): Record<string, unknown> {
  return {
    severity: 'important',
    kind: 'gap',
    category: 'error-handling',
    title: `${reviewer} says: an outage looks like an absent key`,
    // The second is in a file that the change does not touch: rendering packs it.
    locations: [
      { path: 'store.ts', startLine: 6, endLine: 8, side: 'head' },
      { path: 'caller.ts', startLine: 1, endLine: 1, side: 'head' },
    ],
    quote: '  } catch {\n    return false;\n  }',
    explanation: 'An error of the network is answered with `false`, which means that the key is not there.',
    scenario: 'The store is down for a second, and its caller writes the key anew.',
    fix: { text: 'Let the error through.', diff: '' },
    confidence: 0.9,
  };
}

const finish = {
  summary: 'One function is new.',
  coverage: [{ path: 'store.ts', status: 'reviewed', note: '' }],
};

function isBroken(env: Record<string, string>): boolean {
  return ['CRASH_AT', 'HANG_AT', 'THROW_ON', 'REJECT_AT', 'CLOCK_JUMPS'].some((name) => name in env);
}

function endOf(child: ChildProcess): Promise<CliEnd> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      try {
        requireSoundRetros(stdout);
        resolve({ code, signal, stdout, stderr });
      } catch (cause) {
        reject(cause);
      }
    });
  });
}
