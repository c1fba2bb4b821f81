import { describe, expect, test } from 'vitest';
import type { GenerateResult, ProgressEvent } from '../../src/provider/language-model.ts';
import type { Finish } from '../servers/model/script.ts';
import {
  answerCalls,
  asMessage,
  limits,
  options,
  request,
  stage,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

/** The parts without what only the vendor understands. */
function said(result: GenerateResult): unknown[] {
  return result.parts.map(({ opaque: _, ...part }) => part);
}

describe.each(vendorCases)('an answer of $provider', (vendor) => {
  test('holds thinking, text and calls in the order they were said', async () => {
    const { model } = await stage(vendor, [
      {
        thinking: 'The handler forgets to close the file.',
        text: 'Let me look at both sides of it.',
        toolCalls: [
          { name: 'read_file', arguments: { path: 'a.ts', startLine: 3 }, id: 'call-a' },
          { name: 'read_file', arguments: { path: 'b.ts' }, id: 'call-b' },
        ],
      },
    ]);
    const result = await model.generate(request(), options());
    expect(said(result)).toEqual([
      { type: 'reasoning', text: 'The handler forgets to close the file.' },
      { type: 'text', text: 'Let me look at both sides of it.' },
      {
        type: 'tool-call',
        id: 'call-a',
        name: 'read_file',
        arguments: { outcome: 'parsed', value: { path: 'a.ts', startLine: 3 } },
      },
      {
        type: 'tool-call',
        id: 'call-b',
        name: 'read_file',
        arguments: { outcome: 'parsed', value: { path: 'b.ts' } },
      },
    ]);
    expect(result.finishReason.unified).toBe('tool-calls');
    expect(result.modelId).toBe(vendor.modelId);
    expect(result.requestId).toBe('req_1');
  });

  test('is told piece by piece while it comes', async () => {
    const { model } = await stage(vendor, [
      {
        thinking: 'A thought that is longer than one piece of the stream.',
        text: 'A text that is longer than one piece of the stream.',
        toolCalls: [{ name: 'read_file', arguments: { path: 'a.ts' } }],
      },
    ]);
    const events: ProgressEvent[] = [];
    await model.generate(request(), options({ onProgress: (event) => events.push(event) }));
    const texts = (type: string) => events.filter((event) => event.type === type).map((event) => event.text);
    expect(texts('reasoning').join('')).toBe('A thought that is longer than one piece of the stream.');
    expect(texts('text').join('')).toBe('A text that is longer than one piece of the stream.');
    expect(texts('text').length).toBeGreaterThan(1);
    expect(texts('tool-call')).toEqual(['read_file']);
  });

  test('keeps every character, however the bytes are cut', async () => {
    const text = 'Größe 測試 🧪 e\u0301 \u202e⟦';
    for (const fault of [
      { kind: 'bytes', chunkBytes: 1 },
      { kind: 'bytes', chunkBytes: 3, lineEnd: '\r\n' },
      { kind: 'bytes', lineEnd: '\r' },
      { kind: 'bytes', noFinalLineEnd: true },
    ] as const) {
      const { model } = await stage(vendor, [{ text, faults: [fault] }]);
      expect(said(await model.generate(request(), options()))).toEqual([{ type: 'text', text }]);
    }
  });

  test('passes over events that nobody knows', async () => {
    const { model } = await stage(vendor, [
      { text: 'Fine.', faults: [{ kind: 'unknown-frame', afterFrames: 1 }] },
    ]);
    expect(said(await model.generate(request(), options()))).toEqual([{ type: 'text', text: 'Fine.' }]);
  });

  test('may take its time, as long as content keeps coming', async () => {
    const { model } = await stage(vendor, [
      { text: 'word '.repeat(60), faults: [{ kind: 'delay', betweenFrames: 40 }] },
    ]);
    const patience = { ...limits, progressMs: 400, idleMs: 400 };
    const { finishReason } = await model.generate(request(), options({ limits: patience }));
    expect(finishReason.unified).toBe('stop');
  });

  test('reports usage in one form, whatever the vendor counts in', async () => {
    const { model } = await stage(vendor, [{ text: 'Fine.', usage: { output: 120, reasoning: 100 } }]);
    const { usage } = await model.generate(request(), options());
    expect(usage).toEqual({
      input: expect.any(Number),
      cacheRead: 0,
      cacheWrite: 0,
      output: 120,
      reasoning: 100,
    });
    expect(usage.input).toBeGreaterThan(50);
  });

  test('has unknown usage when the vendor reports none', async () => {
    const { model } = await stage(vendor, [{ text: 'Fine.', usage: null }]);
    const { usage } = await model.generate(request(), options());
    expect(usage).toEqual({ input: null, cacheRead: null, cacheWrite: null, output: null, reasoning: null });
  });

  test('may be empty', async () => {
    const { model } = await stage(vendor, [{}]);
    const result = await model.generate(request(), options());
    expect([result.parts, result.finishReason.unified]).toEqual([[], 'stop']);
  });

  test('gives calls that share an id ids of their own', async () => {
    const { model } = await stage(vendor, [
      {
        toolCalls: [
          { name: 'read_file', arguments: {}, id: 'same' },
          { name: 'read_file', arguments: {}, id: 'same' },
        ],
      },
    ]);
    const result = await model.generate(request(), options());
    expect(result.parts.map((part) => part.type === 'tool-call' && part.id)).toEqual(['same', 'same-2']);
  });

  test('holds a call that was cut off as malformed, never as a shorter call', async () => {
    const { model } = await stage(vendor, [
      { finish: 'length', toolCalls: [{ name: 'read_file', arguments: '{"path": "src/a', id: 'cut' }] },
    ]);
    const result = await model.generate(request(), options());
    const call = {
      type: 'tool-call',
      id: 'cut',
      name: 'read_file',
      arguments: { outcome: 'malformed', text: '{"path": "src/a' },
    };
    // Gemini reads calls itself, and leaves out what it cannot read.
    expect(said(result)).toEqual(vendor.provider === 'google' ? [] : [call]);
    expect(result.finishReason.unified).toBe('length');
  });

  test.each(finishes(vendor))('that ends with %s is called %s', async (finish, unified, raw) => {
    const { model } = await stage(vendor, [{ text: 'So far', finish }]);
    const { finishReason } = await model.generate(request(), options());
    // Only this vendor says what a refusal rests on.
    const detail =
      vendor.provider === 'anthropic' && finish === 'refusal' ? { detail: 'cyber: scripted' } : {};
    expect(finishReason).toEqual({ unified, raw, ...detail });
  });
});

const broken = '{"path": "a.ts", }';

describe.each(vendorCases.filter((vendor) => vendor.provider !== 'google'))(
  'malformed arguments from $provider',
  (vendor) => {
    test('spoil neither the other calls nor the conversation', async () => {
      const { model } = await stage(vendor, [
        {
          toolCalls: [
            { name: 'read_file', arguments: broken, id: 'broken' },
            { name: 'read_file', arguments: { path: 'b.ts' }, id: 'whole' },
          ],
        },
        { text: 'I see.' },
      ]);
      const first = await model.generate(request(), options());
      expect(said(first)).toMatchObject([
        { id: 'broken', arguments: { outcome: 'malformed', text: broken } },
        { id: 'whole', arguments: { outcome: 'parsed', value: { path: 'b.ts' } } },
      ]);
      const answers = answerCalls(first, () => 'The arguments are no JSON.');
      const messages = [...request().messages, asMessage(first), answers];
      const second = await model.generate(request({ messages }), options());
      expect(said(second)).toEqual([{ type: 'text', text: 'I see.' }]);
    });
  },
);

test('malformed arguments from google are no call at all, but a finish reason of their own', async () => {
  const google = vendorCases.find((vendor) => vendor.provider === 'google');
  if (google === undefined) throw new Error('google is no vendor of the contract');
  const { model } = await stage(google, [{ toolCalls: [{ name: 'read_file', arguments: broken }] }]);
  const { parts, finishReason } = await model.generate(request(), options());
  expect({ parts, finishReason }).toEqual({
    parts: [],
    finishReason: { unified: 'malformed-call', raw: 'MALFORMED_FUNCTION_CALL' },
  });
});

function finishes({ provider }: VendorCase): [Finish, string, string][] {
  switch (provider) {
    case 'anthropic':
      return [
        ['stop', 'stop', 'end_turn'],
        ['length', 'length', 'max_tokens'],
        ['refusal', 'refusal', 'refusal'],
        ['paused', 'other', 'pause_turn'],
      ];
    case 'openai':
      return [
        ['stop', 'stop', 'completed'],
        ['length', 'length', 'max_output_tokens'],
        ['refusal', 'refusal', 'refusal'],
        ['safety', 'safety', 'content_filter'],
      ];
    case 'google':
      return [
        ['stop', 'stop', 'STOP'],
        ['length', 'length', 'MAX_TOKENS'],
        ['safety', 'safety', 'SAFETY'],
        ['refusal', 'safety', 'PROHIBITED_CONTENT'],
        ['blocked', 'safety', 'PROHIBITED_CONTENT'],
        ['malformed-call', 'malformed-call', 'MALFORMED_FUNCTION_CALL'],
        ['paused', 'other', 'OTHER'],
      ];
    case 'openai-compatible':
      return [
        ['stop', 'stop', 'stop'],
        ['length', 'length', 'length'],
        ['refusal', 'refusal', 'stop'],
        ['safety', 'safety', 'content_filter'],
      ];
  }
}
