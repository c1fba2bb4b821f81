import type { Vendor } from '../../servers/model/script.ts';

/** What a request's bytes are spent on. */
export interface BodyParts {
  tools: number;
  system: number;
  /** The message with the diff. */
  'first message': number;
  /** Summaries, signatures, encrypted reasoning. */
  reasoning: number;
  /** Arguments of tool calls, and ids. */
  calls: number;
  'tool answers': number;
  /** Other texts of the model and reminders of ours. */
  texts: number;
  /** All else: field names, brackets, settings. */
  rest: number;
}

type Kind = Exclude<keyof BodyParts, 'rest'>;
type Json = Record<string, unknown>;

/** Counts the bytes of one request's body by what they are. */
export function explainBody(vendor: Vendor, body: Json, bytes: number): BodyParts {
  const parts: BodyParts = {
    tools: sizeOf(body.tools),
    system: sizeOf(body.system ?? body.instructions ?? body.systemInstruction),
    'first message': 0,
    reasoning: 0,
    calls: 0,
    'tool answers': 0,
    texts: 0,
    rest: 0,
  };
  let isFirst = true;
  for (const [kind, value] of pieces[vendor](body)) {
    const isDiff = isFirst && kind === 'texts';
    if (isDiff) isFirst = false;
    parts[isDiff ? 'first message' : kind] += sizeOf(value);
  }
  parts.rest = bytes - Object.values(parts).reduce((sum, size) => sum + size, 0);
  return parts;
}

const pieces: Record<Vendor, (body: Json) => [Kind, unknown][]> = {
  anthropic: (body) =>
    list(body.messages)
      .flatMap((message) => list(message.content))
      .map((block) => [anthropicKinds[String(block.type)] ?? 'texts', block]),
  openai: (body) => list(body.input).map((item) => [openaiKinds[String(item.type)] ?? 'texts', item]),
  google: (body) =>
    list(body.contents)
      .flatMap((content) => list(content.parts))
      .map((part) => [googleKind(part), part]),
  'openai-chat': (body) => list(body.messages).flatMap(chatPieces),
};

const anthropicKinds: Record<string, Kind> = {
  thinking: 'reasoning',
  redacted_thinking: 'reasoning',
  tool_use: 'calls',
  tool_result: 'tool answers',
};
const openaiKinds: Record<string, Kind> = {
  reasoning: 'reasoning',
  function_call: 'calls',
  function_call_output: 'tool answers',
};

function googleKind(part: Json): Kind {
  if (part.thought === true) return 'reasoning';
  if (part.functionCall !== undefined) return 'calls';
  return part.functionResponse === undefined ? 'texts' : 'tool answers';
}

function chatPieces(message: Json): [Kind, unknown][] {
  if (message.role === 'system') return [['system', message]];
  if (message.role === 'tool') return [['tool answers', message]];
  if (message.role === 'user') return [['texts', message]];
  return [
    ['reasoning', message.reasoning_content],
    ['calls', message.tool_calls],
    ...(typeof message.content === 'string' ? [['texts', message.content] as [Kind, unknown]] : []),
  ];
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
