import type { ServerResponse } from 'node:http';
import type { JournalEntry } from './journal.ts';
import type { Fault, FaultRule } from './scenario.ts';

/** Rules with what they have seen so far. */
export class FaultInjector {
  #rules: { rule: FaultRule; seen: number }[] = [];

  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0 }));
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  /** What this request meets; null for nothing. Every rule that fits counts it. */
  next(request: { method: string; path: string; query: string; body: string }): Fault | null {
    let met: Fault | null = null;
    for (const one of this.#rules) {
      const { rule } = one;
      if (rule.method !== undefined && rule.method !== request.method) continue;
      if (!new RegExp(rule.path).test(request.path)) continue;
      if (rule.query !== undefined && !new RegExp(rule.query).test(request.query)) continue;
      if (rule.body !== undefined && !new RegExp(rule.body).test(request.body)) continue;
      one.seen += 1;
      const place = one.seen - (rule.skip ?? 0);
      const times = rule.times ?? 1;
      if (place >= 1 && (times === 0 || place <= times)) met ??= rule.what;
    }
    return met;
  }
}

/** Whether the request is carried out before the fault shows. */
export function isCarriedOut(fault: Fault): boolean {
  if (fault.kind === 'delay' || fault.kind === 'torn') return true;
  return 'after' in fault && fault.after === true;
}

/** Spoils an answer, or sends one of its own. `rest` is what the right answer would have been, null before it is known. */
export async function playFault(input: {
  fault: Fault;
  response: ServerResponse;
  entry: JournalEntry;
  /** Sends the right answer; null when the request was not carried out. */
  answer: { headers: Record<string, string>; status: number; text: string } | null;
  now: number;
}): Promise<void> {
  const { fault, response, entry, answer } = input;
  const send = (status: number, headers: Readonly<Record<string, string>>, body: unknown) => {
    entry.status = status;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  };
  switch (fault.kind) {
    case 'status':
      return send(fault.status, fault.headers ?? {}, fault.body ?? { message: 'Server Error' });
    case 'html':
      return send(
        fault.status ?? 502,
        { 'content-type': 'text/html; charset=utf-8' },
        '<!DOCTYPE html><html><head><title>Unicorn!</title></head><body>We had issues.</body></html>',
      );
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'stall':
      return new Promise((resolve) => {
        if (response.destroyed) resolve();
        else response.once('close', resolve);
      });
    case 'delay':
      await pause(fault.milliseconds, response);
      if (answer !== null && !response.destroyed)
        response.writeHead(answer.status, answer.headers).end(answer.text);
      return;
    case 'torn': {
      if (answer === null) return;
      const bytes = Buffer.from(answer.text);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.byteLength) });
      response.write(bytes.subarray(0, Math.floor(bytes.byteLength / 2)), () => response.socket?.destroy());
      return;
    }
    case 'secondary-limit':
      return send(
        403,
        { ...answer?.headers, 'retry-after': String(fault.retryAfter ?? 60) },
        {
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.',
          documentation_url:
            'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
          status: '403',
        },
      );
    case 'primary-limit': {
      const graphql = entry.path.endsWith('/graphql');
      const status = graphql ? 200 : (fault.status ?? 403);
      const message = 'API rate limit exceeded for user ID 1.';
      const headers = {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '5000',
        'x-ratelimit-resource': graphql ? 'graphql' : 'core',
        'x-ratelimit-reset': String(Math.ceil(input.now / 1_000) + fault.resetInSeconds),
      };
      return send(
        status,
        headers,
        graphql
          ? { errors: [{ type: 'RATE_LIMITED', message }] }
          : {
              message,
              documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
              status: String(status),
            },
      );
    }
  }
}

export function pause(milliseconds: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    response.once('close', done);
  });
}

/** Lets the first piece of a streamed answer through, then breaks the connection. */
export function tearAfterSome(response: ServerResponse): void {
  const write = response.write.bind(response);
  response.write = ((chunk: Buffer) => {
    write(chunk.subarray(0, Math.ceil(chunk.byteLength / 2)), () => response.socket?.destroy());
    return true;
  }) as typeof response.write;
}
