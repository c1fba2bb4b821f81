import { describe, expect, test } from 'vitest';
import type { GenerateResult, Message } from '../../src/provider/language-model.ts';
import type { Frame } from '../servers/model/script.ts';
import {
  asMessage,
  bodies,
  failure,
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

const named = (data: { type: string } & Record<string, unknown>): Frame => ({ event: data.type, data });

describe('anthropic’s events', () => {
  const start = named({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: [],
      usage: {
        input_tokens: 100,
        cache_read_input_tokens: 600,
        cache_creation_input_tokens: null,
        output_tokens: 1,
      },
    },
  });
  const open = named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  const delta = named({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'Fine.' },
  });
  const close = named({ type: 'content_block_stop', index: 0 });
  const ending = (usage: unknown = { output_tokens: 50, cache_creation_input_tokens: 300 }) =>
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage });
  const stop = named({ type: 'message_stop' });

  test('give counts that later events complete, and leave open what nobody said', async () => {
    const { usage, parts } = await readFrames('anthropic', [start, open, delta, close, ending(), stop]);
    expect(usage).toEqual({ input: 100, cacheRead: 600, cacheWrite: 300, output: 50, reasoning: null });
    expect(parts).toEqual([{ type: 'text', text: 'Fine.', opaque: null }]);
  });

  const broken: [string, Frame[]][] = [
    ['a second start', [start, start, open, delta, close, ending(), stop]],
    ['no start', [open, delta, close, ending(), stop]],
    ['a block that never ends', [start, open, delta, ending(), stop]],
    [
      'a block within a block',
      [start, open, { ...open, data: { ...(open.data as object), index: 1 } }, close, ending(), stop],
    ],
    ['a piece of no block', [start, delta, close, ending(), stop]],
    ['a piece of a closed block', [start, open, close, delta, ending(), stop]],
    ['no stop reason', [start, open, delta, close, stop]],
    ['a skipped index', [start, { ...open, data: { ...(open.data as object), index: 3 } }, ending(), stop]],
  ];
  test.each(broken)('are no answer with %s', async (_, frames) => {
    expect((await failure(readFrames('anthropic', frames))).kind).toBe('protocol');
  });

  test('of unknown types, blocks and pieces change nothing', async () => {
    const later = [
      named({ type: 'content_block_start', index: 1, content_block: { type: 'hologram', x: 1 } }),
      named({ type: 'content_block_delta', index: 1, delta: { type: 'hologram_delta', x: 2 } }),
      named({ type: 'content_block_stop', index: 1 }),
      named({ type: 'weather', sun: true }),
    ];
    const { parts } = await readFrames('anthropic', [start, open, delta, close, ...later, ending(), stop]);
    expect(parts).toEqual([{ type: 'text', text: 'Fine.', opaque: null }]);
  });
});

describe('openai’s events', () => {
  const response = (change: object) => ({
    id: 'resp_1',
    object: 'response',
    model: 'gpt-6.1-sol',
    output: [],
    ...change,
  });
  const created = named({
    type: 'response.created',
    sequence_number: 0,
    response: response({ status: 'in_progress' }),
  });
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'c1',
    name: 'read_file',
    arguments: '{"path":"a"}',
  };
  const completed = (change: object) =>
    named({
      type: 'response.completed',
      sequence_number: 9,
      response: response({ status: 'completed', ...change }),
    });

  test('have cached and written input counted as input', async () => {
    const usage = {
      input_tokens: 1_000,
      input_tokens_details: { cached_tokens: 600, cache_write_tokens: 300 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 1_050,
    };
    const read = async (one: object) =>
      (await readFrames('openai', [created, completed({ usage: one })])).usage;
    expect(await read(usage)).toEqual({
      input: 100,
      cacheRead: 600,
      cacheWrite: 300,
      output: 50,
      reasoning: 20,
    });
    // Models that bill no writes report none.
    const older = { ...usage, input_tokens_details: { cached_tokens: 600 } };
    expect(await read(older)).toMatchObject({ input: 400, cacheRead: 600, cacheWrite: 0 });
    const silent = { input_tokens: 1_000, output_tokens: 50 };
    expect(await read(silent)).toEqual({
      input: 1_000,
      cacheRead: null,
      cacheWrite: null,
      output: 50,
      reasoning: null,
    });
  });

  test('may hold the output only in the items before the end', async () => {
    const done = named({
      type: 'response.output_item.done',
      sequence_number: 5,
      output_index: 0,
      item: call,
    });
    const { parts, finishReason } = await readFrames('openai', [created, done, completed({})]);
    expect(parts).toMatchObject([{ type: 'tool-call', id: 'c1', arguments: { outcome: 'parsed' } }]);
    expect(finishReason.unified).toBe('tool-calls');
  });

  test('mark a call that was cut off, even if what is there could be read', async () => {
    const incomplete = named({
      type: 'response.incomplete',
      sequence_number: 9,
      response: response({
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ ...call, status: 'incomplete' }],
      }),
    });
    const { parts } = await readFrames('openai', [created, incomplete]);
    expect(parts).toMatchObject([{ arguments: { outcome: 'malformed', text: '{"path":"a"}' } }]);
  });
});

describe('a tool’s error', () => {
  const turn = { toolCalls: [{ name: 'read_file', arguments: {}, id: 'c1' }] };
  test('is marked as one for anthropic', async () => {
    const scene = await stage(vendor('anthropic'), [turn, { text: 'Done.' }]);
    const first = await scene.model.generate(request(), options());
    const result = { callId: 'c1', name: 'read_file', text: '', isError: true };
    const messages: Message[] = [
      ...request().messages,
      asMessage(first),
      { role: 'tool', results: [result] },
    ];
    await scene.model.generate(request({ messages }), options());
    const sent = bodies(scene.server).at(-1)?.messages as { content: unknown }[];
    expect(sent.at(-1)?.content).toMatchObject([{ type: 'tool_result', tool_use_id: 'c1', is_error: true }]);
  });
});
