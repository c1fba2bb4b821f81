import type { IncomingMessage, ServerResponse } from 'node:http';
import { controlNames, type GithubControl } from './control.ts';

/** `POST /_control/NAME` with the one argument as JSON. */
export async function answerControl(input: {
  control: GithubControl;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}): Promise<void> {
  const { control, request, response, url } = input;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const name = url.pathname.slice('/_control/'.length);
  try {
    if (!controlNames().includes(name)) throw new Error(`no such control: ${name}`);
    const text = Buffer.concat(chunks).toString('utf8');
    const method = control[name as keyof GithubControl] as (given: unknown) => Promise<unknown>;
    const result = await method.call(control, text === '' ? undefined : JSON.parse(text));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result }));
  } catch (error) {
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
}
