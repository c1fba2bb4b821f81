import { createHash } from 'node:crypto';
import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseInput,
  ResponseInputItem,
} from 'openai/resources/responses/responses.mjs';
import type { Reasoning } from 'openai/resources/shared.mjs';
import { hasContent } from '../has-content.ts';
import type {
  AssistantMessage,
  AssistantPart,
  GenerateRequest,
  Message,
  ToolCallPart,
  ToolDefinition,
} from '../language-model.ts';
import { isRecord } from '../tool-arguments.ts';
import { withoutDialect } from '../tool-schema.ts';

export interface ToRequestOptions {
  modelId: string;
  /** Whether to ask for summaries of the reasoning; some accounts may not. */
  summaries: boolean;
}

/** The body of `POST /v1/responses`. Nothing is stored at the vendor: reasoning comes back to us, encrypted. */
export function toRequest(
  request: GenerateRequest,
  options: ToRequestOptions,
): ResponseCreateParamsStreaming {
  const instructions = request.system.map((block) => block.text).join('\n\n');
  const reasoning = toReasoning(request.effort, options.summaries);
  return {
    model: options.modelId,
    stream: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    max_output_tokens: request.maxOutputTokens,
    input: request.messages.flatMap((message) => toItems(message, options.modelId)),
    ...(instructions === '' ? {} : { instructions }),
    ...(request.tools.length > 0 ? { tools: request.tools.map(toTool) } : {}),
    ...(Object.keys(reasoning).length > 0 ? { reasoning } : {}),
    ...(request.cacheKey === null ? {} : { prompt_cache_key: shortKey(request.cacheKey) }),
  };
}

function toReasoning(effort: string | null, summaries: boolean): Reasoning {
  return {
    ...(effort === null ? {} : { effort: effort as Reasoning['effort'] & string }),
    ...(summaries && effort !== 'none' ? { summary: 'auto' as const } : {}),
  };
}

/** The vendor takes 64 characters. */
function shortKey(key: string): string {
  return key.length <= 64 ? key : createHash('sha256').update(key).digest('hex');
}

/** Not `strict`: that would forbid optional arguments. What comes is checked anyway. */
function toTool(tool: ToolDefinition): FunctionTool {
  return {
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: withoutDialect(tool.inputSchema),
    strict: false,
  };
}

function toItems(message: Message, modelId: string): ResponseInput {
  if (message.role === 'user') return [{ role: 'user', content: message.text }];
  if (message.role === 'tool')
    return message.results.map((result) => ({
      type: 'function_call_output',
      call_id: result.callId,
      output: result.text,
    }));
  return hasContent(message) ? toOutputItems(message, modelId) : [];
}

/** An item's id points at the reasoning it came with; without that reasoning it must go, too. */
function toOutputItems(message: AssistantMessage, modelId: string): ResponseInputItem[] {
  const own = (part: AssistantPart) =>
    part.opaque?.provider === 'openai' && part.opaque.modelId === modelId && isRecord(part.opaque.data)
      ? part.opaque.data
      : null;
  const hasReasoning = message.parts.some((part) => part.type === 'reasoning' && own(part) !== null);
  return message.parts.flatMap((part): ResponseInputItem[] => {
    const item = own(part);
    if (part.type === 'reasoning') return item === null ? [] : [item as unknown as ResponseInputItem];
    if (part.type === 'tool-call') return [toCallItem({ part, item, keepId: hasReasoning })];
    if (item !== null && hasReasoning) return [item as unknown as ResponseInputItem];
    return part.text === '' ? [] : [{ role: 'assistant', content: part.text }];
  });
}

function toCallItem(input: {
  part: ToolCallPart;
  item: Record<string, unknown> | null;
  keepId: boolean;
}): ResponseInputItem {
  const { part, item, keepId } = input;
  const { id, ...rest } = item ?? {};
  return {
    ...rest,
    ...(keepId && typeof id === 'string' ? { id } : {}),
    type: 'function_call',
    call_id: part.id,
    name: part.name,
    // The vendor's own text where there is one, so that the prefix stays the same byte for byte.
    arguments: typeof rest.arguments === 'string' ? rest.arguments : argumentsText(part),
  };
}

function argumentsText(part: ToolCallPart): string {
  return part.arguments.outcome === 'parsed' ? JSON.stringify(part.arguments.value) : part.arguments.text;
}
