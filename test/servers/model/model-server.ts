import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropicWire } from './anthropic/wire.ts';
import { type ChosenTurn, createTurnChooser } from './choose-turn.ts';
import { createGoogleWire } from './google/wire.ts';
import { createJournal, type Journal, type JournalEntry, type OpenJournal } from './journal.ts';
import { hasLoneSurrogate, isJson, type Json } from './json.ts';
import { listModels } from './model-lists.ts';
import { type ServedModel, servedModels } from './models.ts';
import { createOpenAiWire } from './openai/wire.ts';
import { createOpenAiChatWire } from './openai-chat/wire.ts';
import { pause, playFrames, untilGone } from './play-frames.ts';
import { invalid, Refusal, refusalOfStatus } from './refusal.ts';
import type { Fault, Frame, ModelScript, Vendor } from './script.ts';
import type { Conversation, Wire } from './wire.ts';

export interface ModelServerOptions {
  script: ModelScript;
  /** Milliseconds, for what the vendors' caches keep; default the real time. */
  clock?: () => number;
  /** Default: any free one. */
  port?: number;
}

export interface ModelServer {
  /** Without a path; see `baseUrlFor`. */
  url: string;
  journal: Journal;
  close(): Promise<void>;
}

/** The base URL that a client of this vendor takes. */
export function baseUrlFor(url: string, vendor: Vendor): string {
  return vendor === 'openai' || vendor === 'openai-chat' ? `${url}/v1` : url;
}

/** Starts a server on this machine that speaks as the vendors do, refuses what they refuse, and plays a script. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const clock = options.clock ?? Date.now;
  const models = servedModels(options.script);
  const journal = createJournal();
  const world: World = {
    keys: options.script.keys ?? ['test-key'],
    models,
    wires: [
      [/^\/v1\/messages$/, createAnthropicWire({ models, clock })],
      [/^\/v1\/responses$/, createOpenAiWire({ models, clock })],
      [/^\/v1\/chat\/completions$/, createOpenAiChatWire({ models, clock })],
      [/^\/v1beta\/models\/[^/]+:(stream)?[gG]enerateContent$/, createGoogleWire({ models, clock })],
    ],
    choose: createTurnChooser(options.script),
  };
  const server = createServer({ keepAliveTimeout: 1_000 }, (request, response) => {
    const { method = '', url = '', headers } = request;
    const entry = journal.begin({
      startedAt: clock(),
      method,
      path: url.replace(/key=[^&]+/, 'key=[key]'),
      headers,
    });
    response.on('close', () => {
      entry.endedAt = clock();
      entry.end ??= response.writableFinished ? 'server' : 'client';
      journal.changed();
    });
    answer({ request, response, entry, world, journal })
      .catch((error: unknown) => {
        entry.refusal = `the server failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
        response.destroy();
      })
      .finally(journal.changed);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${port}`,
    journal,
    close: () => {
      closed ??= new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

interface World {
  keys: readonly string[];
  models: ReadonlyMap<string, ServedModel>;
  wires: readonly (readonly [RegExp, AnyWire])[];
  choose: ReturnType<typeof createTurnChooser>;
}

/** A wire with its own kind of accepted request, which only it looks into. */
type AnyWire = ReturnType<
  typeof createAnthropicWire | typeof createOpenAiWire | typeof createOpenAiChatWire | typeof createGoogleWire
>;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  entry: JournalEntry;
  world: World;
  journal: OpenJournal;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, entry, world } = exchange;
  const url = new URL(request.url ?? '/', 'http://server');
  if (url.pathname === '/journal') return sendJson(response, 200, { entries: exchange.journal.entries });
  const wire = world.wires.find(([path]) => path.test(url.pathname))?.[1] as Wire | undefined;
  if (request.method !== 'POST' || wire === undefined) return answerList({ ...exchange, url });
  entry.vendor = wire.vendor;
  response.setHeader(wire.requestIdHeader, `req_${entry.number}`);
  try {
    wire.authenticate({ headers: request.headers, url }, world.keys);
    const body = await readBody(exchange, wire);
    const accepted = wire.check({ headers: request.headers, url, body, bytes: entry.bytes });
    entry.model = accepted.model.id;
    const header = request.headers['x-session'];
    const chosen = world.choose({
      conversation: accepted,
      header: typeof header === 'string' ? header : null,
      text: entry.text,
    });
    Object.assign(entry, { session: chosen.session, turn: chosen.index, attempt: chosen.attempt });
    exchange.journal.changed();
    await play({ ...exchange, wire, accepted, chosen });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    entry.refusal = error.message;
    entry.status = error.status;
    sendJson(response, error.status, wire.errorBody(error));
  }
}

