import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { controlNames, type GithubControl } from './control.ts';
import type { GithubScenario } from './scenario.ts';

/** The calls of `GithubControl`, over HTTP. */
export type RemoteControl = Pick<GithubControl, keyof GithubControl>;

export interface SpawnedGithubServer {
  url: string;
  control: RemoteControl;
  close(): Promise<void>;
}

/** The server as a process of its own, for tests that run the program as users do. Bundled first: Node 20 runs no TypeScript. */
export async function spawnGithubServer(scenario: GithubScenario): Promise<SpawnedGithubServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deep-review-github-'));
  const program = join(folder, 'main.mjs');
  const scenarioFile = join(folder, 'scenario.json');
  bundled ??= bundle();
  await writeFile(program, await bundled);
  await writeFile(scenarioFile, JSON.stringify(scenario));
  const child = spawn(process.execPath, [program, scenarioFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await firstLine(child);
  return {
    url,
    control: remoteControl(url),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let bundled: Promise<Uint8Array> | null = null;

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [resolve('test/servers/github/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild made no file');
  return file.contents;
}

function remoteControl(url: string): RemoteControl {
  const call = (name: string) => async (given?: unknown) => {
    const response = await fetch(`${url}/_control/${name}`, {
      method: 'POST',
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    });
    const answer = (await response.json()) as { result?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  };
  return Object.fromEntries(controlNames().map((name) => [name, call(name)])) as unknown as RemoteControl;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) =>
      reject(new Error(`the GitHub server ended with ${code} before it was ready`)),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
  });
}
