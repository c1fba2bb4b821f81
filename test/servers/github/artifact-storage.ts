import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FaultInjector, pause } from './faults.ts';
import type { Journal } from './journal.ts';
import type { World } from './world.ts';

/**
 * Where archives of artifacts lie: a server of its own, as with GitHub. An address is good for a minute and is the only
 * key; whoever sends a token besides is refused, as the real one refuses it. Faults of kind `status`, `torn`, `stall` and
 * `reset` are played.
 */
export async function startArtifactStorage(parts: {
  world: World;
  journal: Journal;
  faults: FaultInjector;
}): Promise<{ close(): Promise<void> }> {
  const { world, journal, faults } = parts;
  const server = createServer((request, response) => {
    request.resume();
    const url = new URL(request.url ?? '/', world.storage.url);
    const { method = '' } = request;
    const { pathname, search } = url;
    const entry = journal.begin({ kind: 'storage', method, path: pathname, query: search });
    entry.token = request.headers.authorization ?? null;
    const link = world.storage.links.get(`${pathname}${search}`);
    const fault = faults.next({ method, path: pathname, query: search, body: '' });
    entry.fault = fault?.kind ?? null;
    const refuse = (status: number, code: string) => {
      entry.status = status;
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`);
    };
    if (fault?.kind === 'status') refuse(fault.status, 'InternalError');
    else if (fault?.kind === 'reset') request.socket.resetAndDestroy();
    else if (fault?.kind === 'stall') void pause(60_000, response);
    else if (method !== 'GET') refuse(405, 'UnsupportedHttpVerb');
    else if (request.headers.authorization !== undefined) refuse(403, 'AuthenticationFailed');
    else if (link === undefined || link.until < world.clock()) refuse(403, 'AuthenticationFailed');
    else {
      entry.status = 200;
      send(response, link.artifact.content, fault?.kind === 'torn');
    }
    journal.changed();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.storage.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, content: Buffer, isTorn: boolean): void {
  response.writeHead(200, { 'content-type': 'application/zip', 'content-length': content.byteLength });
  if (!isTorn) response.end(content);
  else response.write(content.subarray(0, content.byteLength >> 1), () => response.socket?.destroy());
}
