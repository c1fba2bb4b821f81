import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { refusalOfStatus } from './refusal.ts';
import type { Fault, Frame } from './script.ts';
import type { Wire } from './wire.ts';

export interface PlayStream {
  response: ServerResponse;
  wire: Pick<Wire, 'errorFrame' | 'ping'>;
  frames: readonly Frame[];
  fault: Fault | null;
  /** Aborts when the client goes away. */
  gone: AbortSignal;
  onFrame(): void;
}

/** Sends the events, with the fault that the script asks for. Headers must be sent already. */
export async function playFrames(input: PlayStream): Promise<void> {
  const { response, fault, gone } = input;
  const frames = rearranged(input.frames, fault);
  const format = formatter(fault);
  if (fault?.kind === 'delay') await pause(fault.beforeFirstFrame, gone);
  for (const [at, frame] of frames.entries()) {
    if (fault !== null && 'afterFrames' in fault && fault.afterFrames === at) {
      const goesOn = await breakHere({ ...input, fault });
      if (!goesOn) return;
    }
    if (fault?.kind === 'delay' && at > 0) await pause(fault.betweenFrames, gone);
    const isLast = at === frames.length - 1;
    await write(response, chunksOf(format(frame, isLast), fault));
    input.onFrame();
    if (gone.aborted) return;
  }
  response.end();
}

/** What happens in the middle of a stream; true when the stream goes on after it. */
async function breakHere(input: PlayStream & { fault: Fault }): Promise<boolean> {
  const { response, wire, fault, gone } = input;
  switch (fault.kind) {
    case 'stall':
      await untilGone(gone);
      return false;
    case 'pings':
      while (!gone.aborted) {
        await write(response, [Buffer.from(wire.ping)]);
        await pause(fault.every, gone);
      }
      return false;
    case 'cut':
      if (fault.withinLine === true) await write(response, [Buffer.from('data: {"type": "mess')]);
      response.end();
      return false;
    case 'reset':
      response.socket?.resetAndDestroy();
      return false;
    case 'error-frame': {
      const kinds = { overloaded: 529, 'rate-limit': 429, server: 500 };
      const frame = wire.errorFrame(
        refusalOfStatus({ status: kinds[fault.error], message: 'scripted error in the stream' }),
      );
      await write(response, [Buffer.from(formatFrame(frame))]);
      response.end();
      return false;
    }
    case 'malformed-frame':
      await write(response, [Buffer.from('event: message\ndata: {"type": "mess\n\n')]);
      return true;
    case 'unknown-frame':
      await write(response, [Buffer.from('event: from_the_future\ndata: {"type": "from_the_future"}\n\n')]);
      return true;
    default:
      return true;
  }
}

function rearranged(frames: readonly Frame[], fault: Fault | null): Frame[] {
  const list = [...frames];
  if (fault?.kind === 'duplicate-frame')
    list.splice(fault.frame, 0, ...list.slice(fault.frame, fault.frame + 1));
  if (fault?.kind === 'swap-frames') {
    const moved = list.splice(fault.frame, 1);
    list.splice(fault.frame + 1, 0, ...moved);
  }
  return list;
}

function formatter(fault: Fault | null): (frame: Frame, isLast: boolean) => string {
  const lineEnd = fault?.kind === 'bytes' ? (fault.lineEnd ?? '\n') : '\n';
  const endless = fault?.kind === 'bytes' && fault.noFinalLineEnd === true;
  return (frame, isLast) => {
    const text = formatFrame(frame).replaceAll('\n', lineEnd);
    return endless && isLast ? text.trimEnd() : text;
  };
}

function formatFrame(frame: Frame): string {
  const data = typeof frame.data === 'string' ? frame.data : JSON.stringify(frame.data);
  return `${frame.event === undefined ? '' : `event: ${frame.event}\n`}data: ${data}\n\n`;
}

function chunksOf(text: string, fault: Fault | null): Buffer[] {
  const bytes = Buffer.from(text);
  const size = fault?.kind === 'bytes' ? (fault.chunkBytes ?? bytes.byteLength) : bytes.byteLength;
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** Each chunk leaves on its own, so that the client sees the cuts. */
async function write(response: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    if (response.destroyed) return;
    const isTaken = response.write(chunk);
    if (chunks.length > 1) await nextTurn();
    if (!isTaken && !response.destroyed)
      await new Promise<void>((resolve) => {
        const goOn = () => {
          response.off('drain', goOn).off('close', goOn);
          resolve();
        };
        response.on('drain', goOn).on('close', goOn);
      });
  }
}

export async function pause(milliseconds: number | undefined, gone: AbortSignal): Promise<void> {
  if (milliseconds === undefined || gone.aborted) return;
  await sleep(milliseconds, undefined, { signal: gone }).catch((error: unknown) => {
    if (!gone.aborted) throw error;
  });
}

export function untilGone(gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));
}
