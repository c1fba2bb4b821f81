import { describe, expect, test } from 'vitest';
import type { GenerateResult, Message } from '../../src/provider/language-model.ts';
import type { Frame } from '../servers/model/script.ts';
import {
  asMessage,
  bodies,
  options,
  request,
  stage,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

function vendor(provider: VendorCase['provider']): VendorCase {
  const found = vendorCases.find((one) => one.provider === provider);
  if (found === undefined) throw new Error(`${provider} is no vendor of the contract`);
  return found;
}

/** What an adapter makes of these very events. */
async function readFrames(
  provider: VendorCase['provider'],
  frames: readonly Frame[],
): Promise<GenerateResult> {
  const { model } = await stage(vendor(provider), [{ frames }]);
  return model.generate(request(), options());
}

describe('google’s events', () => {
  const chunk = (parts: object[], change: object = {}): Frame => ({
    data: {
      candidates: [{ content: { role: 'model', parts }, index: 0, ...change }],
      usageMetadata: {
        promptTokenCount: 1_000,
        cachedContentTokenCount: 600,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 20,
      },
    },
  });

  test('have cached input counted as input, and thinking beside the output', async () => {
    const { usage } = await readFrames('google', [chunk([{ text: 'Fine.' }], { finishReason: 'STOP' })]);
    expect(usage).toEqual({ input: 400, cacheRead: 600, cacheWrite: 0, output: 50, reasoning: 20 });
  });

  test('may stretch over lines, and have names', async () => {
    const data = JSON.stringify(chunk([{ text: 'Fine.' }], { finishReason: 'STOP' }).data, null, 2);
    const lines = data.split('\n').join('\ndata: ');
    const { parts } = await readFrames('google', [{ event: 'message', data: lines }]);
    expect(parts).toMatchObject([{ type: 'text', text: 'Fine.' }]);
  });

  test('keep signed pieces apart, and send them back as they came', async () => {
    const scene = await stage(vendor('google'), [
      {
        frames: [
          chunk([{ text: 'Let me ', thought: true }]),
          chunk([{ text: 'think.', thought: true }]),
          chunk([{ text: 'One ' }]),
          chunk([{ text: 'two.', thoughtSignature: 'signed-1' }]),
          chunk([{ text: ' Three ' }]),
          chunk([{ text: 'four.' }]),
          chunk([{ text: '', thoughtSignature: 'signed-2' }], { finishReason: 'STOP' }),
        ],
      },
      { text: 'Done.' },
    ]);
    const messages: Message[] = [...request().messages];
    const result = await scene.model.generate(request({ messages }), options());
    messages.push(asMessage(result), { role: 'user', text: 'Go on.' });
    await scene.model.generate(request({ messages }), options());
    const contents = bodies(scene.server).at(-1)?.contents;
    expect((contents as { parts: unknown }[])[1]?.parts).toEqual([
      { text: 'Let me think.', thought: true },
      { text: 'One ' },
      { text: 'two.', thoughtSignature: 'signed-1' },
      { text: ' Three four.' },
      { text: '', thoughtSignature: 'signed-2' },
    ]);
  });

  test('that could be continued are an answer cut short, and no further request', async () => {
    const { model, server } = await stage(vendor('google'), [
      { frames: [chunk([{ text: 'So far' }], { finishReason: 'CONTINUATION', continuationToken: 'token' })] },
      { text: ' and further.' },
    ]);
    const { finishReason } = await model.generate(request(), options());
    expect(finishReason).toEqual({ unified: 'length', raw: 'CONTINUATION' });
    expect(server.journal.entries).toHaveLength(1);
  });

  test('answer calls without an id without one', async () => {
    const call = { functionCall: { name: 'read_file', args: {} }, thoughtSignature: 'signed' };
    const scene = await stage(vendor('google'), [
      { frames: [chunk([call], { finishReason: 'STOP' })] },
      { text: 'Done.' },
    ]);
    const first = await scene.model.generate(request(), options());
    const [part] = first.parts;
    if (part?.type !== 'tool-call') throw new Error('there is no call');
    expect(part.id).not.toBe('');
    const result = { callId: part.id, name: part.name, text: 'gone', isError: true };
    const messages: Message[] = [
      ...request().messages,
      asMessage(first),
      { role: 'tool', results: [result] },
    ];
    await scene.model.generate(request({ messages }), options());
    expect(bodies(scene.server).at(-1)?.contents).toEqual([
      { role: 'user', parts: [{ text: 'Please review.' }] },
      { role: 'model', parts: [call] },
      { role: 'user', parts: [{ functionResponse: { name: 'read_file', response: { error: 'gone' } } }] },
    ]);
  });

  test('say why they ended', async () => {
    const malformed = chunk([], {
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: 'print(read_file(',
    });
    const { finishReason } = await readFrames('google', [malformed]);
    expect(finishReason).toEqual({
      unified: 'malformed-call',
      raw: 'MALFORMED_FUNCTION_CALL',
      detail: 'print(read_file(',
    });
  });
});

describe('chunks of an openai-compatible server', () => {
  const chunk = (delta: object, finish_reason: string | null = null): Frame => ({
    data: {
      id: 'c',
      object: 'chat.completion.chunk',
      model: 'local-model',
      choices: [{ index: 0, delta, finish_reason }],
    },
  });
  const call = (index: number, id: string | undefined, name: string | undefined, text: string) =>
    chunk({
      tool_calls: [
        {
          index,
          ...(id === undefined ? {} : { id }),
          function: { ...(name === undefined ? {} : { name }), arguments: text },
        },
      ],
    });
  const done: Frame = { data: '[DONE]' };

  test('may give every call the same index, no type, and the wrong finish reason', async () => {
    const { parts, finishReason } = await readFrames('openai-compatible', [
      call(0, 'a', 'read_file', '{"path":"a"}'),
      call(0, 'b', 'read_file', '{"path":'),
      call(0, 'b', undefined, '"b"}'),
      chunk({}, 'stop'),
      done,
    ]);
    expect(parts).toEqual([
      {
        type: 'tool-call',
        id: 'a',
        name: 'read_file',
        arguments: { outcome: 'parsed', value: { path: 'a' } },
        opaque: null,
      },
      {
        type: 'tool-call',
        id: 'b',
        name: 'read_file',
        arguments: { outcome: 'parsed', value: { path: 'b' } },
        opaque: null,
      },
    ]);
    expect(finishReason).toEqual({ unified: 'tool-calls', raw: 'stop' });
  });

  test('may give calls no id, and reasoning another name', async () => {
    const { parts } = await readFrames('openai-compatible', [
      chunk({ reasoning: 'Hm.' }),
      call(0, undefined, 'read_file', '{}'),
      call(1, '', 'read_file', '{}'),
      chunk({}, 'tool_calls'),
      done,
    ]);
    const ids = parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
    expect(parts[0]).toMatchObject({ type: 'reasoning', text: 'Hm.' });
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => id.length > 5)).toBe(true);
  });

  test('end with [DONE], even if the connection does not', async () => {
    const { model } = await stage(vendor('openai-compatible'), [
      {
        frames: [chunk({ content: 'Fine.' }), chunk({}, 'stop'), done, { data: 'never sent' }],
        faults: [{ kind: 'stall', afterFrames: 3 }],
      },
    ]);
    const { parts } = await model.generate(request(), options());
    expect(parts).toMatchObject([{ type: 'text', text: 'Fine.' }]);
  });
});
