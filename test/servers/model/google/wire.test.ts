import { describe, expect, test } from 'vitest';
import { gemini, type Json, post, serve } from '../raw-client.ts';

describe('the Gemini API', () => {
  const path = '/v1beta/models/gemini-4-argon:generateContent';
  const content = (role: string, ...parts: Json[]) => ({ role, parts });
  const hi = content('user', { text: 'hi' });
  const call = (signature?: string) =>
    content('model', {
      functionCall: { id: 'c1', name: 'f', args: {} },
      ...(signature === undefined ? {} : { thoughtSignature: signature }),
    });
  const answer = content('user', { functionResponse: { id: 'c1', name: 'f', response: { output: 'x' } } });
  const refused: [string, Json, RegExp][] = [
    ['an unknown field', { messages: [] }, /messages/],
    [
      'a budget for thinking',
      { generationConfig: { thinkingConfig: { thinkingBudget: 5 } } },
      /budget is not supported/,
    ],
    [
      'an unknown level',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      /not supported/,
    ],
    ['a wrong role', { contents: [content('assistant', { text: 'hi' })] }, /valid role/],
    ['a model at the start', { contents: [content('model', { text: 'hi' })] }, /start with a user role/],
    ['a call without a signature', { contents: [hi, call(), answer] }, /missing a thought_signature/],
    [
      'fewer answers than calls',
      { contents: [hi, call('s'), content('user', { text: 'go on' })] },
      /number of function response parts/,
    ],
    [
      'an answer without a call',
      { contents: [hi, content('model', { text: 'a' }), answer] },
      /immediately after/,
    ],
    [
      'a keyword it does not know',
      {
        tools: [
          { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object', $schema: 'x' } }] },
        ],
      },
      /\$schema/,
    ],
    [
      'a part with two sorts of data',
      { contents: [content('user', { text: 'a', functionCall: {} })] },
      /oneof/,
    ],
  ];
  test.each(refused)('refuses %s', async (_, change, message) => {
    const { url } = await serve();
    const { status, body } = await post(`${url}${path}`, gemini, { contents: [hi], ...change });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  });

  test('asks for a key in its own way', async () => {
    const { url } = await serve();
    const status = async (address: string, headers: Record<string, string>) =>
      (await post(address, headers, { contents: [hi] })).status;
    expect(await status(`${url}${path}`, gemini)).toBe(200);
    expect(await status(`${url}${path}?key=test-key`, {})).toBe(200);
    expect(await status(`${url}${path}`, {})).toBe(403);
    expect(await status(`${url}${path}`, { 'x-goog-api-key': 'other' })).toBe(400);
    expect(await status(`${url}/v1beta/models/gemini-1:generateContent`, gemini)).toBe(404);
  });
});
