import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLanguageModel } from '../../src/provider/create-language-model.ts';
import type { LanguageModel } from '../../src/provider/language-model.ts';
import { failure, options, request } from '../contract/provider-harness.ts';

/** A model behind a server that answers in its own way. */
async function behind(listener: RequestListener): Promise<LanguageModel> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return createLanguageModel({
    provider: 'openai-compatible',
    modelId: 'm',
    apiKey: null,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    authStyle: null,
  });
}

test('an error page without an end is left after its beginning', async () => {
  const model = await behind((_, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' });
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', pour);
    };
    pour();
  });
  const error = await failure(model.generate(request(), options()));
  expect([error.kind, error.status]).toEqual(['server', 500]);
});

test('a page without an end is no answer, and left after its beginning', async () => {
  const model = await behind((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    const pour = () => {
      while (!response.destroyed && response.write('<p>'.repeat(20_000)));
      response.once('drain', pour);
    };
    pour();
  });
  expect((await failure(model.generate(request(), options()))).kind).toBe('protocol');
});

test('a server without a key gets none', async () => {
  const seen: (string | undefined)[] = [];
  const model = await behind((incoming, response) => {
    seen.push(incoming.headers.authorization);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const choice = { index: 0, delta: { content: 'Fine.' }, finish_reason: 'stop' };
    response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`);
  });
  const { parts, usage, modelId } = await model.generate(request(), options());
  expect(parts).toMatchObject([{ type: 'text', text: 'Fine.' }]);
  expect([usage.input, modelId]).toEqual([null, null]);
  expect(seen).toEqual([undefined]);
});

test.each([
  [204, 'protocol'],
  [304, 'protocol'],
  [999, 'server'],
])('the odd status %i is no answer', async (status, kind) => {
  const model = await behind((_, response) => response.writeHead(status).end());
  expect((await failure(model.generate(request(), options()))).kind).toBe(kind);
});

test('an answer that is no HTTP is a failed connection', async () => {
  const model = await behind((_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.0\r\n'));
  expect((await failure(model.generate(request(), options()))).isRetryable).toBe(true);
});
