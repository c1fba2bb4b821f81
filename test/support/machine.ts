import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cliEnvironment, cliPath, runCli } from './run-cli.ts';

export interface MachineInput {
  /** Where its folders go. */
  inside: string;
  /** Folder whose copy is this machine's clone; null for a machine without any. */
  clone: string | null;
  env: Record<string, string>;
}

export interface StageEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One machine of a fan-out: a home, a cache, a clone and a run folder that no other machine has. */
export class Machine {
  readonly run: string;
  /** Where it stands. */
  private readonly clone: string;
  private readonly home: string;
  private readonly env: Record<string, string>;

  constructor({ inside, clone, env }: MachineInput) {
    const folder = mkdtempSync(join(inside, 'machine-'));
    this.home = join(folder, 'home');
    this.clone = join(folder, clone === null ? 'empty' : basename(clone));
    this.run = join(folder, 'artifact', 'fanned-out');
    this.env = env;
    if (clone === null) mkdirSync(this.clone);
    else cpSync(clone, this.clone, { recursive: true });
  }

  /** Copies the folders of other jobs over this machine's, one after the other. */
  receive(...folders: readonly string[]): this {
    for (const folder of folders) cpSync(folder, this.run, { recursive: true });
    return this;
  }

  /** The built program in a process of its own. */
  start(words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [cliPath, ...this.words(words)], {
      cwd: this.clone,
      env: cliEnvironment({ home: this.home, env: this.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async stage(words: readonly string[]): Promise<StageEnd> {
    const child = this.start(words);
    const printed = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => {
      printed.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      printed.stderr += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, ...printed };
  }

  /** As `stage`, in this process. */
  call(words: readonly string[]): Promise<StageEnd> {
    return runCli(this.words(words), { cwd: this.clone, home: this.home, env: this.env });
  }

  private words(words: readonly string[]): string[] {
    return ['stage', ...words, '--run', this.run, '--no-config'];
  }
}
