import { createServer, type Server, type Socket } from 'node:net';
import type { Fault } from '../../servers/model/script.ts';
import { type FaultCase, lost, overcome, reviewCase } from './case.ts';
import { tryReview } from './trial.ts';
import { forever, reviewWith } from './turns.ts';
import { tell } from './words.ts';

/** Long enough for a slow machine, short enough to wait for. */
export const shortMs = 3_000;

const stall: Fault = { kind: 'stall' };
const reset: Fault = { kind: 'reset' };

/** F12–F15: the connection, and the time until an answer begins. */
export const connectionCases: FaultCase[] = [
  reviewCase({
    fault: 'F12',
    name: 'the name is unknown',
    expected: 'failed (network); nothing found; 0 requests; waited 0.5 1 2 s',
    trial: () => ({ turns: [], baseUrl: 'https://nobody.invalid/v1' }),
  }),
  reviewCase({
    fault: 'F12',
    name: 'connection refused',
    expected: 'failed (network); nothing found; 0 requests; waited 0.5 1 2 s',
    trial: () => ({ turns: [], baseUrl: `http://127.0.0.1:${closedPort}/v1` }),
  }),
  deafCase({
    name: 'no TLS is spoken there',
    expected: 'failed (network); nothing found; 0 requests; waited 0.5 1 2 s',
    onConnection: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  }),
  deafCase({
    name: 'the connection never stands',
    expected: 'timed-out (timeout-connect); nothing found; 0 requests; waited 0.5 1 2 s',
    onConnection: () => {},
  }),
  reviewCase({
    fault: 'F13',
    name: 'no response headers, once',
    expected: overcome(4, '0.5'),
    trial: () => ({ turns: reviewWith([stall]), stream: { firstByteMs: shortMs } }),
  }),
  reviewCase({
    fault: 'F13',
    name: 'headers and then nothing, once',
    expected: overcome(4, '0.5'),
    trial: () => ({
      turns: reviewWith([{ kind: 'stall', afterFrames: 0 }]),
      stream: { firstByteMs: shortMs },
    }),
  }),
  reviewCase({
    fault: 'F13',
    name: 'no response headers, for ever',
    expected: lost('timed-out (timeout-first-byte)', 3, '0.5'),
    trial: () => ({ turns: forever(stall), stream: { firstByteMs: shortMs } }),
  }),
  reviewCase({
    fault: 'F14',
    name: 'reset before the first byte, once',
    expected: overcome(4, '0.5'),
    trial: () => ({ turns: reviewWith([reset]) }),
  }),
  reviewCase({
    fault: 'F14',
    name: 'reset before the first byte, for ever',
    expected: lost('failed (network)', 5, '0.5 1 2'),
    trial: () => ({ turns: forever(reset) }),
  }),
  reviewCase({
    fault: 'F15',
    name: 'reset in the stream, once',
    expected: overcome(4, '0.5'),
    trial: () => ({ turns: reviewWith([{ kind: 'reset', afterFrames: 3 }]) }),
  }),
  reviewCase({
    fault: 'F15',
    name: 'reset in the stream, for ever',
    expected: lost('failed (network)', 5, '0.5 1 2'),
    trial: () => ({ turns: forever({ kind: 'reset', afterFrames: 3 }) }),
  }),
];

/** An address of https at which something else listens. */
function deafCase(input: {
  name: string;
  expected: string;
  onConnection: (socket: Socket) => void;
}): FaultCase {
  return {
    fault: 'F12',
    name: input.name,
    expected: input.expected,
    run: async (vendor, signal) => {
      const listener = await listen(input.onConnection);
      try {
        const baseUrl = `https://127.0.0.1:${listener.port}/v1`;
        return tell(await tryReview(vendor, { turns: [], baseUrl, stream: { connectMs: shortMs } }, signal));
      } finally {
        listener.close();
      }
    },
  };
}

export interface Listener {
  port: number;
  close(): void;
}

/** Accepts connections, and speaks no protocol of its own. */
export async function listen(onConnection: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return {
    port: address.port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A port that is given to nobody by chance: a closed one of our own may be another's a moment later. */
export const closedPort = 1;
