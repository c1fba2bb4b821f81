import { describe, expect, test } from 'vitest';
import { bearer, type Json, post, serve, user } from '../raw-client.ts';

describe('Chat Completions', () => {
  const chatBody = { model: 'local-model', messages: [user('hi')] };
  const call = (id: string, text = '{}') => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: text } }],
  });
  const refused: [string, Json, RegExp][] = [
    ['an unknown field', { prompt_cache_key: 'k' }, /Unknown parameter/],
    [
      'a call without its answer',
      { messages: [user('hi'), call('c1'), user('go on')] },
      /must be followed by tool messages/,
    ],
    [
      'an answer without its call',
      { messages: [user('hi'), { role: 'tool', tool_call_id: 'c1', content: 'x' }] },
      /preceding message/,
    ],
    [
      'arguments that are no JSON',
      { messages: [user('hi'), call('c1', '{"a'), { role: 'tool', tool_call_id: 'c1', content: 'x' }] },
      /Invalid JSON/,
    ],
    [
      'an assistant at the end',
      { messages: [user('hi'), { role: 'assistant', content: 'So' }] },
      /last message/,
    ],
  ];
  test.each(refused)('refuses %s', async (_, change, message) => {
    const { url } = await serve();
    const { status, body } = await post(`${url}/v1/chat/completions`, bearer, { ...chatBody, ...change });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('answers at once when no stream was asked for', async () => {
    const { url } = await serve();
    const { body } = await post(`${url}/v1/chat/completions`, bearer, chatBody);
    expect(body).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'Fine.' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 2 },
    });
  });
});
