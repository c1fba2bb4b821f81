import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { CacheMount } from '../../src/sandbox/bubblewrap-arguments.ts';
import { findBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';
import { Sandbox, type SandboxEnd, type SandboxRun } from '../../src/sandbox/sandbox.ts';
import { defaultSandboxLimits, type SandboxLimits } from '../../src/sandbox/sandbox-limits.ts';
import type { TreeFile } from '../../src/sandbox/write-tree.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export const someCommit = '1'.repeat(40);

export interface Workshop {
  run(command: string, more?: Partial<SandboxRun>): Promise<SandboxEnd>;
  /** The folder of the sandbox's own. */
  directory: string;
}

export interface WorkshopOptions {
  limits?: Partial<SandboxLimits>;
  caches?: readonly CacheMount[];
  files?: readonly TreeFile[];
}

const open: Sandbox[] = [];
let program: Promise<string> | undefined;

/** A real sandbox in a folder of its own. Without a working bubblewrap the test fails: nothing is skipped. */
export async function openWorkshop(options: WorkshopOptions = {}): Promise<Workshop> {
  program ??= requireBubblewrap();
  const directory = join(temporaryDirectory(), 'sandbox');
  mkdirSync(directory, { mode: 0o700 });
  const sandbox = new Sandbox({
    program: await program,
    directory,
    limits: { ...defaultSandboxLimits(), ...options.limits },
    caches: options.caches ?? [],
  });
  open.push(sandbox);
  const files = options.files ?? [treeFile('a.txt', 'text\n')];
  return {
    directory,
    run: (command, more) =>
      sandbox.run({ command, timeoutMs: 20_000, commit: someCommit, files: async () => files, ...more }),
  };
}

/** To be called at the top of a test file. */
export function closeWorkshops(): void {
  afterAll(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  });
}

export function treeFile(path: string | Uint8Array, content: string | Uint8Array, mode = '100644'): TreeFile {
  return { path: Buffer.from(path), mode, read: async () => Buffer.from(content) };
}

async function requireBubblewrap(): Promise<string> {
  const found = await findBubblewrap(process.env.PATH ?? '');
  if (found.outcome !== 'ready') throw new Error(`${found.reason}: ${found.advice}`);
  return found.program;
}
