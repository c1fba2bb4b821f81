import type {
  ContentBlock,
  Message,
  RawContentBlockDelta,
  RawMessageDeltaEvent,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages/messages.mjs';
import type { Usage } from '../../domain/usage.ts';
import type { AssistantPart, FinishReason, ProgressEvent, UnifiedFinishReason } from '../language-model.ts';
import { parseToolArguments } from '../tool-arguments.ts';

export interface AnthropicAnswer {
  parts: AssistantPart[];
  finishReason: FinishReason;
  usage: Usage;
  modelId: string | null;
}

export interface AnthropicAnswerReader {
  /** Throws an `Error` when the event cannot stand at this place. Events of unknown types are passed over. */
  add(event: RawMessageStreamEvent): ProgressEvent | null;
  /** null until the terminal event came. */
  readonly answer: AnthropicAnswer | null;
}

/** A content block while it grows. */
interface OpenBlock {
  block: ContentBlock;
  /** Text, thinking, or the arguments as the model wrote them: the SDK's own reading mends what is cut off. */
  text: string;
  signature: string;
  isClosed: boolean;
}

/**
 * Puts an answer together from its events, strictly in order. The SDK's helper is not used, because it fails the
 * whole answer over one malformed tool call, and turns a cut-off call into a complete one.
 */
export function readAnswer(modelId: string): AnthropicAnswerReader {
  const blocks: OpenBlock[] = [];
  let start: Message | null = null;
  let counts: Counts = {};
  let stop: FinishReason | null = null;
  let answer: AnthropicAnswer | null = null;

  const current = (index: number): OpenBlock => {
    const open = blocks[index];
    if (open === undefined || index !== blocks.length - 1 || open.isClosed)
      throw new Error(`the stream's events are out of order: block ${index} is not open`);
    return open;
  };
  const add = (event: RawMessageStreamEvent): ProgressEvent | null => {
    if (answer !== null) throw new Error('the stream went on after its end');
    if (event.type === 'message_start') {
      if (start !== null) throw new Error('the stream began twice');
      start = event.message;
      counts = mergeCounts({}, event.message.usage);
      return null;
    }
    if (!knownTypes.has(event.type)) return null;
    if (start === null) throw new Error(`the stream began with ${event.type}`);
    switch (event.type) {
      case 'content_block_start':
        if (event.index !== blocks.length || blocks.at(-1)?.isClosed === false)
          throw new Error(`the stream's events are out of order: block ${event.index} begins`);
        blocks.push({ block: event.content_block, text: '', signature: '', isClosed: false });
        return event.content_block.type === 'tool_use'
          ? { type: 'tool-call', text: event.content_block.name }
          : null;
      case 'content_block_delta':
        return grow(current(event.index), event.delta);
      case 'content_block_stop':
        current(event.index).isClosed = true;
        return null;
      case 'message_delta':
        stop = finishReason(event.delta) ?? stop;
        counts = mergeCounts(counts, event.usage);
        return null;
      case 'message_stop':
        if (blocks.at(-1)?.isClosed === false) throw new Error('the stream ended within a block');
        if (stop === null) throw new Error('the stream ended without a stop reason');
        answer = {
          parts: blocks.flatMap((block) => toPart(block, modelId)),
          finishReason: stop,
          usage: toUsage(counts),
          modelId: start.model ?? null,
        };
        return null;
    }
  };
  return {
    add,
    get answer() {
      return answer;
    },
  };
}

const knownTypes = new Set<string>([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);

function grow(open: OpenBlock, delta: RawContentBlockDelta): ProgressEvent | null {
  switch (delta.type) {
    case 'text_delta':
      open.text += delta.text;
      return { type: 'text', text: delta.text };
    case 'thinking_delta':
      open.text += delta.thinking;
      return { type: 'reasoning', text: delta.thinking };
    case 'input_json_delta':
      open.text += delta.partial_json;
      return { type: 'tool-call', text: '' };
    case 'signature_delta':
      open.signature = delta.signature;
      return { type: 'reasoning', text: '' };
    default:
      return null;
  }
}

function toPart(open: OpenBlock, modelId: string): AssistantPart[] {
  const { block } = open;
  const opaque = (data: unknown) => ({ provider: 'anthropic' as const, modelId, data });
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text + open.text, opaque: null }];
    case 'thinking': {
      const text = block.thinking + open.text;
      const signature = open.signature || block.signature;
      return [{ type: 'reasoning', text, opaque: opaque({ ...block, thinking: text, signature }) }];
    }
    case 'redacted_thinking':
      return [{ type: 'reasoning', text: '', opaque: opaque(block) }];
    case 'tool_use': {
      const { id, name, input, type: _, ...rest } = block;
      const given = open.text === '' ? JSON.stringify(input ?? {}) : open.text;
      return [{ type: 'tool-call', id, name, arguments: parseToolArguments(given), opaque: opaque(rest) }];
    }
    default:
      return [];
  }
}

const finishReasons: Record<string, UnifiedFinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refusal',
};

function finishReason(delta: RawMessageDeltaEvent.Delta): FinishReason | null {
  const { stop_reason: raw, stop_details: details } = delta;
  if (raw === null || raw === undefined) return null;
  const detail = [details?.category, details?.explanation].filter(Boolean).join(': ');
  return { unified: finishReasons[raw] ?? 'other', raw, ...(detail === '' ? {} : { detail }) };
}

interface Counts {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  output_tokens_details?: { thinking_tokens: number } | null;
}

/** Later counts are totals that replace earlier ones; those that do not apply are left out or null. */
function mergeCounts(before: Counts, after: Counts | null | undefined): Counts {
  const given = Object.entries(after ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

/** This vendor's input does not contain what went through the cache; its output contains the thinking. */
function toUsage(counts: Counts): Usage {
  return {
    input: counts.input_tokens ?? null,
    cacheRead: counts.cache_read_input_tokens ?? null,
    cacheWrite: counts.cache_creation_input_tokens ?? null,
    output: counts.output_tokens ?? null,
    reasoning: counts.output_tokens_details?.thinking_tokens ?? null,
  };
}
