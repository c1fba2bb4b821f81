import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { runCommand } from '../../src/cli/run-command.ts';
import { requireSoundRetros } from './check-retro.ts';

export const cliPath = resolve(import.meta.dirname, '../../dist/cli.js');

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunCliOptions {
  cwd: string;
  /** Folder for configuration, cache and home; nothing of this machine's own is used. */
  home: string;
  env?: Record<string, string>;
  /** Of `runCli`: stops the command. */
  signal?: AbortSignal;
}

/**
 * Runs a command as the program does, in this process, with no key, no input and no configuration but what a test gives
 * it. The retro of every report that a review or a stage made must add up.
 */
export async function runCli(words: readonly string[], options: RunCliOptions): Promise<CliResult> {
  const printed = { stdout: '', stderr: '' };
  const collect = (stream: keyof typeof printed) => ({
    write: (text: string) => {
      printed[stream] += text;
    },
  });
  const code = await runCommand(words, {
    variables: cliEnvironment(options),
    workingDirectory: realpathSync(options.cwd),
    stdin: Readable.from([]),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    signal: options.signal ?? new AbortController().signal,
    reasonIsPrinted: () => false,
  });
  if (words[0] !== 'render') requireSoundRetros(printed.stdout);
  return { code, ...printed };
}

/** As `runCli`, by the built program in a process of its own. */
export function runProgram(words: readonly string[], options: RunCliOptions): CliResult {
  const result = spawnSync(process.execPath, [cliPath, ...words], {
    cwd: options.cwd,
    env: cliEnvironment(options),
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 2 ** 26,
  });
  if (words[0] !== 'render') requireSoundRetros(result.stdout);
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

export function cliEnvironment({ home, env }: Pick<RunCliOptions, 'home' | 'env'>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    ...env,
  };
}
