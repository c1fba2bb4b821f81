import { describe, expect, test } from 'vitest';
import { forgetReasoning } from '../../src/provider/forget-reasoning.ts';
import type { Message } from '../../src/provider/language-model.ts';
import type { ScriptTurn } from '../servers/model/script.ts';
import { answerCalls, asMessage, options, request, stage, type VendorCase } from './provider-harness.ts';

const claude: VendorCase = {
  provider: 'anthropic',
  vendor: 'anthropic',
  modelId: 'claude-opus-5-5',
  effort: 'xhigh',
};
/** More blocks than the vendor looks back over. */
const readTurn: ScriptTurn = {
  thinking: 'Hm.',
  toolCalls: Array.from({ length: 30 }, (_, at) => ({ name: 'read_file', arguments: { path: `${at}` } })),
};

describe('the cache of anthropic', () => {
  test('holds the first message when what follows it was shortened', async () => {
    const again = { name: 'read_file', arguments: { path: 'b' }, id: 'call-2' };
    const turns = [readTurn, { thinking: 'So.', toolCalls: [again] }, { text: 'Done.' }];
    const scene = await stage(claude, turns);
    const messages: Message[] = [{ role: 'user', text: 'The diff. '.repeat(4_000) }];
    const first = await scene.model.generate(request({ messages }), options());
    messages.push(
      asMessage(first),
      answerCalls(first, () => 'content'),
    );
    const second = await scene.model.generate(request({ messages }), options());
    messages.push(
      asMessage(second),
      answerCalls(second, () => 'more'),
    );
    const shortened = forgetReasoning(messages).map((message) =>
      message.role === 'tool'
        ? { ...message, results: message.results.map((result) => ({ ...result, text: 'gone' })) }
        : message,
    );
    const third = await scene.model.generate(request({ messages: shortened }), options());
    expect(first.usage.cacheWrite).toBeGreaterThan(10_000);
    expect(third.usage.cacheRead).toBe(first.usage.cacheWrite);
  });

  test('holds only tools and system when the effort changes', async () => {
    const scene = await stage(claude, [{ text: 'One.' }], {
      sessions: [{ turns: [{ text: 'One.' }], afterEnd: 'repeat-last' }],
    });
    const ask = (effort: string) =>
      scene.model.generate(
        request({
          system: [{ text: 'Read well. '.repeat(300), endsStablePrefix: true }],
          messages: [{ role: 'user', text: 'The diff. '.repeat(4_000) }],
          effort,
        }),
        options(),
      );
    const written = (await ask('low')).usage.cacheWrite ?? 0;
    expect((await ask('low')).usage.cacheRead).toBe(written);
    const other = (await ask('high')).usage.cacheRead ?? 0;
    expect(other).toBeGreaterThan(800);
    expect(other).toBeLessThan(2_000);
  });
});
