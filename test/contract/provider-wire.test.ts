import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/provider/language-model.ts';
import type { ScriptTurn } from '../servers/model/script.ts';
import {
  answerCalls,
  asMessage,
  bodies,
  options,
  request,
  type Stage,
  stage,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

const byProvider = new Map(vendorCases.map((vendor) => [vendor.provider, vendor]));

function vendor(provider: VendorCase['provider']): VendorCase {
  const found = byProvider.get(provider);
  if (found === undefined) throw new Error(`${provider} is no vendor of the contract`);
  return found;
}

const readTurn: ScriptTurn = {
  thinking: 'Hm.',
  toolCalls: [{ name: 'read_file', arguments: { path: 'a' }, id: 'call-1' }],
};

/** Two requests of one conversation; what went over the wire. */
async function twoRequests(scene: Stage, change: Parameters<typeof request>[0] = {}) {
  const messages: Message[] = [...request().messages];
  const first = await scene.model.generate(request({ ...change, messages }), options());
  messages.push(
    asMessage(first),
    answerCalls(first, () => 'content'),
  );
  const second = await scene.model.generate(request({ ...change, messages }), options());
  return { results: [first, second], sent: bodies(scene.server) };
}

describe('what is sent to anthropic', () => {
  test('asks for thinking in summaries, at the effort given, and marks where caches end', async () => {
    const scene = await stage(vendor('anthropic'), [readTurn, { text: 'Done.' }]);
    const { sent } = await twoRequests(scene, { effort: 'xhigh' });
    const mark = { cache_control: { type: 'ephemeral' } };
    expect(sent[1]).toEqual({
      model: 'claude-opus-5-5',
      max_tokens: 1_000,
      stream: true,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'xhigh' },
      system: [
        { type: 'text', text: 'You review code.', ...mark },
        { type: 'text', text: 'The change is small.' },
      ],
      tools: [
        {
          name: 'read_file',
          description: 'Reads a file.',
          input_schema: {
            type: 'object',
            properties: {
              path: { type: 'string', minLength: 1, description: 'The file.' },
              side: { type: 'string', const: 'head' },
              startLine: { type: 'integer', exclusiveMinimum: 0, default: 1 },
            },
            required: ['path'],
            additionalProperties: false,
          },
        },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Please review.', ...mark }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: expect.any(String) },
            {
              type: 'tool_use',
              id: 'call-1',
              name: 'read_file',
              input: { path: 'a' },
              caller: { type: 'direct' },
            },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'call-1',
              content: [{ type: 'text', text: 'content' }],
              ...mark,
            },
          ],
        },
      ],
    });
  });

  test('carries the key as bearer, or as gateways want it', async () => {
    const direct = await stage(vendor('anthropic'), [{ text: 'Fine.' }]);
    await direct.model.generate(request(), options());
    expect(direct.server.journal.entries[0]?.headers).toMatchObject({
      authorization: 'Bearer [key]',
      'anthropic-version': '2026-10-21',
      'accept-encoding': 'identity',
    });
    const gateway = await stage(vendor('anthropic'), [{ text: 'Fine.' }], { authStyle: 'x-api-key' });
    await gateway.model.generate(request(), options());
    const headers = gateway.server.journal.entries[0]?.headers;
    expect(headers).toMatchObject({ 'x-api-key': '[key]', 'anthropic-version': '2023-06-01' });
    expect(headers?.authorization).toBeUndefined();
  });

  test('finds the conversation in the cache, even after a turn of forty calls', async () => {
    let now = 0;
    const calls = Array.from({ length: 40 }, (_, at) => ({
      name: 'read_file',
      arguments: { path: `${at}` },
    }));
    const scene = await stage(
      vendor('anthropic'),
      [{ toolCalls: calls }, { text: 'Done.' }, { text: 'Late.' }],
      {
        clock: () => now,
      },
    );
    const system = [{ text: 'Read well. '.repeat(300), endsStablePrefix: true }];
    const { results } = await twoRequests(scene, { system });
    expect(results[0]?.usage).toMatchObject({ cacheRead: 0 });
    const written = results[0]?.usage.cacheWrite ?? 0;
    expect(written).toBeGreaterThan(800);
    expect(results[1]?.usage.cacheRead).toBe(written);
    now += 6 * 60_000;
    const late = await scene.model.generate(request({ system }), options());
    expect(late.usage.cacheRead).toBe(0);
  });
});

