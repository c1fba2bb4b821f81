import { describe, expect, test } from 'vitest';
import { forgetReasoning } from '../../src/provider/forget-reasoning.ts';
import type { AssistantMessage, AssistantPart, Message } from '../../src/provider/language-model.ts';
import type { ScriptTurn } from '../servers/model/script.ts';
import {
  answerCalls,
  asMessage,
  bodies,
  failure,
  options,
  reasoningCases,
  request,
  type Stage,
  stage,
  type VendorCase,
  vendorCases,
} from './provider-harness.ts';

const turns: readonly ScriptTurn[] = [
  {
    thinking: ['First I look around.', { redacted: true }],
    text: 'Two files matter.',
    toolCalls: [
      { name: 'read_file', arguments: { path: 'a.ts' }, id: 'call-1' },
      { name: 'read_file', arguments: { path: 'b.ts' }, id: 'call-2' },
    ],
  },
  {
    thinking: 'Now the tests.',
    toolCalls: [{ name: 'read_file', arguments: { path: 'c.ts' }, id: 'call-3' }],
  },
  { thinking: 'Nothing is wrong.', text: 'Done.' },
  { text: 'As I said.' },
];

/** Lets the model read until it has nothing more to ask, and returns all messages. */
async function converse({ model }: Stage, count: number): Promise<Message[]> {
  const messages: Message[] = [...request().messages];
  for (let turn = 0; turn < count; turn += 1) {
    const result = await model.generate(request({ messages }), options());
    messages.push(asMessage(result));
    const hasCalls = result.parts.some((part) => part.type === 'tool-call');
    messages.push(
      hasCalls ? answerCalls(result, (id) => `content for ${id}`) : { role: 'user', text: 'Sure?' },
    );
  }
  return messages;
}

/** The messages with one answer's parts changed. */
function changeAnswer(
  messages: readonly Message[],
  change: (parts: readonly AssistantPart[]) => AssistantPart[],
): Message[] {
  const first = messages.findIndex((message) => message.role === 'assistant');
  return messages.map((message, at) =>
    at === first && message.role === 'assistant' ? { ...message, parts: change(message.parts) } : message,
  );
}

/** Writes into what only the vendor understands. */
function changeOpaque(part: AssistantPart, change: (text: string) => string): AssistantPart {
  if (part.opaque === null) return part;
  return { ...part, opaque: { ...part.opaque, data: JSON.parse(change(JSON.stringify(part.opaque.data))) } };
}

describe.each(vendorCases)('a conversation with $provider', (vendor) => {
  test('goes on over several turns, with everything the vendor wants back', async () => {
    const scene = await stage(vendor, turns);
    const messages = await converse(scene, 4);
    expect(scene.server.journal.entries.map((entry) => [entry.status, entry.refusal, entry.turn])).toEqual([
      [200, null, 0],
      [200, null, 1],
      [200, null, 2],
      [200, null, 3],
    ]);
    expect(messages.at(-2)).toMatchObject({
      role: 'assistant',
      parts: [{ type: 'text', text: 'As I said.' }],
    });
  });

  test('survives being written to disk and read again', async () => {
    const scene = await stage(vendor, turns);
    const messages = JSON.parse(JSON.stringify(await converse(scene, 2))) as Message[];
    const { parts } = await scene.model.generate(request({ messages }), options());
    expect(parts.at(0)?.type).toBe('reasoning');
  });

  test('goes on after an empty answer and one that only thought', async () => {
    const scene = await stage(vendor, [turns[0] ?? {}, {}, { thinking: 'Hm.' }, { text: 'Done.' }]);
    const messages = await converse(scene, 4);
    expect(scene.server.journal.entries.map((entry) => [entry.refusal, entry.turn])).toEqual([
      [null, 0],
      [null, 1],
      [null, 2],
      [null, 3],
    ]);
    expect(messages.at(-2)).toMatchObject({ parts: [{ type: 'text', text: 'Done.' }] });
  });

  test('is well-formed, whatever was read and written in it', async () => {
    const scene = await stage(vendor, [
      { toolCalls: [{ name: 'read_file', arguments: '{"path": "a\\ud800b"}', id: 'call-1' }] },
      { text: 'Done.' },
    ]);
    const messages: Message[] = [{ role: 'user', text: 'half \udc80 a pair' }];
    const first = await scene.model.generate(request({ messages }), options());
    messages.push(
      asMessage(first),
      answerCalls(first, () => 'a path \udcff'),
    );
    await scene.model.generate(request({ messages }), options());
    expect(scene.server.journal.entries.map((entry) => entry.refusal)).toEqual([null, null]);
    expect(JSON.stringify(bodies(scene.server).at(-1))).toContain('a path \ufffd');
  });

  test('is refused when the answer to a call is missing', async () => {
    const scene = await stage(vendor, turns);
    const messages = (await converse(scene, 1)).map((message) =>
      message.role === 'tool' ? { ...message, results: message.results.slice(1) } : message,
    );
    const error = await failure(scene.model.generate(request({ messages }), options()));
    expect([error.kind, error.status, error.isRetryable]).toEqual(['bad-request', 400, false]);
  });

  test('is refused when a call is missing', async () => {
    const scene = await stage(vendor, turns);
    const messages = changeAnswer(await converse(scene, 1), (parts) =>
      parts.filter((part) => part.type !== 'tool-call'),
    );
    const error = await failure(scene.model.generate(request({ messages }), options()));
    expect(error.kind).toBe('bad-request');
  });

  test('may be shortened, if the reasoning before it is forgotten', async () => {
    const scene = await stage(vendor, turns);
    const messages = shorten(await converse(scene, 2));
    await scene.model.generate(request({ messages: forgetReasoning(messages) }), options());
    expect(scene.server.journal.entries.at(-1)).toMatchObject({ status: 200, turn: 2 });
  });

  test('goes on with new reasoning after it was shortened', async () => {
    const scene = await stage(vendor, [...turns.slice(0, 2), turns[1] ?? {}, { text: 'Done.' }]);
    const messages = forgetReasoning(shorten(await converse(scene, 2)));
    const third = await scene.model.generate(request({ messages }), options());
    messages.push(
      asMessage(third),
      answerCalls(third, () => 'more'),
    );
    const { parts } = await scene.model.generate(request({ messages }), options());
    expect(parts).toMatchObject([{ type: 'text', text: 'Done.' }]);
  });

  test('with another model does not carry this one’s reasoning', async () => {
    const scene = await stage(vendor, turns);
    const messages = await converse(scene, 1);
    const foreign = messages.map(
      (message): Message =>
        message.role === 'assistant'
          ? { ...message, parts: message.parts.map((part) => fromElsewhere(part)) }
          : message,
    );
    // Whether the vendor takes it is another question: what counts is what was sent.
    await Promise.allSettled([scene.model.generate(request({ messages: foreign }), options())]);
    expect(JSON.stringify(bodies(scene.server).at(-1))).not.toContain('First I look around.');
  });
});

