import { countTokens, isJson, type Json, pieces } from '../json.ts';
import type { CacheCounts } from '../prefix-cache.ts';
import type { Finish, Frame, ScriptTurn } from '../script.ts';
import type { Speech } from '../wire.ts';

const stopReasons: Record<Finish, string> = {
  stop: 'end_turn',
  'tool-calls': 'tool_use',
  length: 'max_tokens',
  refusal: 'refusal',
  safety: 'refusal',
  blocked: 'refusal',
  'malformed-call': 'tool_use',
  paused: 'pause_turn',
};

export interface AnswerInput {
  id: string;
  model: string;
  speech: Speech;
  usage: ScriptTurn['usage'];
  cache: CacheCounts;
  /** Whether thinking is shown or only signed. */
  showsThinking: boolean;
  sign(before: readonly Json[], text: string): string;
}

export interface Answer {
  frames: Frame[];
  /** As they must come back. */
  thinking: Json[];
}

/** The events of one answer: thinking, text, calls. */
export function toAnswer(input: AnswerInput): Answer {
  const { speech } = input;
  const thinking: Json[] = [];
  for (const one of speech.thinking) {
    const shown = typeof one === 'string' && input.showsThinking ? one : '';
    const mark = input.sign(thinking, shown);
    thinking.push(
      typeof one === 'string'
        ? { type: 'thinking', thinking: shown, signature: mark }
        : { type: 'redacted_thinking', data: mark },
    );
  }
  const frames: Frame[] = [];
  const send = (data: Json & { type: string }) => frames.push({ event: data.type, data });
  const counts = usageOf(input, thinking);
  send({ type: 'message_start', message: emptyMessage(input, counts) });
  send({ type: 'ping' });
  let index = 0;
  const block = (start: Json, deltas: readonly Json[]) => {
    send({ type: 'content_block_start', index, content_block: start });
    for (const delta of deltas) send({ type: 'content_block_delta', index, delta });
    send({ type: 'content_block_stop', index });
    index += 1;
  };
  for (const one of thinking) {
    if (one.type !== 'thinking') block(one, []);
    else
      block({ type: 'thinking', thinking: '', signature: '' }, [
        ...pieces(String(one.thinking)).map((text) => ({ type: 'thinking_delta', thinking: text })),
        { type: 'signature_delta', signature: one.signature },
      ]);
  }
  if (speech.text !== '')
    block(
      { type: 'text', text: '', citations: null },
      pieces(speech.text).map((text) => ({ type: 'text_delta', text })),
    );
  for (const call of speech.toolCalls)
    block(
      { type: 'tool_use', id: call.id, name: call.name, input: {}, caller: { type: 'direct' } },
      pieces(call.arguments).map((text) => ({ type: 'input_json_delta', partial_json: text })),
    );
  send({
    type: 'message_delta',
    delta: {
      stop_reason: stopReasons[speech.finish],
      stop_sequence: null,
      stop_details:
        speech.finish === 'refusal' ? { type: 'refusal', category: 'cyber', explanation: 'scripted' } : null,
      container: null,
    },
    ...(counts === null ? {} : { usage: counts }),
  });
  send({ type: 'message_stop' });
  return { frames, thinking };
}

function emptyMessage(input: AnswerInput, counts: Json | null): Json {
  return {
    id: input.id,
    type: 'message',
    role: 'assistant',
    model: input.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    ...(counts === null ? {} : { usage: { ...counts, output_tokens: 1, output_tokens_details: null } }),
  };
}

function usageOf(input: AnswerInput, thinking: readonly Json[]): Json | null {
  const { speech, usage, cache } = input;
  if (usage === null) return null;
  const reasoning = usage?.reasoning ?? (thinking.length === 0 ? 0 : countTokens(thinking));
  const said =
    countTokens(speech.text) + speech.toolCalls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
  return {
    input_tokens: cache.fresh,
    cache_read_input_tokens: cache.read,
    cache_creation_input_tokens: cache.written,
    cache_creation: { ephemeral_5m_input_tokens: cache.written, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage?.output ?? said + reasoning,
    output_tokens_details: { thinking_tokens: reasoning },
    service_tier: 'standard',
    server_tool_use: null,
  };
}

/** The message that the events add up to. */
export function toWhole(frames: readonly Frame[]): Json {
  const events = frames.map((frame) => frame.data).filter(isJson);
  const start = events.find((event) => event.type === 'message_start');
  const end = events.find((event) => event.type === 'message_delta');
  const content: Json[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start' && isJson(event.content_block))
      content.push({ ...event.content_block });
    const block = content.at(-1);
    if (event.type !== 'content_block_delta' || block === undefined || !isJson(event.delta)) continue;
    const { delta } = event;
    if (delta.type === 'text_delta') block.text = `${String(block.text)}${String(delta.text)}`;
    if (delta.type === 'thinking_delta')
      block.thinking = `${String(block.thinking)}${String(delta.thinking)}`;
    if (delta.type === 'signature_delta') block.signature = delta.signature;
    if (delta.type === 'input_json_delta')
      block.json = `${String(block.json ?? '')}${String(delta.partial_json)}`;
  }
  const message = isJson(start?.message) ? start.message : {};
  const delta = isJson(end?.delta) ? end.delta : {};
  return {
    ...message,
    ...delta,
    content: content.map(({ json, ...block }) =>
      json === undefined ? block : { ...block, input: JSON.parse(String(json)) },
    ),
    ...(end?.usage === undefined ? {} : { usage: end.usage }),
  };
}
