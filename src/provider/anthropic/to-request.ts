import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  OutputConfig,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.mjs';
import { hasContent } from '../has-content.ts';
import type {
  AssistantPart,
  GenerateRequest,
  Message,
  SystemBlock,
  ToolDefinition,
  ToolResult,
} from '../language-model.ts';
import { argumentsAsObject, isRecord } from '../tool-arguments.ts';
import { withoutDialect } from '../tool-schema.ts';

/** The body of `POST /v1/messages`. Thinking always comes as summaries, because silence cannot be told from a stall. */
export function toRequest(request: GenerateRequest, modelId: string): MessageCreateParamsStreaming {
  const system = toSystem(request.system);
  return {
    model: modelId,
    max_tokens: request.maxOutputTokens,
    stream: true,
    thinking: { type: 'adaptive', display: 'summarized' },
    messages: toMessages(request.messages, modelId),
    ...(system.length > 0 ? { system } : {}),
    ...(request.tools.length > 0 ? { tools: request.tools.map(toTool) } : {}),
    // The vendor's words grow with its models; it refuses those it does not know.
    ...(request.effort === null
      ? {}
      : { output_config: { effort: request.effort as OutputConfig['effort'] & string } }),
  };
}

const breakpoint = { cache_control: { type: 'ephemeral' } } as const;

/** Empty text is refused. A cache covers the tools and all system blocks up to its breakpoint. */
function toSystem(blocks: readonly SystemBlock[]): TextBlockParam[] {
  const filled = blocks.filter((block) => block.text.trim() !== '');
  const marked = filled.findLastIndex((block) => block.endsStablePrefix);
  const last = marked < 0 ? filled.length - 1 : marked;
  return filled.map((block, at) => ({
    type: 'text',
    text: block.text,
    ...(at === last ? breakpoint : {}),
  }));
}

function toTool(tool: ToolDefinition): Tool {
  return {
    name: tool.name,
    description: tool.description,
    input_schema: { ...withoutDialect(tool.inputSchema), type: 'object' },
  };
}

interface Turn {
  role: 'user' | 'assistant';
  content: ContentBlockParam[];
}

function toMessages(messages: readonly Message[], modelId: string): MessageParam[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = toContent(message, modelId);
    const last = turns.at(-1);
    // Where an answer is left out, the messages around it are one.
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  markCacheEnds(turns);
  return turns;
}

/**
 * The end of this request, and the end of the one before it: a turn with more blocks than the vendor looks back over
 * would otherwise find nothing of the conversation in the cache. And the first message, which is the longest: it stays
 * in the cache when what follows it is shortened. With the system's that is four, the most there may be.
 */
function markCacheEnds(turns: Turn[]): void {
  const users = turns.filter((turn) => turn.role === 'user');
  for (const block of [users[0]?.content[0], ...users.slice(-2).map((turn) => turn.content.at(-1))])
    if (block?.type === 'text' || block?.type === 'tool_result') Object.assign(block, breakpoint);
}

function toContent(message: Message, modelId: string): ContentBlockParam[] {
  if (message.role === 'user')
    return [{ type: 'text', text: message.text.trim() === '' ? '(empty)' : message.text }];
  if (message.role === 'tool') return message.results.map(toToolResult);
  return hasContent(message) ? message.parts.flatMap((part) => toBlock(part, modelId)) : [];
}

function toToolResult(result: ToolResult): ToolResultBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: result.callId,
    ...(result.text.trim() === '' ? {} : { content: [{ type: 'text', text: result.text }] }),
    ...(result.isError ? { is_error: true } : {}),
  };
}

function toBlock(part: AssistantPart, modelId: string): ContentBlockParam[] {
  const own =
    part.opaque?.provider === 'anthropic' && part.opaque.modelId === modelId ? part.opaque.data : null;
  if (part.type === 'text') return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
  // What the vendor signed goes back as it came; another model's thinking means nothing to this one.
  if (part.type === 'reasoning') return own === null ? [] : [own as ContentBlockParam];
  return [
    {
      ...(isRecord(own) ? own : {}),
      type: 'tool_use',
      id: part.id,
      name: part.name,
      input: argumentsAsObject(part.arguments),
    },
  ];
}
