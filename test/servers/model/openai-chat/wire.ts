import { asArray, countTokens, digest, isJson, type Json, pieces } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { authenticate } from '../openai/check-fields.ts';
import { errorBody } from '../openai/errors.ts';
import { createPrefixCache } from '../prefix-cache.ts';
import { invalid } from '../refusal.ts';
import type { Finish, Frame, ScriptTurn } from '../script.ts';
import { type Conversation, lookup, type Speech, speechOf, type Wire } from '../wire.ts';
import { checkFields, readMessages } from './history.ts';

interface Accepted extends Conversation {
  prompt: string;
  includesUsage: boolean;
}

const reasons: Record<Finish, string> = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
  length: 'length',
  refusal: 'stop',
  safety: 'content_filter',
  blocked: 'content_filter',
  'malformed-call': 'tool_calls',
  paused: 'stop',
};

/** Chat Completions, as self-hosted servers speak it. */
export function createOpenAiChatWire(input: {
  models: ReadonlyMap<string, ServedModel>;
  clock: () => number;
}): Wire<Accepted> {
  const find = lookup(input.models, 'openai-chat');
  const cache = createPrefixCache(input.clock, {
    stepTokens: 128,
    lifetimeMs: 30 * 60 * 1_000,
    entries: 'every-step',
  });
  return {
    vendor: 'openai-chat',
    maxBodyBytes: 50 * 1024 * 1024,
    ping: ': keep-alive\n\n',
    requestIdHeader: 'x-request-id',
    authenticate: ({ headers }, keys) => authenticate(headers, keys),
    check: ({ body }) => {
      const { model, toolNames } = checkFields(body, find);
      const messages = readMessages(body.messages);
      const prompt = [body.tools, ...messages].map((part) => JSON.stringify(part ?? null)).join('\n');
      if (countTokens(prompt) > model.contextTokens)
        throw invalid(
          `This model's maximum context length is ${model.contextTokens} tokens.`,
          'messages',
          'context_length_exceeded',
        );
      const asked = messages.filter((message) => message.role !== 'assistant' && message.role !== 'tool');
      return {
        model,
        stream: body.stream === true,
        key: digest(['openai-chat', model.id, body.tools ?? null, asked.slice(0, 2)]),
        answers: messages.filter((message) => message.role === 'assistant').length,
        toolNames,
        text: asked.map((message) => String(message.content)).join('\n'),
        prompt,
        includesUsage: isJson(body.stream_options) && body.stream_options.include_usage === true,
      };
    },
    play: ({ accepted, turn, index }) => {
      const id = (place: number | string) => digest([accepted.key, index, place]).slice(0, 24);
      const { model, prompt } = accepted;
      const counts = cache({ scope: model.id, prompt, minimum: model.minimumCacheTokens });
      const speech = speechOf(turn, (place) => `call_${id(place)}`);
      const usage = usageOf({
        speech,
        usage: turn.usage,
        prompt: counts.fresh + counts.read + counts.written,
        read: counts.read,
      });
      const base = {
        id: `chatcmpl-${id('completion')}`,
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model: model.id,
      };
      const frames = toFrames({
        base,
        speech,
        usage: accepted.includesUsage || !accepted.stream ? usage : null,
      });
      return turn.frames === undefined ? frames : [...turn.frames];
    },
    whole: toWhole,
    errorBody,
    errorFrame: (refusal) => ({ data: errorBody(refusal) }),
  };
}

function toFrames(input: { base: Json; speech: Speech; usage: Json | null }): Frame[] {
  const { base, speech, usage } = input;
  const chunk = (delta: Json, finish_reason: string | null = null): Frame => ({
    data: { ...base, choices: [{ index: 0, delta, finish_reason, logprobs: null }] },
  });
  const thinking = speech.thinking.map((one) => (typeof one === 'string' ? one : '')).join('\n\n');
  const textField = speech.finish === 'refusal' ? 'refusal' : 'content';
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(thinking).map((text) => chunk({ reasoning_content: text })),
    ...pieces(speech.text).map((text) => chunk({ [textField]: text })),
    ...speech.toolCalls.flatMap((call, index) => [
      chunk({
        tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }],
      }),
      ...pieces(call.arguments).map((text) =>
        chunk({ tool_calls: [{ index, function: { arguments: text } }] }),
      ),
    ]),
    chunk({}, reasons[speech.finish]),
    ...(usage === null ? [] : [{ data: { ...base, choices: [], usage } }]),
    { data: '[DONE]' },
  ];
}

function usageOf(input: {
  speech: Speech;
  usage: ScriptTurn['usage'];
  prompt: number;
  read: number;
}): Json | null {
  const { speech, usage, prompt, read } = input;
  if (usage === null) return null;
  const thought = usage?.reasoning ?? (speech.thinking.length === 0 ? 0 : countTokens(speech.thinking));
  const said =
    countTokens(speech.text) + speech.toolCalls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
  const output = usage?.output ?? said + thought;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: read },
    completion_tokens_details: { reasoning_tokens: thought },
  };
}

/** The completion that the chunks add up to. */
function toWhole(frames: readonly Frame[]): Json {
  const chunks = frames.map((frame) => frame.data).filter(isJson);
  const message: Json = { role: 'assistant', content: '' };
  const calls: { id: string; type: string; function: { name: string; arguments: string } }[] = [];
  let finish: unknown = null;
  for (const chunk of chunks) {
    const choice = asArray(chunk.choices)[0];
    if (!isJson(choice) || !isJson(choice.delta)) continue;
    finish = choice.finish_reason ?? finish;
    for (const field of ['content', 'reasoning_content', 'refusal'])
      if (typeof choice.delta[field] === 'string')
        message[field] = `${String(message[field] ?? '')}${choice.delta[field]}`;
    for (const call of asArray(choice.delta.tool_calls).filter(isJson)) {
      const part = isJson(call.function) ? call.function : {};
      const known = calls[Number(call.index)];
      if (known !== undefined) known.function.arguments += String(part.arguments ?? '');
      else
        calls.push({
          id: String(call.id),
          type: 'function',
          function: { name: String(part.name), arguments: String(part.arguments ?? '') },
        });
    }
  }
  const { choices: _, ...base } = chunks[0] ?? {};
  const usage = chunks.find((chunk) => chunk.usage !== undefined)?.usage;
  return {
    ...base,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: calls.length > 0 ? { ...message, tool_calls: calls } : message,
        finish_reason: finish,
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}