async function readBody(exchange: Exchange, wire: Wire): Promise<Json> {
  const { request, entry } = exchange;
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
    entry.bytes += chunk.byteLength;
    if (entry.bytes > wire.maxBodyBytes)
      throw new Refusal('Request exceeds the maximum size', { kind: 'too-large' });
  }
  entry.text = Buffer.concat(chunks).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(entry.text);
  } catch {
    throw invalid('We could not parse the JSON body of your request.');
  }
  if (!isJson(value)) throw invalid('The body of the request is not an object.');
  if (hasLoneSurrogate(value))
    throw invalid('The request body is not valid JSON: no low surrogate in string.');
  entry.body = value;
  return value;
}

async function play(
  input: Exchange & { wire: Wire; accepted: Conversation; chosen: ChosenTurn },
): Promise<void> {
  const { response, entry, wire, accepted, chosen } = input;
  const { fault, turn, index } = chosen;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  if (fault !== null && (await playInstead({ ...input, fault, gone: gone.signal }))) return;
  const frames = wire.play({ accepted, turn, index });
  entry.status = 200;
  entry.usage = usageIn(frames);
  if (!accepted.stream) return sendJson(response, 200, wire.whole(frames));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  const onFrame = () => {
    entry.framesSent += 1;
    input.journal.changed();
  };
  await playFrames({ response, wire, frames, fault, gone: gone.signal, onFrame });
}

/** What the frames of an answer report in all; later reports stand over earlier ones. */
function usageIn(frames: readonly Frame[]): Json | null {
  const reports: Json[] = [];
  for (const { data } of frames) {
    if (!isJson(data)) continue;
    const inner = [data.message, data.response].find(isJson);
    const reported = [data.usage, data.usageMetadata, inner?.usage].find(isJson);
    if (reported !== undefined) reports.push(reported);
  }
  return reports.length === 0 ? null : Object.assign({}, ...reports);
}

/** Faults that leave nothing of the turn to play; true when that was one. */
async function playInstead(
  input: Exchange & { wire: Wire; fault: Fault; gone: AbortSignal },
): Promise<boolean> {
  const { response, entry, wire, fault, gone } = input;
  const end = (status: number, type: string, body: string) => {
    entry.status = status;
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  };
  switch (fault.kind) {
    case 'status': {
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      entry.status = fault.status;
      if (typeof fault.body === 'string') return end(fault.status, 'text/plain', fault.body);
      sendJson(
        response,
        fault.status,
        isJson(fault.body) ? fault.body : wire.errorBody(refusalOfStatus(fault)),
      );
      return true;
    }
    case 'redirect':
      response.setHeader('location', fault.location);
      return end(302, 'text/html', '<html><body>Moved</body></html>');
    case 'html':
      return end(200, 'text/html; charset=utf-8', '<!doctype html><html><body>Please log in</body></html>');
    case 'empty':
      return end(200, 'text/event-stream', '');
    case 'delay':
      await pause(fault.beforeHeaders, gone);
      return false;
    case 'stall':
      if (fault.afterFrames !== undefined) return false;
      await untilGone(gone);
      return true;
    case 'reset':
      if (fault.afterFrames !== undefined) return false;
      response.socket?.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

function answerList(exchange: Exchange & { url: URL }): void {
  const { request, response, entry, world, url } = exchange;
  const [, version, id] = /^\/(v1|v1beta)\/models(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const vendor: Vendor =
    version === 'v1beta'
      ? 'google'
      : request.headers['anthropic-version'] === undefined
        ? 'openai'
        : 'anthropic';
  const wire = world.wires.map(([, one]) => one).find((one) => one.vendor === vendor) as Wire | undefined;
  try {
    if (version === undefined || request.method !== 'GET' || wire === undefined)
      throw new Refusal(`Not found: ${request.method} ${url.pathname}`, { kind: 'not-found' });
    wire.authenticate({ headers: request.headers, url }, world.keys);
    entry.status = 200;
    sendJson(response, 200, listModels({ vendor, id: id ?? null, models: world.models.values() }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    entry.refusal = error.message;
    entry.status = error.status;
    sendJson(response, error.status, wire?.errorBody(error) ?? { error: { message: error.message } });
  }
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
