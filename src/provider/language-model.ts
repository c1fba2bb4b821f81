import type { ProviderId } from '../domain/reviewer.ts';
import type { Usage } from '../domain/usage.ts';

/**
 * What only the vendor understands: signatures, encrypted reasoning, item ids. Plain JSON, kept and sent back
 * untouched, and only to the model that made it.
 */
export interface OpaqueData {
  provider: ProviderId;
  modelId: string;
  data: unknown;
}

export interface TextPart {
  type: 'text';
  text: string;
  opaque: OpaqueData | null;
}

/** The model's thinking. `text` is a summary for people and may be empty. */
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  opaque: OpaqueData | null;
}

/** `malformed`: not one JSON object, or cut off; never to be executed. `text` is what the model wrote. */
export type ToolArguments =
  | { outcome: 'parsed'; value: Record<string, unknown> }
  | { outcome: 'malformed'; text: string };

export interface ToolCallPart {
  type: 'tool-call';
  /** Unique within the conversation. */
  id: string;
  name: string;
  arguments: ToolArguments;
  opaque: OpaqueData | null;
}

export type AssistantPart = TextPart | ReasoningPart | ToolCallPart;

export interface UserMessage {
  role: 'user';
  text: string;
}

export interface AssistantMessage {
  role: 'assistant';
  parts: readonly AssistantPart[];
}

export interface ToolResult {
  callId: string;
  name: string;
  text: string;
  isError: boolean;
}

/** The answers to the calls of the assistant message just before it: all of them, in one message. */
export interface ToolMessage {
  role: 'tool';
  results: readonly ToolResult[];
}

export type Message = UserMessage | AssistantMessage | ToolMessage;

export interface SystemBlock {
  text: string;
  /** True on the last block that is the same in many conversations: a cache may end here. */
  endsStablePrefix: boolean;
}

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of an object. What a vendor does not understand is left out for it. */
  inputSchema: Record<string, unknown>;
}

/** One turn. The model chooses freely whether to call tools: not every model can be forced. */
export interface GenerateRequest {
  system: readonly SystemBlock[];
  /** Starts with a user message and ends with a user or tool message. Only ever appended to: see `forgetReasoning`. */
  messages: readonly Message[];
  tools: readonly ToolDefinition[];
  maxOutputTokens: number;
  /** The vendor's own word for how hard to think; null leaves the vendor's default. */
  effort: string | null;
  /** Same value for requests that share a prefix; helps vendors that route by it. */
  cacheKey: string | null;
}

/** Milliseconds. Each has its own error, `ProviderError.timeout`. */
export interface StreamLimits {
  /** Until the connection stands. */
  connectMs: number;
  /** From there until the first byte of the answer's body. */
  firstByteMs: number;
  /** Between two pieces of the body, whatever they hold. */
  idleMs: number;
  /** Between two pieces of content (text, thinking, arguments); keep-alives do not count. */
  progressMs: number;
  /** For the whole call. */
  deadlineMs: number;
}

/** A piece of the answer as it comes. `text` of a tool call is the tool's name, once. */
export interface ProgressEvent {
  type: 'reasoning' | 'text' | 'tool-call';
  text: string;
}

export interface GenerateOptions {
  signal: AbortSignal;
  limits: StreamLimits;
  /** Must not throw. */
  onProgress?: (event: ProgressEvent) => void;
}

/** `length`: the output limit or the context window cut the answer off. */
export type UnifiedFinishReason =
  | 'stop'
  | 'tool-calls'
  | 'length'
  | 'refusal'
  | 'safety'
  | 'malformed-call'
  | 'other';

export interface FinishReason {
  unified: UnifiedFinishReason;
  /** The vendor's word. */
  raw: string;
  /** What the vendor says about it, where it says more: the policy a refusal rests on, say. */
  detail?: string;
}

/** An answer that came to its end; a stream that broke off is an error, never a short result. */
export interface GenerateResult {
  /** In the order the model wrote them; may be empty. */
  parts: AssistantPart[];
  finishReason: FinishReason;
  usage: Usage;
  requestId: string | null;
  /** The model that answered, as the vendor names it; null when it did not say. */
  modelId: string | null;
}

export interface LanguageModel {
  readonly provider: ProviderId;
  readonly modelId: string;
  /**
   * One request, one answer, no retry. Rejects only with `ProviderError`, within a second of the signal's abort.
   * An answer that refuses or was filtered is a result with that finish reason, because it has a price.
   */
  generate(request: GenerateRequest, options: GenerateOptions): Promise<GenerateResult>;
}
