import { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLanguageModel } from '../../src/provider/create-language-model.ts';
import type { GenerateResult, LanguageModel, Message } from '../../src/provider/language-model.ts';
import { baseUrlFor } from '../servers/model/model-server.ts';
import {
  answerCalls,
  asMessage,
  failure,
  limits,
  options,
  request,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

/**
 * The same basic sessions against an emulator that others wrote from the vendors' documents, so that a mistake of
 * ours in reading them is not made twice. It does not check signatures, encrypted reasoning, efforts or caches, knows
 * no thought signatures of Gemini, and reports no cached and no thinking tokens: those are tested elsewhere only.
 */
async function rehearse(vendor: VendorCase): Promise<{ model: LanguageModel; mock: LLMock }> {
  const mock = new LLMock({ port: 0, strict: true });
  await mock.start();
  onTestFinished(() => mock.stop());
  const model = await createLanguageModel({
    provider: vendor.provider,
    modelId: vendor.modelId,
    apiKey: 'any-key',
    baseUrl: baseUrlFor(mock.url, vendor.vendor),
    authStyle: null,
  });
  return { model, mock };
}

/** The names of all vendors, so that one fixture serves them all. */
const usageFields = {
  input_tokens: 30,
  output_tokens: 12,
  prompt_tokens: 30,
  completion_tokens: 12,
  promptTokenCount: 30,
  candidatesTokenCount: 12,
};

function textOf(result: GenerateResult): string {
  return result.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}

describe.each(vendorCases)('with an emulator of others, $provider', (vendor) => {
  test('answers with text and usage', async () => {
    const { model, mock } = await rehearse(vendor);
    mock.onMessage('Please review.', { content: 'Nothing is wrong with größe.', usage: usageFields });
    const result = await model.generate(request(), options());
    expect(textOf(result)).toBe('Nothing is wrong with größe.');
    expect(result.finishReason.unified).toBe('stop');
    expect([result.usage.input, result.usage.output]).toEqual([30, 12]);
  });

  test('thinks, calls two tools at once, reads their answers and ends', async () => {
    const { model, mock } = await rehearse(vendor);
    mock.on(
      { userMessage: 'Please review.', hasToolResult: false },
      {
        content: 'I look.',
        reasoning: 'Two files matter.',
        toolCalls: [
          { name: 'read_file', arguments: '{"path":"a.ts"}' },
          { name: 'read_file', arguments: '{"path":"b.ts"}' },
        ],
      },
    );
    mock.on({ userMessage: 'Please review.', hasToolResult: true }, { content: 'Done.' });
    const messages: Message[] = [...request().messages];
    const first = await model.generate(request({ messages }), options());
    const calls = first.parts.filter((part) => part.type === 'tool-call');
    expect(calls.map((call) => call.arguments)).toEqual([
      { outcome: 'parsed', value: { path: 'a.ts' } },
      { outcome: 'parsed', value: { path: 'b.ts' } },
    ]);
    expect(first.parts.find((part) => part.type === 'reasoning')?.text).toBe('Two files matter.');
    // This emulator has a finish reason for calls that Gemini has not.
    const expected = { unified: 'other', raw: 'FUNCTION_CALL' };
    if (vendor.provider === 'google') expect(first.finishReason).toEqual(expected);
    else expect(first.finishReason.unified).toBe('tool-calls');
    messages.push(
      asMessage(first),
      answerCalls(first, (id) => `content of ${id}`),
    );
    const second = await model.generate(request({ messages }), options());
    expect(textOf(second)).toBe('Done.');
  });

  test.each([
    [429, 'rate-limit'],
    [500, 'server'],
    [401, 'auth'],
  ])('fails with %i as %s', async (status, kind) => {
    const { model, mock } = await rehearse(vendor);
    mock.nextRequestError(status, { message: 'scripted' });
    const error = await failure(model.generate(request(), options()));
    expect([error.kind, error.status]).toEqual([kind, status]);
  });

  test('fails when the stream breaks off', async () => {
    const { model, mock } = await rehearse(vendor);
    mock.onMessage(
      'Please review.',
      { content: 'A text of some length.'.repeat(20) },
      { truncateAfterChunks: 2 },
    );
    const error = await failure(model.generate(request(), options()));
    expect(['protocol', 'network']).toContain(error.kind);
  });

  test('is cut short by its caller', async () => {
    const { model, mock } = await rehearse(vendor);
    mock.onMessage('Please review.', { content: 'Slow.'.repeat(50) }, { latency: 5_000 });
    const signal = AbortSignal.timeout(100);
    const error = await failure(model.generate(request(), options({ signal, limits })));
    expect(error).toMatchObject({ kind: 'timeout', timeout: 'deadline' });
  });
});
