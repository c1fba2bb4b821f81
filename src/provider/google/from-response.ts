import { randomUUID } from 'node:crypto';
import type { Candidate, GenerateContentResponse, Part } from '@google/genai';
import type { Usage } from '../../domain/usage.ts';
import type {
  AssistantPart,
  FinishReason,
  OpaqueData,
  ProgressEvent,
  UnifiedFinishReason,
} from '../language-model.ts';
import { isRecord } from '../tool-arguments.ts';

export interface GoogleAnswer {
  parts: AssistantPart[];
  finishReason: FinishReason;
  usage: Usage;
  modelId: string | null;
  responseId: string | null;
}

export interface GoogleAnswerReader {
  add(chunk: GenerateContentResponse): ProgressEvent[];
  /** An event before the SDK reads it, which loses what the vendor says about the end. */
  addRaw(data: string): void;
  /** To be called when the stream has ended; null when no chunk said why the model stopped. */
  finish(): GoogleAnswer | null;
}

/** Puts an answer together from its chunks. Each chunk may bring parts; the last says why it is the last. */
export function readAnswer(modelId: string): GoogleAnswerReader {
  const parts: AssistantPart[] = [];
  let finishReason: { raw: string; isBlock: boolean; detail: string | undefined } | null = null;
  let usage: GenerateContentResponse['usageMetadata'];
  let modelVersion: string | null = null;
  let responseId: string | null = null;
  let finishMessage: string | undefined;

  const addPart = (part: Part): ProgressEvent | null => {
    const opaque = { provider: 'google' as const, modelId, data: part };
    if (part.functionCall !== undefined) {
      const { id, name, args } = part.functionCall;
      parts.push({
        type: 'tool-call',
        id: id ?? `call-${randomUUID()}`,
        name: name ?? '',
        arguments: { outcome: 'parsed', value: args ?? {} },
        opaque,
      });
      return { type: 'tool-call', text: name ?? '' };
    }
    if (part.text === undefined) return null;
    const type = part.thought === true ? 'reasoning' : 'text';
    appendText({ parts, part: { type, text: part.text, opaque } });
    return { type, text: part.text };
  };
  return {
    addRaw: (data) => {
      finishMessage = finishMessageOf(data) ?? finishMessage;
    },
    add: (chunk) => {
      usage = chunk.usageMetadata ?? usage;
      modelVersion = chunk.modelVersion ?? modelVersion;
      responseId = chunk.responseId ?? responseId;
      const feedback = chunk.promptFeedback;
      if (feedback?.blockReason !== undefined)
        finishReason = { raw: feedback.blockReason, isBlock: true, detail: feedback.blockReasonMessage };
      const candidate: Candidate | undefined = chunk.candidates?.[0];
      const progress = (candidate?.content?.parts ?? []).map(addPart);
      if (candidate?.finishReason !== undefined)
        finishReason = {
          raw: candidate.finishReason,
          isBlock: false,
          detail: finishMessage,
        };
      return progress.filter((event) => event !== null);
    },
    finish: () =>
      finishReason === null
        ? null
        : {
            parts,
            finishReason: unify(finishReason, parts),
            usage: toUsage(usage),
            modelId: modelVersion,
            responseId,
          },
  };
}

function finishMessageOf(data: string): string | undefined {
  if (!data.includes('"finishMessage"')) return undefined;
  try {
    const chunk: unknown = JSON.parse(data);
    const candidates = isRecord(chunk) && Array.isArray(chunk.candidates) ? chunk.candidates : [];
    const message = candidates.filter(isRecord)[0]?.finishMessage;
    return typeof message === 'string' ? message : undefined;
  } catch (error) {
    // What cannot be read here fails the answer when the SDK reads it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Text that came in pieces is one part, unless a piece is signed: signed parts must go back as they are. */
function appendText(input: {
  parts: AssistantPart[];
  part: { type: 'text' | 'reasoning'; text: string; opaque: OpaqueData };
}): void {
  const { parts, part } = input;
  const last = parts.at(-1);
  if (last === undefined || last.type !== part.type || isSigned(last) || isSigned(part)) {
    if (part.text !== '' || isSigned(part)) parts.push(part);
    return;
  }
  const text = last.text + part.text;
  parts[parts.length - 1] = {
    type: part.type,
    text,
    opaque: { ...part.opaque, data: { ...(part.opaque.data as Part), text } },
  };
}

function isSigned(part: AssistantPart): boolean {
  return (part.opaque?.data as Part | undefined)?.thoughtSignature !== undefined;
}

const finishReasons: Record<string, UnifiedFinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'safety',
  RECITATION: 'safety',
  BLOCKLIST: 'safety',
  PROHIBITED_CONTENT: 'safety',
  SPII: 'safety',
  MALFORMED_FUNCTION_CALL: 'malformed-call',
  UNEXPECTED_TOOL_CALL: 'malformed-call',
};

function unify(
  reason: { raw: string; isBlock: boolean; detail: string | undefined },
  parts: readonly AssistantPart[],
): FinishReason {
  const { raw } = reason;
  const detail = reason.detail === undefined ? {} : { detail: reason.detail };
  if (reason.isBlock) return { unified: 'safety', raw, ...detail };
  const unified = finishReasons[raw] ?? 'other';
  const hasCalls = parts.some((part) => part.type === 'tool-call');
  return { unified: unified === 'stop' && hasCalls ? 'tool-calls' : unified, raw, ...detail };
}

/**
 * This vendor leaves out counts that are zero, counts cached input as input, and thinking apart from the answer.
 * Writing to its cache is not counted and costs nothing.
 */
function toUsage(usage: GenerateContentResponse['usageMetadata']): Usage {
  const prompt = usage?.promptTokenCount;
  if (usage === undefined || prompt === undefined)
    return { input: null, cacheRead: null, cacheWrite: null, output: null, reasoning: null };
  const cacheRead = usage.cachedContentTokenCount ?? 0;
  const reasoning = usage.thoughtsTokenCount ?? 0;
  return {
    input: Math.max(0, prompt + (usage.toolUsePromptTokenCount ?? 0) - cacheRead),
    cacheRead,
    cacheWrite: 0,
    output: (usage.candidatesTokenCount ?? 0) + reasoning,
    reasoning,
  };
}
