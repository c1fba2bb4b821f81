import type { ServerSentEvent } from './event-stream.ts';
import type { GenerateOptions, ProgressEvent, StreamLimits } from './language-model.ts';
import { ProviderError } from './provider-error.ts';
import { createTransport } from './transport.ts';
import { type CallIdentity, startWatchdog } from './watchdog.ts';

/** What an adapter gets for one request. */
export interface StreamCall {
  fetch: typeof fetch;
  /** To be handed to the SDK. */
  signal: AbortSignal;
  /** Content came: it counts as progress, and is shown when it has a text. */
  content(event?: ProgressEvent): void;
  /** A header of the last answer; null before there is one. */
  header(name: string): string | null;
}

/** What is known of an answer that could not be read to its end. */
export interface SeenAnswer {
  /** A header of the answer; null when it has none of the name, or there was no answer. */
  header(name: string): string | null;
  /** Data of the first event that is no JSON, else of the last one, as it came; null when none did. */
  event: { data: string; isReadable: boolean } | null;
}

export interface StreamCallInput<T> {
  identity: CallIdentity;
  options: GenerateOptions;
  run(call: StreamCall): Promise<T>;
  /** Explains what the SDK threw. */
  toError(error: unknown, seen: SeenAnswer): ProviderError;
  /** Gets every event before the SDK, and returns what the SDK is to see; throws a `ProviderError` to end the call. */
  passEvent?(event: ServerSentEvent): ServerSentEvent;
}

/** For SDKs that insist on a time-out of their own: never before ours, and what a timer can hold. */
export function sdkTimeout(limits: StreamLimits): number {
  return Math.min(Math.ceil(limits.deadlineMs) + 1_000, 2 ** 31 - 1);
}

/** Runs one streamed request under the watchdog. Rejects only with `ProviderError`. */
export async function streamCall<T>(input: StreamCallInput<T>): Promise<T> {
  const { identity, options } = input;
  const watchdog = startWatchdog({ identity, limits: options.limits, signal: options.signal });
  let headers: Headers | null = null;
  let seen: SeenAnswer['event'] = null;
  const header = (name: string) => headers?.get(name) ?? null;
  const transport = createTransport({
    identity,
    watchdog,
    onHeaders: (value) => {
      headers = value;
    },
    passEvent: (event) => {
      if (seen === null || seen.isReadable) seen = { data: event.data, isReadable: isReadable(event.data) };
      return input.passEvent?.(event) ?? event;
    },
  });
  const content = (event?: ProgressEvent) => {
    watchdog.contentArrived();
    if (event !== undefined && event.text !== '') options.onProgress?.(event);
  };
  try {
    if (watchdog.failure !== null) throw watchdog.failure;
    const call = { fetch: transport, signal: watchdog.signal, content, header };
    return await watchdog.guard(input.run(call));
  } catch (error) {
    const failure = error instanceof ProviderError ? error : input.toError(error, { header, event: seen });
    const wasRefused = failure.status !== null && failure.status >= 300;
    failure.mayBeBilled = watchdog.wasConnected && !wasRefused;
    throw failure;
  } finally {
    watchdog.stop();
  }
}

/** All vendors send JSON, and a mark at the end that some of them share. */
function isReadable(data: string): boolean {
  if (data === '[DONE]') return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}
