import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, describeRequest } from './answer-api.ts';
import { answerControl } from './answer-control.ts';
import { startArtifactStorage } from './artifact-storage.ts';
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

/**
 * Starts a GitHub on this machine, over its own copies of the git repositories a scenario names. It keeps everything that
 * is written to it, and refuses what GitHub refuses.
 *
 * It can: REST as `routes.ts` lists it, under `/` and, as GitHub Enterprise has it, under `/api/v3`, with Link headers,
 * ETags, media types, versions, request ids and budgets; GraphQL as `graphql/schema/` lists it, where what is not listed
 * is an error; git over HTTP by git's own program, where every commit can be had by its id and nobody can push; tokens
 * of people (classic and fine-grained), of workflows and of apps, with what each may and what each is told when it may
 * not; reviews checked against the hunks of the real diff, all or nothing; check runs of apps; private, archived,
 * renamed and deleted repositories; artifacts of workflow runs, which lie on another port that takes no token; closed, merged, locked and deleted pull requests; heads that move. The journal says
 * of each request who sent it and whether it changed anything, and names what a program like ours must never try. Faults
 * come by rules, before a request is carried out or after.
 *
 * It cannot: merge, approve, delete, label or push (405 or 403, and marked in the journal); take reviews without an
 * event, places by `position`, comments on whole files; sign in apps by their keys, send webhooks, search, list
 * workflow runs, tell of check suites; weigh queries and processor time; speak TLS.
 */
export async function startGithubServer(options: GithubServerOptions): Promise<GithubServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deep-review-github-'));
  const clock = options.clock ?? Date.now;
  const world = await makeWorld(options.scenario, { clock, folder });
  const journal = new Journal();
  const faults = new FaultInjector();
  faults.set(options.scenario.faults ?? []);
  const control = new GithubControl({ world, journal, faults });
  const api = createApi(world);
  const storage = await startArtifactStorage({ world, journal, faults });
  const running = new Set<Promise<void>>();
  let atOnce = 0;

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
      atOnce += 1;
      if (git === null) await answer({ request, response, entry, url, origin });
      else await serveGit({ request, response, entry, url, git });
    } finally {
      atOnce -= 1;
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
    if (body === null) return;
    describeRequest(world, { ...exchange, body });
    if (atOnce > world.limits.concurrent) {
      const fault = { kind: 'secondary-limit' } as const;
      return playFault({ fault, response, entry, answer: null, now: clock() });
    }
    const fault = faults.next({
      method: entry.method,
      path: url.pathname,
      query: url.search,
      body: body.toString('utf8'),
    });
    entry.fault = fault?.kind ?? null;
    journal.changed();
    if (fault !== null && !isCarriedOut(fault))
      return playFault({ fault, response, entry, answer: null, now: clock() });
    const made = await api({ ...exchange, body });
    entry.status = made.status;
    if (fault !== null) return playFault({ fault, response, entry, answer: made, now: clock() });
    response.writeHead(made.status, made.headers).end(made.text);
  };

  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
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
        await Promise.all([...running, storage.close()]);
        await rm(folder, { recursive: true, force: true });
      })();
      return closed;
    },
  };
}

/** null: the client went away before it had sent everything. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch (error) {
    if (request.destroyed) return null;
    throw error;
  }
  return Buffer.concat(chunks);
}
