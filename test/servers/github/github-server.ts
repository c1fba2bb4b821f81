import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from './answer-api.ts';
import { answerControl } from './answer-control.ts';
import { answerGit, type GitRequest, gitRequestOf } from './code/answer-git.ts';
import { GithubControl } from './control.ts';
import { FaultInjector, isCarriedOut, pause, playFault, tearAfterSome } from './faults.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { makeWorld } from './make-world.ts';
import type { GithubScenario } from './scenario.ts';

export interface GithubServerOptions {
  scenario: GithubScenario;
  /** Milliseconds; default the real time. */
  clock?: () => number;
  /** Default: any free one. */
  port?: number;
}

export interface GithubServer {
  /** REST under it and under `/api/v3`, GraphQL at `/graphql` and `/api/graphql`, git at `/owner/name.git`. */
  url: string;
  journal: Journal;
  /** What other people and the passing of time do. */
  control: GithubControl;
  close(): Promise<void>;
}

/** Starts a GitHub on this machine. */
export async function startGithubServer(options: GithubServerOptions): Promise<GithubServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deep-review-github-'));
  const clock = options.clock ?? Date.now;
  const world = await makeWorld(options.scenario, { clock, folder });
  const journal = new Journal();
  const faults = new FaultInjector();
  faults.set(options.scenario.faults ?? []);
  const control = new GithubControl({ world, journal, faults });
  const api = createApi(world);
  const running = new Set<Promise<void>>();

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname.startsWith('/_control/')) return answerControl({ control, request, response, url });
    const git = gitRequestOf(url);
    const entry = journal.begin({
      kind: git === null ? 'api' : 'git',
      method: request.method ?? '',
      path: url.pathname,
      query: url.search,
    });
    try {
      if (git === null) await answer({ request, response, entry, url, origin });
      else await serveGit({ request, response, entry, url, git });
    } finally {
      journal.changed();
    }
  };

  const serveGit = async (exchange: {
    request: IncomingMessage;
    response: ServerResponse;
    entry: JournalEntry;
    url: URL;
    git: GitRequest;
  }) => {
    const { request, response, entry, url } = exchange;
    const fault = faults.next({ method: entry.method, path: url.pathname, query: url.search, body: '' });
    entry.fault = fault?.kind ?? null;
    if (fault?.kind === 'delay') await pause(fault.milliseconds, response);
    else if (fault?.kind === 'torn') tearAfterSome(response);
    else if (fault !== null) {
      request.resume();
      return playFault({ fault, response, entry, answer: null, now: clock() });
    }
    await answerGit({ world, ...exchange });
  };

  const answer = async (exchange: {
    request: IncomingMessage;
    response: ServerResponse;
    entry: JournalEntry;
    url: URL;
    origin: string;
  }) => {
    const { response, entry, url } = exchange;
    const body = await readBody(exchange.request);
    const fault = faults.next({
      method: entry.method,
      path: url.pathname,
      query: url.search,
      body: body.toString('utf8'),
    });
    entry.fault = fault?.kind ?? null;
    if (fault !== null && !isCarriedOut(fault))
      return playFault({ fault, response, entry, answer: null, now: clock() });
    const made = await api({ ...exchange, body });
    entry.status = made.status;
    if (fault !== null) return playFault({ fault, response, entry, answer: made, now: clock() });
    response.writeHead(made.status, made.headers).end(made.text);
  };

  const server = createServer({ keepAliveTimeout: 1_000 }, (request, response) => {
    const served = serve(request, response).catch((error: unknown) => {
      process.stderr.write(
        `the GitHub server failed: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      response.destroy();
    });
    running.add(served);
    void served.finally(() => running.delete(served));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${port}`,
    journal,
    control,
    close: () => {
      closed ??= (async () => {
        const ended = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await ended;
        await Promise.all(running);
        await rm(folder, { recursive: true, force: true });
      })();
      return closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
