import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface GitRequest {
  method: string;
  path: string;
  /** Header, as it came. */
  authorization: string | null;
}

/** What the server does instead of answering with git's words. */
export type GitFault = { status: number; location?: string; body?: string } | 'stall';

export interface GitServer {
  /** Without a slash at the end. */
  url: string;
  requests: GitRequest[];
  /** Chooses a fault for a request; null for none. */
  fault: (request: GitRequest) => GitFault | null;
  /** Branches only, as servers did before the second version of the protocol. */
  branchesOnly: boolean;
}

/** `<url>/<anything>.git` is the repository, by git's own server program; closed when the test is over. */
export async function startGitServer(directory: string): Promise<GitServer> {
  const state: GitServer = { url: '', requests: [], fault: () => null, branchesOnly: false };
  const server = createServer((request, response) => {
    void answer(request, response, state, directory).catch((cause: unknown) =>
      response.destroy(cause as Error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: GitServer,
  directory: string,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  const known = {
    method: request.method ?? '',
    path: `${url.pathname}${url.search}`,
    authorization: request.headers.authorization ?? null,
  };
  state.requests.push(known);
  const fault = state.fault(known);
  if (fault === 'stall') return;
  if (fault !== null) {
    request.resume();
    response.writeHead(fault.status, fault.location === undefined ? {} : { location: fault.location });
    response.end(fault.body ?? '');
    return;
  }
  const { 'git-protocol': protocol, 'content-type': type, 'content-encoding': encoding } = request.headers;
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_CONFIG_KEY_1: 'uploadpack.allowAnySHA1InWant',
      GIT_CONFIG_VALUE_1: String(!state.branchesOnly),
      GIT_PROJECT_ROOT: join(directory, '.git'),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname.replace(/^.*?\.git/, ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: known.method,
      CONTENT_TYPE: type ?? '',
      ...(encoding === undefined ? {} : { HTTP_CONTENT_ENCODING: encoding }),
      ...(protocol === undefined || state.branchesOnly ? {} : { GIT_PROTOCOL: String(protocol) }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  response.once('close', () => backend.kill());
  let head = Buffer.alloc(0);
  for await (const chunk of backend.stdout as AsyncIterable<Buffer>) {
    if (response.headersSent) {
      if (!response.write(chunk) && !response.destroyed) await once(response, 'drain');
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const headers = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1];
    response.writeHead(status === undefined ? 200 : Number.parseInt(status, 10), headers.flat());
    response.write(head.subarray(end + 4));
  }
  response.end();
}