describe('what is sent to openai', () => {
  test('stores nothing, asks for encrypted reasoning, and names the cache', async () => {
    const scene = await stage(vendor('openai'), [readTurn, { text: 'Done.' }]);
    const { sent } = await twoRequests(scene, { effort: 'xhigh', cacheKey: 'run-1' });
    expect(sent[1]).toEqual({
      model: 'gpt-6.1-sol',
      stream: true,
      store: false,
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 1_000,
      instructions: 'You review code.\n\nThe change is small.',
      prompt_cache_key: 'run-1',
      reasoning: { effort: 'xhigh', summary: 'auto' },
      tools: [expect.objectContaining({ type: 'function', name: 'read_file', strict: false })],
      input: [
        { role: 'user', content: 'Please review.' },
        {
          type: 'reasoning',
          id: expect.any(String),
          summary: [{ type: 'summary_text', text: 'Hm.' }],
          encrypted_content: expect.any(String),
        },
        {
          type: 'function_call',
          id: expect.any(String),
          call_id: 'call-1',
          name: 'read_file',
          arguments: '{"path":"a"}',
          status: 'completed',
        },
        { type: 'function_call_output', call_id: 'call-1', output: 'content' },
      ],
    });
  });

  test('does without summaries for accounts that may not have them', async () => {
    const scene = await stage(vendor('openai'), [readTurn, { text: 'Done.' }], {
      models: { 'gpt-6.1-sol': { allowsSummaries: false } },
    });
    const { results, sent } = await twoRequests(scene, { effort: 'high' });
    expect(results[1]?.parts).toMatchObject([{ type: 'text', text: 'Done.' }]);
    expect(sent.map((body) => body.reasoning)).toEqual([
      { effort: 'high', summary: 'auto' },
      { effort: 'high' },
      { effort: 'high' },
    ]);
  });

  test('shortens a cache key that is too long, always alike', async () => {
    const scene = await stage(vendor('openai'), [readTurn, { text: 'Done.' }]);
    const { sent } = await twoRequests(scene, { cacheKey: 'k'.repeat(100) });
    expect(sent[0]?.prompt_cache_key).toMatch(/^[0-9a-f]{64}$/);
    expect(sent[1]?.prompt_cache_key).toBe(sent[0]?.prompt_cache_key);
  });

  test('has its cached input counted apart', async () => {
    const scene = await stage(vendor('openai'), [readTurn, { text: 'Done.' }]);
    const system = [{ text: 'Read well. '.repeat(1_000), endsStablePrefix: true }];
    const { results } = await twoRequests(scene, { system, cacheKey: 'run-1' });
    const [first, second] = results.map((result) => result.usage);
    expect([first?.cacheRead, (first?.cacheWrite ?? 0) % 128]).toEqual([0, 0]);
    expect(second?.cacheRead).toBe(first?.cacheWrite);
    const total = (usage: typeof first) =>
      (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0);
    expect(total(second)).toBeGreaterThan(total(first));
  });
});

describe('what is sent to google', () => {
  test('asks for thoughts at the level given, and leaves out what the vendor refuses in schemas', async () => {
    const scene = await stage(vendor('google'), [readTurn, { text: 'Done.' }]);
    const { sent } = await twoRequests(scene, { effort: 'high' });
    expect(sent[1]).toEqual({
      systemInstruction: { parts: [{ text: 'You review code.' }, { text: 'The change is small.' }] },
      generationConfig: {
        maxOutputTokens: 1_000,
        thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' },
      },
      tools: [
        {
          functionDeclarations: [
            {
              name: 'read_file',
              description: 'Reads a file.',
              parametersJsonSchema: {
                type: 'object',
                properties: {
                  path: { type: 'string', description: 'The file.' },
                  side: { type: 'string', enum: ['head'] },
                  startLine: { type: 'integer' },
                },
                required: ['path'],
                additionalProperties: false,
              },
            },
          ],
        },
      ],
      contents: [
        { role: 'user', parts: [{ text: 'Please review.' }] },
        {
          role: 'model',
          parts: [
            { text: 'Hm.', thought: true },
            {
              functionCall: { id: 'call-1', name: 'read_file', args: { path: 'a' } },
              thoughtSignature: expect.any(String),
            },
          ],
        },
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'call-1', name: 'read_file', response: { output: 'content' } } }],
        },
      ],
    });
  });

  test('has its cached input counted apart', async () => {
    const scene = await stage(vendor('google'), [readTurn, { text: 'Done.' }]);
    const { results } = await twoRequests(scene, {
      system: [{ text: 'Read well. '.repeat(3_000), endsStablePrefix: true }],
    });
    const [first, second] = results.map((result) => result.usage);
    expect(first).toMatchObject({ cacheRead: 0, cacheWrite: 0 });
    expect(second?.cacheRead).toBeGreaterThan(4_096);
    expect(second?.input).toBeLessThan(first?.input ?? 0);
  });
});

describe('what is sent to an openai-compatible server', () => {
  test('is plain Chat Completions, with the reasoning of the running tool loop', async () => {
    const scene = await stage(vendor('openai-compatible'), [readTurn, { text: 'Done.' }]);
    const { sent } = await twoRequests(scene, { effort: 'high' });
    expect(sent[1]).toMatchObject({
      model: 'local-model',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 1_000,
      reasoning_effort: 'high',
      messages: [
        { role: 'system', content: 'You review code.\n\nThe change is small.' },
        { role: 'user', content: 'Please review.' },
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'Hm.',
          tool_calls: [
            { id: 'call-1', type: 'function', function: { name: 'read_file', arguments: '{"path":"a"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call-1', content: 'content' },
      ],
    });
  });
});
