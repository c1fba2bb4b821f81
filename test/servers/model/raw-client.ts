import { onTestFinished } from 'vitest';
import { startModelServer } from './model-server.ts';
import type { ModelScript } from './script.ts';

export type Json = Record<string, unknown>;

/** A server for one test; every request is answered alike unless a script says otherwise. */
export async function serve(
  script: ModelScript = { sessions: [{ turns: [{ text: 'Fine.' }], afterEnd: 'repeat-last' }] },
) {
  const server = await startModelServer({ script });
  onTestFinished(() => server.close());
  return server;
}

export const bearer = { authorization: 'Bearer test-key' };
export const claude = { ...bearer, 'anthropic-version': '2026-10-21' };
export const gemini = { 'x-goog-api-key': 'test-key' };

/** Sends a body as it is, past every SDK. */
export async function post(url: string, headers: Record<string, string>, body: unknown) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

export const user = (text: string) => ({ role: 'user', content: text });
