import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { createEventStreamReader, formatEvent, type ServerSentEvent } from './event-stream.ts';
import { ProviderError } from './provider-error.ts';
import type { CallIdentity, Watchdog } from './watchdog.ts';

/** More than this in one answer is no answer: bytes. */
const maxStreamBytes = 256 * 1024 * 1024;
const maxErrorBytes = 256 * 1024;

export interface TransportOptions {
  identity: CallIdentity;
  watchdog: Watchdog;
  /** Told the headers of every answer. */
  onHeaders(headers: Headers): void;
  /** Gets every event before the SDK does, and returns what the SDK is to see; what it throws fails the call. */
  passEvent(event: ServerSentEvent): ServerSentEvent;
}

/**
 * The `fetch` that SDKs are given: reports to the watchdog, follows no redirect, waits for nothing without a limit,
 * takes only an event stream for a success, and hands it on in a form that every SDK reads alike. (The platform's
 * own `fetch` gives up on a model that thinks for five minutes in silence.)
 */
export function createTransport(options: TransportOptions): typeof fetch {
  return async (input, init) => {
    const { message, request } = await send({ url: addressOf(input), init: init ?? {}, options });
    const headers = readHeaders(message);
    options.onHeaders(headers);
    const status = message.statusCode ?? 0;
    const isSuccess = status >= 200 && status < 300;
    if (isSuccess && !isEventStream(headers))
      throw await notAnEventStream({ message, request, headers, options });
    // After the body was rewritten its length is another.
    headers.delete('content-length');
    const body = isSuccess ? eventStreamBody(message, options) : errorBody(message, options);
    return new Response(status === 204 || status === 304 ? null : body, {
      status: status >= 200 && status <= 599 ? status : 502,
      headers,
    });
  };
}

function addressOf(input: string | URL | Request): URL {
  if (typeof input === 'string' || input instanceof URL) return new URL(input);
  return new URL(input.url);
}

function send(input: {
  url: URL;
  init: RequestInit;
  options: TransportOptions;
}): Promise<{ message: IncomingMessage; request: ClientRequest }> {
  const { url, init, options } = input;
  const headers = new Headers(init.headers);
  headers.set('accept-encoding', 'identity');
  const body = bodyBytes(init.body);
  headers.set('content-length', String(body.byteLength));
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(headers),
    });
    const abort = () => request.destroy(new DOMException('The call was stopped.', 'AbortError'));
    for (const signal of [options.watchdog.signal, init.signal]) {
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    }
    request.on('socket', (socket) => {
      if (!socket.connecting) return options.watchdog.connected();
      options.watchdog.connecting();
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', options.watchdog.connected);
    });
    request.on('error', reject);
    request.on('response', (message) => resolve({ message, request }));
    request.end(body);
  });
}

function bodyBytes(body: RequestInit['body']): Uint8Array {
  if (body === null || body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  throw new TypeError('The SDK sent a request body that is neither text nor bytes.');
}

function readHeaders(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    try {
      headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '');
    } catch {
      // Node lets bytes through that `Headers` does not; no header we read looks like that.
    }
  }
  return headers;
}

function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

/** A login page of a proxy, an empty body: what a 200 can be without being an answer. */
async function notAnEventStream(input: {
  message: IncomingMessage;
  request: ClientRequest;
  headers: Headers;
  options: TransportOptions;
}): Promise<ProviderError> {
  const { message, request, headers, options } = input;
  let start = '';
  try {
    for await (const chunk of message) {
      options.watchdog.bytesArrived();
      start += Buffer.from(chunk).toString('utf8');
      if (start.length > 200) break;
    }
  } catch (error) {
    start = error instanceof Error ? `unreadable: ${error.message}` : '';
  }
  request.destroy();
  const type = headers.get('content-type') ?? 'no content type';
  const error = new ProviderError(
    `${options.identity.modelId}: the endpoint answered ${message.statusCode} with ${makeVisibleLine(type)} instead of an event stream: "${makeVisibleLine(start.slice(0, 200))}"`,
    {
      ...options.identity,
      kind: 'protocol',
      status: message.statusCode ?? null,
      hint: 'Check the endpoint (base URL) and any proxy between it and here.',
    },
  );
  options.watchdog.fail(error);
  return error;
}

function eventStreamBody(message: IncomingMessage, options: TransportOptions): ReadableStream<Uint8Array> {
  const reader = createEventStreamReader();
  const encoder = new TextEncoder();
  let total = 0;
  const pass = (events: readonly ServerSentEvent[]): BodyPiece => {
    const passed = events.map((event) => formatEvent(options.passEvent(event)));
    return {
      bytes: encoder.encode(passed.join('')),
      isLast: events.some((event) => event.data === '[DONE]'),
    };
  };
  return mapBody(message, {
    chunk: (bytes) => {
      options.watchdog.bytesArrived();
      total += bytes.byteLength;
      if (total > maxStreamBytes)
        throw new ProviderError(`${options.identity.modelId}: the answer is larger than any answer can be.`, {
          ...options.identity,
          kind: 'protocol',
        });
      return pass(reader.push(bytes));
    },
    end: () => pass(reader.end()).bytes,
    fail: (error) => {
      if (error instanceof ProviderError) options.watchdog.fail(error);
    },
  });
}

function errorBody(message: IncomingMessage, options: TransportOptions): ReadableStream<Uint8Array> {
  let room = maxErrorBytes;
  return mapBody(message, {
    chunk: (bytes) => {
      options.watchdog.bytesArrived();
      const kept = bytes.subarray(0, room);
      room -= kept.byteLength;
      return { bytes: kept, isLast: room === 0 };
    },
    end: () => new Uint8Array(),
    fail: () => {},
  });
}

interface BodyPiece {
  bytes: Uint8Array;
  /** Nothing after it is wanted, even if more comes. */
  isLast: boolean;
}

interface BodyMap {
  chunk(bytes: Uint8Array): BodyPiece;
  end(): Uint8Array;
  fail(error: unknown): void;
}

function mapBody(message: IncomingMessage, map: BodyMap): ReadableStream<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const next = await chunks.next();
          const isEnd = next.done === true;
          const piece = isEnd ? { bytes: map.end(), isLast: true } : map.chunk(next.value);
          if (piece.bytes.byteLength > 0) controller.enqueue(piece.bytes);
          if (piece.isLast) {
            if (!isEnd) message.destroy();
            return controller.close();
          }
          if (piece.bytes.byteLength > 0) return;
        }
      } catch (error) {
        map.fail(error);
        message.destroy();
        controller.error(error);
      }
    },
    cancel() {
      message.destroy();
    },
  });
}
