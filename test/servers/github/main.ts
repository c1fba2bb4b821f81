import { readFile } from 'node:fs/promises';
import { startGithubServer } from './github-server.ts';
import type { GithubScenario } from './scenario.ts';

/**
 * The server as a process of its own: `main.ts SCENARIO.json [PORT]`. Prints one line, `{"url": …}`, when it is ready;
 * is steered by `POST /_control/NAME`; ends on SIGTERM and SIGINT.
 */
async function main(): Promise<void> {
  const [path, port] = process.argv.slice(2);
  if (path === undefined) throw new Error('usage: main SCENARIO.json [PORT]');
  const scenario = JSON.parse(await readFile(path, 'utf8')) as GithubScenario;
  const server = await startGithubServer({ scenario, ...(port === undefined ? {} : { port: Number(port) }) });
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