function fromElsewhere(part: AssistantPart): AssistantPart {
  return part.opaque === null ? part : { ...part, opaque: { ...part.opaque, modelId: 'another-model' } };
}

/** Old answers of tools made shorter, as when a conversation grows too long. */
function shorten(messages: readonly Message[]): Message[] {
  const first = messages.findIndex((message) => message.role === 'tool');
  return messages.map((message, at) =>
    at === first && message.role === 'tool'
      ? { ...message, results: message.results.map((result) => ({ ...result, text: '(left out)' })) }
      : message,
  );
}

describe.each(reasoningCases)('what $provider must get back', (vendor) => {
  /** The conversation after one turn, changed, and what the server says to it. */
  async function refusalOf(change: (parts: readonly AssistantPart[]) => AssistantPart[]) {
    const scene = await stage(vendor, turns);
    const messages = changeAnswer(await converse(scene, 1), change);
    const error = await failure(scene.model.generate(request({ messages }), options()));
    return { kind: error.kind, status: error.status, refusal: scene.server.journal.entries.at(-1)?.refusal };
  }

  test('is refused without the reasoning', async () => {
    const refused = await refusalOf((parts) => parts.flatMap((part) => withoutReasoning(vendor, part)));
    expect(refused).toEqual({
      kind: 'bad-request',
      status: 400,
      refusal: expect.stringMatching(lost(vendor)),
    });
  });

  test('is refused with the reasoning altered', async () => {
    const refused = await refusalOf((parts) =>
      parts.map((part) =>
        changeOpaque(part, (text) =>
          text.replace(/(signature|encrypted_content|thoughtSignature)":"./, '$1":"#'),
        ),
      ),
    );
    expect(refused).toMatchObject({ kind: 'bad-request', status: 400 });
  });
});

describe('Anthropic', () => {
  const [vendor] = vendorCases.filter((one) => one.provider === 'anthropic');
  if (vendor === undefined) throw new Error('anthropic is no vendor of the contract');

  test('gets redacted thinking back, and refuses its loss and its change', async () => {
    const isRedacted = (part: AssistantPart) => part.type === 'reasoning' && part.text === '';
    const changes: ((message: AssistantMessage) => AssistantPart[])[] = [
      (message) => message.parts.filter((part) => !isRedacted(part)),
      (message) =>
        message.parts.map((part) =>
          isRedacted(part) ? changeOpaque(part, (text) => text.replace('"data":"', '"data":"x')) : part,
        ),
    ];
    for (const change of changes) {
      const scene = await stage(vendor, turns);
      const messages = changeAnswer(await converse(scene, 1), (parts) =>
        change({ role: 'assistant', parts }),
      );
      const error = await failure(scene.model.generate(request({ messages }), options()));
      expect(error.kind).toBe('bad-request');
    }
  });

  test('refuses thinking in a conversation that was changed before it', async () => {
    const scene = await stage(vendor, turns);
    const messages = shorten(await converse(scene, 2));
    const error = await failure(scene.model.generate(request({ messages }), options()));
    expect(error.message).toContain('bound to a different conversation');
  });
});

/** Gemini keeps its thoughts on the calls; the others have parts of their own for it. */
function withoutReasoning(vendor: VendorCase, part: AssistantPart): AssistantPart[] {
  if (vendor.provider !== 'google') return part.type === 'reasoning' ? [] : [part];
  return [changeOpaque(part, (text) => text.replace(/"thoughtSignature":"[^"]*"/, '"thought":false'))];
}

function lost(vendor: VendorCase): RegExp {
  if (vendor.provider === 'google') return /missing a thought_signature/;
  return vendor.provider === 'openai'
    ? /without its required 'reasoning' item/
    : /must be sent back unchanged/;
}
