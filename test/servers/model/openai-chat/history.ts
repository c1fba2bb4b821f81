import { asArray, isJson, type Json, onlyFields } from '../json.ts';
import type { ServedModel } from '../models.ts';
import { checkMaximum, findModel, toolRules } from '../openai/check-fields.ts';
import { invalid } from '../refusal.ts';
import { checkNamesUnique, checkTool } from '../schema-rules.ts';
import type { ModelLookup } from '../wire.ts';

const fields = [
  'model',
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'seed',
  'stop',
  'n',
  'stream',
  'stream_options',
  'reasoning_effort',
  'response_format',
];

/** Everything of a Chat Completions request but its messages. */
export function checkFields(body: Json, find: ModelLookup): { model: ServedModel; toolNames: string[] } {
  onlyFields(body, fields, '');
  const model = findModel(body, find);
  checkMaximum(body.max_tokens, 'max_tokens', model);
  const effort = body.reasoning_effort;
  if (effort !== undefined && !model.efforts.includes(String(effort)))
    throw invalid(`Unsupported value: '${String(effort)}'.`, 'reasoning_effort', 'unsupported_value');
  const names = asArray(body.tools).map((tool, at) => {
    const where = `tools[${at}].function`;
    if (!isJson(tool) || tool.type !== 'function' || !isJson(tool.function))
      throw invalid(`Missing required parameter: '${where}'.`, where);
    onlyFields(tool, ['type', 'function'], `tools[${at}]`);
    onlyFields(tool.function, ['name', 'description', 'parameters', 'strict'], where);
    return checkTool({
      name: tool.function.name,
      schema: tool.function.parameters,
      where: `${where}.parameters`,
      rules: toolRules,
    });
  });
  checkNamesUnique(names);
  return { model, toolNames: names };
}

const messageFields: Record<string, readonly string[]> = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'tool_calls', 'refusal', 'reasoning_content', 'reasoning'],
  tool: ['role', 'content', 'tool_call_id'],
};

/** The messages: roles, and every call answered right after it. */
export function readMessages(value: unknown): Json[] {
  const messages = asArray(value).map((message, at) => {
    const where = `messages[${at}]`;
    const allowed = isJson(message) ? messageFields[String(message.role)] : undefined;
    if (!isJson(message) || allowed === undefined) throw invalid(`Invalid value: '${where}.role'.`, where);
    onlyFields(message, allowed, where);
    if (message.role === 'assistant' && !message.content && asArray(message.tool_calls).length === 0)
      throw invalid(`Invalid '${where}': an assistant message needs content or tool_calls.`, where);
    return message;
  });
  if (!messages.some((message) => message.role === 'user'))
    throw invalid("Missing a user message in 'messages'.", 'messages');
  if (messages.at(-1)?.role === 'assistant')
    throw invalid("The last message must not be from the 'assistant'.", 'messages');
  checkPairs(messages);
  return messages;
}

function checkPairs(messages: readonly Json[]): void {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      const id = String(message.tool_call_id);
      if (!open.includes(id))
        throw invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          'messages',
        );
      open = open.filter((one) => one !== id);
      continue;
    }
    if (open.length > 0)
      throw invalid(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${open.join(', ')}`,
        'messages',
      );
    open = asArray(message.tool_calls).map((call) => readCall(call));
  }
  if (open.length > 0)
    throw invalid(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${open.join(', ')}`,
      'messages',
    );
}

/** Servers parse the arguments to put them into the model's own format. */
function readCall(call: unknown): string {
  if (!isJson(call) || !isJson(call.function) || typeof call.id !== 'string')
    throw invalid('Invalid tool call.', 'messages');
  try {
    JSON.parse(String(call.function.arguments));
  } catch {
    throw invalid(`Invalid JSON in the arguments of tool call ${call.id}.`, 'messages');
  }
  return call.id;
}
