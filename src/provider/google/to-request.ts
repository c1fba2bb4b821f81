import type { Content, FunctionDeclaration, GenerateContentConfig, Part, ThinkingLevel } from '@google/genai';
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
import { filterSchema } from '../tool-schema.ts';

export interface GoogleRequest {
  contents: Content[];
  config: GenerateContentConfig;
}

/** What `generateContentStream` takes, apart from the model, the signal and the transport. */
export function toRequest(request: GenerateRequest, modelId: string): GoogleRequest {
  const system = toSystem(request.system);
  const idless = callsWithoutId(request.messages);
  return {
    contents: request.messages.flatMap((message) => toContent({ message, modelId, idless })),
    config: {
      maxOutputTokens: request.maxOutputTokens,
      // Calls are run by the agent, and a long answer is cut visibly rather than fetched in further requests.
      automaticFunctionCalling: { disable: true },
      automaticContinuation: false,
      thinkingConfig: {
        includeThoughts: true,
        ...(request.effort === null ? {} : { thinkingLevel: request.effort.toUpperCase() as ThinkingLevel }),
      },
      ...(system === null ? {} : { systemInstruction: system }),
      ...(request.tools.length > 0
        ? { tools: [{ functionDeclarations: request.tools.map(toDeclaration) }] }
        : {}),
    },
  };
}

function toSystem(blocks: readonly SystemBlock[]): Content | null {
  const parts = blocks.filter((block) => block.text !== '').map((block) => ({ text: block.text }));
  return parts.length === 0 ? null : { parts };
}

/** The keywords the vendor documents; it refuses some of the others. */
const keywords = new Set([
  '$id',
  '$defs',
  '$ref',
  '$anchor',
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
]);

function toDeclaration(tool: ToolDefinition): FunctionDeclaration {
  return {
    name: tool.name,
    description: tool.description,
    parametersJsonSchema: filterSchema(tool.inputSchema, (keyword) => keywords.has(keyword)),
  };
}

/** Calls that the model gave no id: their answers must have none either. */
function callsWithoutId(messages: readonly Message[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const message of messages)
    for (const part of message.role === 'assistant' ? message.parts : [])
      if (part.type === 'tool-call') {
        const raw = part.opaque?.provider === 'google' ? part.opaque.data : null;
        if (isRecord(raw) && isRecord(raw.functionCall) && typeof raw.functionCall.id !== 'string')
          ids.add(part.id);
      }
  return ids;
}

function toContent(input: { message: Message; modelId: string; idless: ReadonlySet<string> }): Content[] {
  const { message, modelId, idless } = input;
  if (message.role === 'user') return [{ role: 'user', parts: [{ text: message.text }] }];
  if (message.role === 'tool')
    return [{ role: 'user', parts: message.results.map((result) => toResponse(result, idless)) }];
  if (!hasContent(message)) return [];
  return [{ role: 'model', parts: message.parts.flatMap((part) => toPart(part, modelId)) }];
}

function toResponse(result: ToolResult, idless: ReadonlySet<string>): Part {
  return {
    functionResponse: {
      ...(idless.has(result.callId) ? {} : { id: result.callId }),
      name: result.name,
      response: result.isError ? { error: result.text } : { output: result.text },
    },
  };
}

/** A part goes back as it came, with its signature; only the call's id is ours to change. */
function toPart(part: AssistantPart, modelId: string): Part[] {
  const isOwn = part.opaque?.provider === 'google' && part.opaque.modelId === modelId;
  const raw = isOwn && isRecord(part.opaque?.data) ? (part.opaque.data as Part) : null;
  if (part.type === 'text') return raw === null ? (part.text === '' ? [] : [{ text: part.text }]) : [raw];
  if (part.type === 'reasoning') return raw === null ? [] : [raw];
  const call = raw?.functionCall;
  if (raw !== null && call !== undefined)
    return [{ ...raw, functionCall: call.id === undefined ? call : { ...call, id: part.id } }];
  return [{ functionCall: { id: part.id, name: part.name, args: argumentsAsObject(part.arguments) } }];
}
