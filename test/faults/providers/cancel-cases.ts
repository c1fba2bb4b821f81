import type { AgentTool } from '../../../src/agent/agent-tool.ts';
import type { Fault } from '../../servers/model/script.ts';
import type { FaultCase } from './case.ts';
import { listen } from './connection-cases.ts';
import { type Trial, type TrialStart, tryReview } from './trial.ts';
import { call, forever, reviewWith } from './turns.ts';
import { tell } from './words.ts';

const stopped = (requests: number) =>
  `cancelled (cancelled); I1; ran report; ${requests} requests; within 1 s`;

/** Stopping at every point of a call: at once, and neither a failure nor a time-out. */
export const cancelCases: FaultCase[] = [
  {
    fault: 'F2',
    name: 'cancelled in a wait of 90 s',
    expected: 'cancelled (cancelled); I1; ran report; 2 requests; waited 90.5 s; within 1 s',
    run: (vendor, signal) =>
      cancelWhen(vendor, signal, (stop) => ({
        turns: forever({ kind: 'status', status: 429, headers: { 'retry-after': '90' } }),
        realWaits: true,
        onRecord: ({ type }) => {
          if (type === 'request-error') setTimeout(stop, 100);
        },
      })),
  },
  {
    fault: 'F12',
    name: 'cancelled while connecting',
    expected: 'cancelled (cancelled); nothing found; 0 requests; within 1 s',
    run: async (vendor, signal) => {
      let stop = () => {};
      const listener = await listen(() => setTimeout(() => stop(), 50));
      try {
        return await cancelWhen(vendor, signal, (given) => {
          stop = given;
          return { turns: [], baseUrl: `https://127.0.0.1:${listener.port}/v1` };
        });
      } finally {
        listener.close();
      }
    },
  },
  whileStalled('F13', 'cancelled before any header', {}),
  whileStalled('F13', 'cancelled before the first byte', { afterFrames: 0 }),
  whileStalled('F20', 'cancelled in the stream', { afterFrames: 3 }),
  {
    fault: 'F21',
    name: 'cancelled between keep-alives',
    expected: `${stopped(2)}; the connection is closed`,
    run: (vendor, signal) => cancelAtRequest(vendor, signal, { kind: 'pings', afterFrames: 3, every: 50 }, 3),
  },
  {
    fault: 'F30',
    name: 'cancelled while a tool works',
    expected: stopped(2),
    run: (vendor, signal) =>
      cancelWhen(vendor, signal, (stop) => ({
        turns: reviewWith([]).map((turn, at) => (at === 1 ? { toolCalls: [call('hang')] } : turn)),
        tools: [hangingTool(stop)],
      })),
  },
];

type Vendor = Parameters<FaultCase['run']>[0];

/** Runs a review that stops itself, and tells how long it took from there to its end. */
async function cancelWhen(
  vendor: Vendor,
  signal: AbortSignal,
  make: (stop: () => void) => Trial,
): Promise<string> {
  let stoppedAt = Number.NaN;
  let start: TrialStart | null = null;
  const trial = make(() => {
    stoppedAt = performance.now();
    start?.abort(new Error('the user pressed Ctrl-C'));
  });
  const result = await tryReview(
    vendor,
    {
      ...trial,
      onStart: (given) => {
        start = given;
        trial.onStart?.(given);
      },
    },
    signal,
  );
  const passed = performance.now() - stoppedAt;
  const connection = trial.onStart === undefined ? [] : [await closedBy(result.requests)];
  return [tell(result), passed < 1_000 ? 'within 1 s' : `after ${Math.round(passed)} ms`, ...connection].join(
    '; ',
  );
}

function whileStalled(fault: string, name: string, stall: { afterFrames?: number }): FaultCase {
  return {
    fault,
    name,
    expected: `${stopped(2)}; the connection is closed`,
    run: (vendor, signal) =>
      cancelAtRequest(vendor, signal, { kind: 'stall', ...stall }, stall.afterFrames ?? 0),
  };
}

/** Stops when the second request has got so many events. */
function cancelAtRequest(vendor: Vendor, signal: AbortSignal, fault: Fault, frames: number): Promise<string> {
  return cancelWhen(vendor, signal, (stop) => ({
    turns: forever(fault),
    onStart: ({ server }) => {
      void server.journal
        .waitFor((entry) => entry.number === 2 && entry.turn === 1 && entry.framesSent === frames)
        .then(() => setTimeout(stop, 50));
    },
  }));
}

/** Who ended the last request, once the server saw it. */
async function closedBy(requests: readonly { end: 'server' | 'client' | null }[]): Promise<string> {
  for (let wait = 0; wait < 100 && requests.at(-1)?.end === null; wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return requests.at(-1)?.end === 'client' ? 'the connection is closed' : 'the connection is left open';
}

/** Never answers, whatever it is told. */
function hangingTool(onCall: () => void): AgentTool {
  return {
    definition: {
      name: 'hang',
      description: 'Takes for ever.',
      inputSchema: { type: 'object', properties: {} },
    },
    access: 'read',
    execute: () => {
      setTimeout(onCall, 50);
      return new Promise(() => {});
    },
  };
}
