import { describe, expect, test } from 'vitest';
import { bearer, type Json, post, serve, user } from '../raw-client.ts';

const responsesBody = { model: 'gpt-6.1-sol', input: [user('hi')], store: false };
const functionTool = {
  type: 'function',
  name: 'f',
  strict: false,
  parameters: { type: 'object', properties: {} },
};

describe('the Responses API', () => {
  const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'c1', output: 'x' };
  const refused: [string, Json, RegExp][] = [
    ['a sampling parameter', { temperature: 0.5 }, /Unsupported parameter/],
    ['an unknown field', { max_tokens: 5 }, /Unknown parameter/],
    ['too small a maximum', { max_output_tokens: 5 }, /out of range/],
    ['an unknown effort', { reasoning: { effort: 'none' } }, /Unsupported value/],
    ['a stored response', { previous_response_id: 'resp_1' }, /not found/],
    ['a long cache key', { prompt_cache_key: 'k'.repeat(65) }, /string too long/],
    ['a strict tool that is not strict', { tools: [{ ...functionTool, strict: true }] }, /strict mode/],
    ['a nested tool', { tools: [{ type: 'function', function: functionTool }] }, /Unknown parameter/],
    ['a call without its output', { input: [user('hi'), call] }, /No tool output found/],
    ['an output without its call', { input: [user('hi'), output] }, /No tool call found/],
    [
      'reasoning that it never wrote',
      {
        input: [
          user('hi'),
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
          call,
          output,
        ],
      },
      /could not be verified/,
    ],
    ['too long a string', { input: [user('x'.repeat(10_485_761))] }, /string too long/],
  ];
  test.each(refused)('refuses %s', async (_, change, message) => {
    const { url } = await serve();
    const { status, body } = await post(`${url}/v1/responses`, bearer, { ...responsesBody, ...change });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('has stored nothing', async () => {
    const { url } = await serve();
    for (const item of [
      { type: 'item_reference', id: 'rs_1' },
      { type: 'reasoning', id: 'rs_1', summary: [] },
    ])
      expect(
        await post(`${url}/v1/responses`, bearer, {
          ...responsesBody,
          input: [user('hi'), item, call, output],
        }),
      ).toMatchObject({
        status: 404,
        body: { error: { message: expect.stringContaining('not persisted') } },
      });
  });

  test('gives reasoning out only to who asks for it, and takes it back only in its place', async () => {
    const { url } = await serve({
      sessions: [
        {
          turns: [{ thinking: 'Hm.', toolCalls: [{ name: 'f', arguments: {}, id: 'c1' }] }, { text: 'So.' }],
        },
      ],
    });
    const ask = (change: Json) => post(`${url}/v1/responses`, bearer, { ...responsesBody, ...change });
    const plain = (await ask({})).body.output as Json[];
    expect(plain[0]).not.toHaveProperty('encrypted_content');
    const [reasoning, made] = (await ask({ include: ['reasoning.encrypted_content'] })).body.output as Json[];
    const statusOf = async (items: unknown[]) => (await ask({ input: [user('hi'), ...items] })).status;
    expect(await statusOf([made, output])).toBe(400);
    expect(await statusOf([made, output, reasoning])).toBe(400);
    expect(await statusOf([reasoning, made, output])).toBe(200);
  });
});
