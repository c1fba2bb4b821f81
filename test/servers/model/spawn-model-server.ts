import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { JournalEntry } from './journal.ts';
import type { ModelScript } from './script.ts';

export interface SpawnedModelServer {
  url: string;
  journal(): Promise<JournalEntry[]>;
  close(): Promise<void>;
}

/** The server as a process of its own, for tests that run the program as users do. Bundled first: Node 20 runs no TypeScript. */
export async function spawnModelServer(script: ModelScript): Promise<SpawnedModelServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deep-review-models-'));
  const program = join(folder, 'main.mjs');
  const scriptFile = join(folder, 'script.json');
  await build({
    entryPoints: [resolve('test/servers/model/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  await writeFile(scriptFile, JSON.stringify(script));
  const child = spawn(process.execPath, [program, scriptFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await firstLine(child);
  return {
    url,
    journal: async () => {
      const answer = (await (await fetch(`${url}/journal`)).json()) as { entries: JournalEntry[] };
      return answer.entries.filter((entry) => entry.path !== '/journal');
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) =>
      reject(new Error(`the model server ended with ${code} before it was ready`)),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
  });
}
