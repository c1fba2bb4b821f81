import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions.mjs';
import { hasContent } from '../has-content.ts';
import type { AssistantMessage, GenerateRequest, Message, ToolDefinition } from '../language-model.ts';
import { argumentsAsObject, isRecord } from '../tool-arguments.ts';
import { withoutDialect } from '../tool-schema.ts';

/** The body of `POST /chat/completions`, with nothing in it that only the newest servers know. */
export function toRequest(request: GenerateRequest, modelId: string): ChatCompletionCreateParamsStreaming {
  const system = request.system.map((block) => block.text).join('\n\n');
  // Reasoning belongs to the tool loop that is running; servers drop or refuse that of earlier turns.
  const loopStart = request.messages.findLastIndex((message) => message.role === 'user');
  return {
    model: modelId,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.maxOutputTokens,
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...request.messages.flatMap((message, at) =>
        toMessages({ message, modelId, keepsReasoning: at > loopStart }),
      ),
    ],
    ...(request.tools.length > 0 ? { tools: request.tools.map(toTool) } : {}),
    ...(request.effort === null
      ? {}
      : {
          reasoning_effort: request.effort as ChatCompletionCreateParamsStreaming['reasoning_effort'] &
            string,
        }),
  };
}

function toTool(tool: ToolDefinition): ChatCompletionFunctionTool {
  return {
    type: 'function',
    function: {
      name: tool.name,
      description: tool.description,
      parameters: withoutDialect(tool.inputSchema),
    },
  };
}

function toMessages(input: {
  message: Message;
  modelId: string;
  keepsReasoning: boolean;
}): ChatCompletionMessageParam[] {
  const { message } = input;
  if (message.role === 'user') return [{ role: 'user', content: message.text }];
  if (message.role === 'tool')
    return message.results.map((result) => ({
      role: 'tool',
      tool_call_id: result.callId,
      content: result.text,
    }));
  const assistant = toAssistant({ ...input, message });
  return assistant === null ? [] : [assistant];
}

function toAssistant(input: {
  message: AssistantMessage;
  modelId: string;
  keepsReasoning: boolean;
}): ChatCompletionAssistantMessageParam | null {
  const { message, modelId, keepsReasoning } = input;
  const text = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = message.parts.flatMap((part) =>
    part.type !== 'tool-call'
      ? []
      : [
          {
            type: 'function' as const,
            id: part.id,
            // Servers parse these: what was malformed would make them fail.
            function: { name: part.name, arguments: JSON.stringify(argumentsAsObject(part.arguments)) },
          },
        ],
  );
  if (!hasContent(message)) return null;
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(keepsReasoning ? reasoningFields(message, modelId) : {}),
  };
}

/** Under the name that the server itself used. */
function reasoningFields(message: AssistantMessage, modelId: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of message.parts) {
    if (part.type !== 'reasoning' || part.opaque?.provider !== 'openai-compatible') continue;
    const { data } = part.opaque;
    if (part.opaque.modelId !== modelId || !isRecord(data) || typeof data.field !== 'string') continue;
    fields[data.field] = (fields[data.field] ?? '') + part.text;
  }
  return fields;
}
