import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage,
} from 'openai/resources/responses/responses.mjs';
import type { Usage } from '../../domain/usage.ts';
import type { AssistantPart, FinishReason, ProgressEvent } from '../language-model.ts';
import { parseToolArguments } from '../tool-arguments.ts';

export interface OpenAiAnswer {
  parts: AssistantPart[];
  finishReason: FinishReason;
  usage: Usage;
  modelId: string | null;
}

/** The vendor said within the stream that it failed. */
export class ResponseFailure extends Error {
  readonly code: string;
  readonly parameter: string | null;

  constructor(failure: { code: string | null; message: string; parameter: string | null }) {
    super(failure.message);
    this.name = 'ResponseFailure';
    this.code = failure.code ?? '';
    this.parameter = failure.parameter;
  }
}

export interface OpenAiAnswerReader {
  /** Throws a `ResponseFailure`, or an `Error` when the events are out of order. Unknown events are passed over. */
  add(event: ResponseStreamEvent): ProgressEvent | null;
  /** null until the terminal event came. */
  readonly answer: OpenAiAnswer | null;
}

/** Waits for the terminal event, which holds the whole answer; what comes before it is progress. */
export function readAnswer(modelId: string): OpenAiAnswerReader {
  const finished: ResponseOutputItem[] = [];
  let lastNumber = -1;
  let answer: OpenAiAnswer | null = null;

  const checkOrder = (event: { sequence_number?: number }) => {
    const number = event.sequence_number;
    if (typeof number !== 'number') return;
    if (number <= lastNumber) throw new Error(`the stream's events are out of order at ${number}`);
    lastNumber = number;
  };
  const add = (event: ResponseStreamEvent): ProgressEvent | null => {
    checkOrder(event);
    switch (event.type) {
      case 'error':
        throw new ResponseFailure({ code: event.code, message: event.message, parameter: event.param });
      case 'response.failed':
        throw failureOf(event.response);
      case 'response.output_item.added':
        return event.item.type === 'function_call' ? { type: 'tool-call', text: event.item.name } : null;
      case 'response.output_item.done':
        finished.push(event.item);
        return { type: 'text', text: '' };
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return { type: 'text', text: event.delta };
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return { type: 'reasoning', text: event.delta };
      case 'response.function_call_arguments.delta':
        return { type: 'tool-call', text: '' };
      case 'response.completed':
      case 'response.incomplete':
        answer = toAnswer({ response: event.response, finished, modelId });
        return null;
      default:
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

function failureOf(response: Response): ResponseFailure {
  return new ResponseFailure({
    code: response.error?.code ?? null,
    message: response.error?.message ?? 'the response failed without saying why',
    parameter: null,
  });
}

function toAnswer(input: {
  response: Response;
  finished: readonly ResponseOutputItem[];
  modelId: string;
}): OpenAiAnswer {
  const { response, finished, modelId } = input;
  // Some gateways leave the final list empty.
  const output = (response.output ?? []).length > 0 ? response.output : finished;
  return {
    parts: output.flatMap((item) => toPart(item, modelId)),
    finishReason: finishReason(response, output),
    usage: toUsage(response.usage),
    modelId: response.model ?? null,
  };
}

function toPart(item: ResponseOutputItem, modelId: string): AssistantPart[] {
  const opaque = { provider: 'openai' as const, modelId, data: item };
  switch (item.type) {
    case 'reasoning':
      return [{ type: 'reasoning', text: (item.summary ?? []).map((one) => one.text).join('\n\n'), opaque }];
    case 'message': {
      const text = item.content.map((part) => (part.type === 'output_text' ? part.text : part.refusal));
      return [{ type: 'text', text: text.join(''), opaque }];
    }
    case 'function_call': {
      const isCut = item.status === 'incomplete';
      return [
        {
          type: 'tool-call',
          id: item.call_id,
          name: item.name,
          arguments: isCut
            ? { outcome: 'malformed', text: item.arguments }
            : parseToolArguments(item.arguments),
          opaque,
        },
      ];
    }
    default:
      return [];
  }
}

function finishReason(response: Response, output: readonly ResponseOutputItem[]): FinishReason {
  if (response.status === 'incomplete') {
    const raw = response.incomplete_details?.reason ?? 'incomplete';
    const unified = raw === 'max_output_tokens' ? 'length' : raw === 'content_filter' ? 'safety' : 'other';
    return { unified, raw };
  }
  const raw = response.status ?? 'completed';
  if (output.some((item) => item.type === 'function_call')) return { unified: 'tool-calls', raw };
  const isRefusal = output.some(
    (item) => item.type === 'message' && item.content.some((part) => part.type === 'refusal'),
  );
  if (isRefusal) return { unified: 'refusal', raw: 'refusal' };
  return { unified: raw === 'completed' ? 'stop' : 'other', raw };
}

/** This vendor's input contains what went through the cache; models that report no writes bill them as input. */
function toUsage(usage: ResponseUsage | undefined): Usage {
  const details: Partial<ResponseUsage.InputTokensDetails> | undefined = usage?.input_tokens_details;
  const cacheRead = details?.cached_tokens ?? null;
  const cacheWrite = cacheRead === null ? null : (details?.cache_write_tokens ?? 0);
  const total = usage?.input_tokens ?? null;
  return {
    input: total === null ? null : Math.max(0, total - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    cacheRead,
    cacheWrite,
    output: usage?.output_tokens ?? null,
    reasoning: usage?.output_tokens_details?.reasoning_tokens ?? null,
  };
}
