import { readFile } from 'node:fs/promises';
import { startModelServer } from './model-server.ts';
import type { ModelScript } from './script.ts';

/**
 * The server as a process of its own: `main.ts SCRIPT.json [PORT]`. Prints one line, `{"url": …}`, when it is ready;
 * `GET /journal` tells what was asked; ends on SIGTERM and SIGINT.
 */
async function main(): Promise<void> {
  const [path, port] = process.argv.slice(2);
  if (path === undefined) throw new Error('usage: main SCRIPT.json [PORT]');
  const script = JSON.parse(await readFile(path, 'utf8')) as ModelScript;
  const server = await startModelServer({ script, ...(port === undefined ? {} : { port: Number(port) }) });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      server.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
}

await main();
