import { countTokens, isJson, type Json, pieces } from '../json.ts';
import type { CacheCounts } from '../prefix-cache.ts';
import type { Frame, ScriptTurn } from '../script.ts';
import type { Speech } from '../wire.ts';

export interface AnswerInput {
  id: string;
  model: string;
  speech: Speech;
  usage: ScriptTurn['usage'];
  cache: CacheCounts;
  /** null when the client did not ask for it. */
  encrypt: ((id: string) => string) | null;
  showsSummaries: boolean;
}

export interface Answer {
  frames: Frame[];
  reasoning: Json[];
}

/** The events of one response: reasoning, a message, calls. */
export function toAnswer(input: AnswerInput): Answer {
  const frames: Frame[] = [];
  const send = (type: string, data: Json) =>
    frames.push({ event: type, data: { type, sequence_number: frames.length, ...data } });
  const reasoning = reasoningItems(input);
  const message = messageItem(input);
  const calls = callItems(input);
  const output = [...reasoning, ...(message === null ? [] : [message]), ...calls];
  const base = { id: input.id, object: 'response', model: input.model, created_at: 1_790_000_000 };
  send('response.created', { response: { ...base, status: 'in_progress', output: [], usage: null } });
  send('response.in_progress', { response: { ...base, status: 'in_progress', output: [], usage: null } });
  output.forEach((item, output_index) => {
    const place = { output_index, item_id: item.id };
    send('response.output_item.added', { output_index, item: emptyItem(item) });
    if (item.type === 'reasoning') sendSummary({ send, place, item });
    if (item.type === 'message') sendText({ send, place, item });
    if (item.type === 'function_call') {
      for (const delta of pieces(String(item.arguments)))
        send('response.function_call_arguments.delta', { ...place, delta });
      send('response.function_call_arguments.done', { ...place, arguments: item.arguments });
    }
    send('response.output_item.done', { output_index, item });
  });
  const { status, incomplete_details } = endOf(input);
  send(`response.${status}`, {
    response: { ...base, status, incomplete_details, error: null, output, usage: usageOf(input, reasoning) },
  });
  return { frames, reasoning };
}

type Send = (type: string, data: Json) => void;

function sendSummary(input: { send: Send; place: Json; item: Json }): void {
  const { send, place, item } = input;
  const summary = Array.isArray(item.summary) ? item.summary.filter(isJson) : [];
  summary.forEach((part, summary_index) => {
    const at = { ...place, summary_index };
    send('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
    for (const delta of pieces(String(part.text)))
      send('response.reasoning_summary_text.delta', { ...at, delta });
    send('response.reasoning_summary_text.done', { ...at, text: part.text });
    send('response.reasoning_summary_part.done', { ...at, part });
  });
}

function sendText(input: { send: Send; place: Json; item: Json }): void {
  const { send, item } = input;
  const place = { ...input.place, content_index: 0 };
  const part = Array.isArray(item.content) && isJson(item.content[0]) ? item.content[0] : {};
  const name = part.type === 'refusal' ? 'refusal' : 'output_text';
  const text = String(part.text ?? part.refusal);
  const empty = part.type === 'refusal' ? { ...part, refusal: '' } : { ...part, text: '' };
  send('response.content_part.added', { ...place, part: empty });
  for (const delta of pieces(text)) send(`response.${name}.delta`, { ...place, delta });
  send(`response.${name}.done`, name === 'refusal' ? { ...place, refusal: text } : { ...place, text });
  send('response.content_part.done', { ...place, part });
}

function emptyItem(item: Json): Json {
  if (item.type === 'function_call') return { ...item, arguments: '', status: 'in_progress' };
  return item.type === 'message' ? { ...item, content: [], status: 'in_progress' } : { ...item, summary: [] };
}

function reasoningItems(input: AnswerInput): Json[] {
  return input.speech.thinking.map((one, at) => {
    const id = `rs_${input.id}_${at}`;
    const text = typeof one === 'string' ? one : '';
    return {
      type: 'reasoning',
      id,
      summary: input.showsSummaries && text !== '' ? [{ type: 'summary_text', text }] : [],
      ...(input.encrypt === null ? {} : { encrypted_content: input.encrypt(id) }),
    };
  });
}

function messageItem(input: AnswerInput): Json | null {
  const { text, finish } = input.speech;
  if (text === '') return null;
  const content =
    finish === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: [], logprobs: [] };
  const status = finish === 'length' && input.speech.toolCalls.length === 0 ? 'incomplete' : 'completed';
  return { type: 'message', id: `msg_${input.id}`, role: 'assistant', status, content: [content] };
}

function callItems(input: AnswerInput): Json[] {
  const { toolCalls, finish } = input.speech;
  return toolCalls.map((call, at) => ({
    type: 'function_call',
    id: `fc_${input.id}_${at}`,
    call_id: call.id,
    name: call.name,
    arguments: call.arguments,
    status: finish === 'length' && at === toolCalls.length - 1 ? 'incomplete' : 'completed',
  }));
}

function endOf(input: AnswerInput): { status: string; incomplete_details: Json | null } {
  const { finish } = input.speech;
  if (finish === 'length')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (finish === 'safety') return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed', incomplete_details: null };
}

function usageOf(input: AnswerInput, reasoning: readonly Json[]): Json | null {
  const { speech, usage, cache } = input;
  if (usage === null) return null;
  const thought = usage?.reasoning ?? (reasoning.length === 0 ? 0 : countTokens(speech.thinking));
  const said =
    countTokens(speech.text) + speech.toolCalls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
  const output = usage?.output ?? said + thought;
  const prompt = cache.fresh + cache.read + cache.written;
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cache.read, cache_write_tokens: cache.written },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: prompt + output,
  };
}

/** The response that the last event holds. */
export function toWhole(frames: readonly Frame[]): Json {
  const last = frames
    .map((frame) => frame.data)
    .filter(isJson)
    .at(-1);
  return isJson(last?.response) ? last.response : {};
}
