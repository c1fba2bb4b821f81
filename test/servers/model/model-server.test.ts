import { describe, expect, onTestFinished, test } from 'vitest';
import { bearer, claude, gemini, type Json, post, serve, user } from './raw-client.ts';
import { spawnModelServer } from './spawn-model-server.ts';

const tool = { name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } };
const messagesBody = { model: 'claude-opus-5-5', max_tokens: 100, messages: [user('hi')] };

describe('a script', () => {
  test('finds its session by model, tool, text and header', async () => {
    const session = (text: string, match: Json) => ({ match, turns: [{ text }] });
    const { url } = await serve({
      sessions: [
        session('by header', { header: 'one' }),
        session('by tool', { tool: 'f' }),
        session('by text', { contains: 'secret word' }),
        session('by model', { model: 'claude-sonnet-5-5' }),
      ],
    });
    const answer = async (change: Json, headers: Record<string, string> = {}) => {
      const { body } = await post(
        `${url}/v1/messages`,
        { ...claude, ...headers },
        { ...messagesBody, ...change },
      );
      return (body.content as Json[] | undefined)?.[0]?.text ?? body.error;
    };
    expect(await answer({}, { 'x-session': 'one' })).toBe('by header');
    expect(await answer({ tools: [tool] })).toBe('by tool');
    expect(await answer({ system: 'The secret word.' })).toBe('by text');
    expect(await answer({ model: 'claude-sonnet-5-5' })).toBe('by model');
    expect(await answer({})).toMatchObject({ message: expect.stringContaining('script: no session') });
  });

  test('plays a turn again for a retry, after its faults', async () => {
    const { url, journal } = await serve({
      sessions: [
        {
          turns: [
            {
              text: 'Fine.',
              faults: [
                { kind: 'status', status: 529 },
                { kind: 'status', status: 500 },
              ],
            },
          ],
        },
      ],
    });
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt += 1)
      statuses.push((await post(`${url}/v1/messages`, claude, messagesBody)).status);
    expect(statuses).toEqual([529, 500, 200]);
    expect(journal.entries.map((entry) => [entry.session, entry.turn, entry.attempt])).toEqual([
      ['session-1', 0, 1],
      ['session-1', 0, 2],
      ['session-1', 0, 3],
    ]);
  });

  test('may hold native events', async () => {
    const frames = [
      { event: 'message_start', data: { type: 'message_start', message: { id: 'x' } } },
      { data: 'as it is' },
    ];
    const { url } = await serve({ sessions: [{ turns: [{ frames }] }] });
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: claude,
      body: JSON.stringify({ ...messagesBody, stream: true }),
    });
    expect(await response.text()).toBe(
      'event: message_start\ndata: {"type":"message_start","message":{"id":"x"}}\n\ndata: as it is\n\n',
    );
  });

  test('is played by a process of its own, too', async () => {
    const server = await spawnModelServer({ sessions: [{ turns: [{ text: 'Fine.' }] }] });
    onTestFinished(() => server.close());
    const { body } = await post(`${server.url}/v1/messages`, claude, messagesBody);
    expect(body.content).toMatchObject([{ type: 'text', text: 'Fine.' }]);
    const [entry] = await server.journal();
    expect(entry).toMatchObject({
      model: 'claude-opus-5-5',
      status: 200,
      headers: { authorization: 'Bearer [key]' },
    });
  });
});

test('the journal holds what came, byte for byte, but no key', async () => {
  const { url, journal } = await serve();
  const body = JSON.stringify({ ...messagesBody, messages: [user('größe')] });
  await post(`${url}/v1/messages`, claude, body);
  expect(journal.entries).toMatchObject([
    {
      number: 1,
      method: 'POST',
      path: '/v1/messages',
      text: body,
      bytes: Buffer.byteLength(body),
      vendor: 'anthropic',
      status: 200,
      refusal: null,
      end: 'server',
    },
  ]);
  expect(JSON.stringify(journal.entries)).not.toContain('test-key');
});

test('models are listed in each vendor’s way', async () => {
  const { url } = await serve();
  const list = async (path: string, headers: Record<string, string>) =>
    (await (await fetch(url + path, { headers })).json()) as Json;
  expect(await list('/v1/models/claude-opus-5-5', claude)).toMatchObject({
    type: 'model',
    id: 'claude-opus-5-5',
  });
  expect(await list('/v1/models', bearer)).toMatchObject({
    object: 'list',
    data: expect.arrayContaining([expect.objectContaining({ id: 'gpt-6.1-sol' })]),
  });
  expect(await list('/v1beta/models', gemini)).toMatchObject({
    models: [{ name: 'models/gemini-4-argon' }, { name: 'models/gemini-4-carbon' }],
  });
  expect((await fetch(`${url}/v1/models`)).status).toBe(401);
});
