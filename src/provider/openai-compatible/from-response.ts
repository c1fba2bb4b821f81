import { randomUUID } from 'node:crypto';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions.mjs';
import type { CompletionUsage } from 'openai/resources/completions.mjs';
import type { Usage } from '../../domain/usage.ts';
import type { AssistantPart, FinishReason, ProgressEvent, UnifiedFinishReason } from '../language-model.ts';
import { parseToolArguments } from '../tool-arguments.ts';

export interface ChatAnswer {
  parts: AssistantPart[];
  finishReason: FinishReason;
  usage: Usage;
  modelId: string | null;
}

export interface ChatAnswerReader {
  add(chunk: ChatCompletionChunk): ProgressEvent[];
  /** To be called when the stream has ended; null when no chunk said why the model stopped. */
  finish(): ChatAnswer | null;
}

/** A part while it grows; parts stand in the order of their first piece. */
type OpenPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string; field: string }
  | { type: 'tool-call'; index: number; id: string; name: string; text: string };

/** How servers name the reasoning that the protocol has no place for. */
const reasoningFields = ['reasoning_content', 'reasoning'];

/** Puts an answer together from its chunks. */
export function readAnswer(modelId: string): ChatAnswerReader {
  const open: OpenPart[] = [];
  let reason: string | null = null;
  let refused = false;
  let usage: CompletionUsage | null = null;
  let answeredBy: string | null = null;

  const addText = (text: string): ProgressEvent => {
    const last = open.at(-1);
    if (last?.type === 'text') last.text += text;
    else open.push({ type: 'text', text });
    return { type: 'text', text };
  };
  const addReasoning = (text: string, field: string): ProgressEvent => {
    const last = open.at(-1);
    if (last?.type === 'reasoning' && last.field === field) last.text += text;
    else open.push({ type: 'reasoning', text, field });
    return { type: 'reasoning', text };
  };
  const addCall = (delta: ChatCompletionChunk.Choice.Delta.ToolCall): ProgressEvent => {
    const piece = delta.function?.arguments ?? '';
    const name = delta.function?.name ?? '';
    const running = open.findLast((part) => part.type === 'tool-call' && part.index === delta.index);
    // Some servers give every call the index 0; a new id then begins a new call.
    const isNew =
      running?.type !== 'tool-call' || (delta.id !== undefined && delta.id !== '' && delta.id !== running.id);
    if (!isNew) {
      running.text += piece;
      running.name ||= name;
      return { type: 'tool-call', text: '' };
    }
    const id = delta.id === undefined || delta.id === '' ? `call-${randomUUID()}` : delta.id;
    open.push({ type: 'tool-call', index: delta.index, id, name, text: piece });
    return { type: 'tool-call', text: name };
  };
  return {
    add: (chunk) => {
      usage = chunk.usage ?? usage;
      answeredBy = chunk.model ?? answeredBy;
      const choice = chunk.choices?.[0];
      if (choice === undefined) return [];
      const progress: ProgressEvent[] = [];
      const delta: Partial<ChatCompletionChunk.Choice.Delta> & Record<string, unknown> = { ...choice.delta };
      for (const field of reasoningFields) {
        const text = delta[field];
        if (typeof text === 'string' && text !== '') progress.push(addReasoning(text, field));
      }
      if (typeof delta.content === 'string' && delta.content !== '') progress.push(addText(delta.content));
      if (typeof delta.refusal === 'string' && delta.refusal !== '') {
        refused = true;
        progress.push(addText(delta.refusal));
      }
      for (const call of delta.tool_calls ?? []) progress.push(addCall(call));
      reason = choice.finish_reason ?? reason;
      return progress;
    },
    finish: () => {
      if (reason === null) return null;
      const parts = open.map((part) => toPart(part, modelId));
      return {
        parts,
        finishReason: refused ? { unified: 'refusal', raw: reason } : unify(reason, parts),
        usage: toUsage(usage),
        modelId: answeredBy,
      };
    },
  };
}

function toPart(part: OpenPart, modelId: string): AssistantPart {
  if (part.type === 'text') return { type: 'text', text: part.text, opaque: null };
  if (part.type === 'reasoning') {
    const opaque = { provider: 'openai-compatible' as const, modelId, data: { field: part.field } };
    return { type: 'reasoning', text: part.text, opaque };
  }
  return {
    type: 'tool-call',
    id: part.id,
    name: part.name,
    arguments: parseToolArguments(part.text),
    opaque: null,
  };
}

const finishReasons: Record<string, UnifiedFinishReason> = {
  stop: 'stop',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  length: 'length',
  content_filter: 'safety',
};

/** Some servers say `stop` when they mean `tool_calls`. */
function unify(raw: string, parts: readonly AssistantPart[]): FinishReason {
  const unified = finishReasons[raw] ?? 'other';
  const hasCalls = parts.some((part) => part.type === 'tool-call');
  return { unified: unified === 'stop' && hasCalls ? 'tool-calls' : unified, raw };
}

/** Servers without a cache say nothing of it: then all input is counted as plain input, and the rest is unknown. */
function toUsage(usage: CompletionUsage | null): Usage {
  const total = usage?.prompt_tokens ?? null;
  const cacheRead = usage?.prompt_tokens_details?.cached_tokens ?? null;
  return {
    input: total === null ? null : Math.max(0, total - (cacheRead ?? 0)),
    cacheRead,
    cacheWrite: cacheRead === null ? null : 0,
    output: usage?.completion_tokens ?? null,
    reasoning: usage?.completion_tokens_details?.reasoning_tokens ?? null,
  };
}
