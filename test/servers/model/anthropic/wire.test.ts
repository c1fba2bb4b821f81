import { describe, expect, test } from 'vitest';
import { bearer, claude, type Json, post, serve, user } from '../raw-client.ts';

const tool = { name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } };
const messagesBody = { model: 'claude-opus-5-5', max_tokens: 100, messages: [user('hi')] };
const callPair = [
  user('hi'),
  { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: {} }] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'x' }] },
];

describe('the Messages API', () => {
  const refused: [string, Json, RegExp][] = [
    ['a sampling parameter', { temperature: 0.5 }, /temperature/],
    ['another sampling parameter', { top_p: 0.5 }, /top_p/],
    ['an unknown field', { tool_choices: 1 }, /tool_choices/],
    ['no maximum', { max_tokens: undefined }, /max_tokens: Field required/],
    ['more output than the model has', { max_tokens: 200_000 }, /maximum allowed number of output tokens/],
    [
      'a budget for thinking',
      { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      /thinking.type.enabled/,
    ],
    ['thinking switched off', { thinking: { type: 'disabled' } }, /thinking.type.disabled/],
    ['an unknown effort', { output_config: { effort: 'extreme' } }, /effort/],
    ['a forced tool', { tools: [tool], tool_choice: { type: 'any' } }, /forced tool use/],
    ['two tools of a name', { tools: [tool, tool] }, /unique/],
    [
      'a schema that is no object',
      { tools: [{ ...tool, input_schema: { type: 'string' } }] },
      /type 'object'/,
    ],
    [
      'alternatives at the top of a schema',
      { tools: [{ ...tool, input_schema: { type: 'object', anyOf: [] } }] },
      /anyOf/,
    ],
    ['an assistant at the end', { messages: [user('hi'), { role: 'assistant', content: 'So' }] }, /prefill/],
    [
      'an assistant at the start',
      { messages: [{ role: 'assistant', content: 'So' }, user('hi')] },
      /first message/,
    ],
    ['text of blanks', { messages: [user(' ')] }, /non-whitespace/],
    [
      'a call without its answer',
      { messages: [...callPair.slice(0, 2), user('go on')] },
      /without `tool_result`/,
    ],
    ['an answer without its call', { messages: [callPair[2]] }, /unexpected `tool_use_id`/],
    [
      'a text before the answers',
      {
        messages: [
          ...callPair.slice(0, 2),
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'tool_result', tool_use_id: 't1' },
            ],
          },
        ],
      },
      /must come first/,
    ],
    [
      'thinking that it never said',
      {
        messages: [
          user('hi'),
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'x', signature: 'y' },
              { type: 'text', text: 'a' },
            ],
          },
          user('b'),
        ],
      },
      /Invalid `signature`/,
    ],
    [
      'thinking without a signature',
      {
        messages: [
          user('hi'),
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'x' },
              { type: 'text', text: 'a' },
            ],
          },
          user('b'),
        ],
      },
      /signature: Field required/,
    ],
    [
      'five cache breakpoints',
      {
        system: Array.from({ length: 5 }, () => ({
          type: 'text',
          text: 'x',
          cache_control: { type: 'ephemeral' },
        })),
      },
      /maximum of 4 blocks/,
    ],
  ];
  test.each(refused)('refuses %s', async (_, change, message) => {
    const { url } = await serve();
    const { status, body } = await post(`${url}/v1/messages`, claude, { ...messagesBody, ...change });
    expect([status, body.type]).toEqual([400, 'error']);
    expect(body.error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringMatching(message),
    });
  });

  test('asks for a key, and for the version that belongs to it', async () => {
    const { url } = await serve();
    const statusWith = async (headers: Record<string, string>) =>
      (await post(`${url}/v1/messages`, headers, messagesBody)).status;
    expect(await statusWith(claude)).toBe(200);
    expect(await statusWith({ 'x-api-key': 'test-key', 'anthropic-version': '2023-06-01' })).toBe(200);
    expect(await statusWith({ 'anthropic-version': '2026-10-21' })).toBe(401);
    expect(await statusWith({ ...claude, authorization: 'Bearer other' })).toBe(401);
    expect(await statusWith(bearer)).toBe(400);
    expect(await statusWith({ ...bearer, 'anthropic-version': '2023-06-01' })).toBe(400);
  });

  test('knows which model takes what', async () => {
    const { url } = await serve();
    const off = { thinking: { type: 'disabled' }, tools: [tool] };
    const ask = (model: string, change: Json) =>
      post(`${url}/v1/messages`, claude, { ...messagesBody, model, ...change });
    expect((await ask('claude-haiku-5-5', off)).status).toBe(200);
    expect((await ask('claude-opus-4-8', { ...off, tool_choice: { type: 'any' } })).status).toBe(200);
    expect((await ask('gpt-6.1-sol', {})).status).toBe(404);
  });

  test('answers at once when no stream was asked for', async () => {
    const { url } = await serve({
      sessions: [
        {
          turns: [
            { thinking: 'Hm.', text: 'So.', toolCalls: [{ name: 'f', arguments: { a: 1 }, id: 't1' }] },
          ],
        },
      ],
    });
    const { body } = await post(`${url}/v1/messages`, claude, messagesBody);
    expect(body).toMatchObject({
      type: 'message',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: '' },
        { type: 'text', text: 'So.' },
        { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
      ],
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    });
  });

  test('refuses a body of more than 32 MB', async () => {
    const { url, journal } = await serve();
    const text = 'x'.repeat(33 * 1024 * 1024);
    await post(`${url}/v1/messages`, claude, { ...messagesBody, messages: [user(text)] }).catch(
      () => undefined,
    );
    expect(journal.entries[0]).toMatchObject({ status: 413 });
  });
});
