import type {
  AssistantPart,
  FinishReason,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  ToolArguments,
  UnifiedFinishReason,
} from '../../src/provider/language-model.ts';
import { ProviderError } from '../../src/provider/provider-error.ts';

/** One answer of a scripted model: a result, an error to reject with, or what to make of the request. */
export type ScriptedTurn =
  | GenerateResult
  | Error
  | ((request: GenerateRequest, options: GenerateOptions) => Promise<GenerateResult> | GenerateResult);

/** A model that answers from a list and keeps what it was asked. A request beyond the list is an error. */
export class ScriptedModel implements LanguageModel {
  readonly provider = 'anthropic';
  readonly modelId = 'scripted';
  readonly requests: GenerateRequest[] = [];
  private readonly turns: ScriptedTurn[];

  constructor(turns: readonly ScriptedTurn[]) {
    this.turns = [...turns];
  }

  async generate(request: GenerateRequest, options: GenerateOptions): Promise<GenerateResult> {
    this.requests.push({ ...request, messages: [...request.messages] });
    if (options.signal.aborted) throw this.error('cancelled', 'cancelled');
    const turn = this.turns.shift();
    if (turn === undefined) throw new Error(`the script has no turn ${this.requests.length}`);
    if (turn instanceof Error) throw turn;
    return typeof turn === 'function' ? turn(request, options) : turn;
  }

  error(kind: ProviderError['kind'], message: string, more: { timeout?: 'idle' } = {}): ProviderError {
    return new ProviderError(message, { provider: this.provider, modelId: this.modelId, kind, ...more });
  }
}

export interface CallSketch {
  name: string;
  /** A text is malformed. */
  arguments?: Record<string, unknown> | string;
  id?: string;
}

let calls = 0;

/** An answer that calls tools; with a text or thinking before them where given. */
export function callTools(
  sketches: readonly CallSketch[],
  more: { text?: string; thinking?: string; finish?: UnifiedFinishReason } = {},
): GenerateResult {
  const parts: AssistantPart[] = sketches.map((sketch) => {
    calls += 1;
    return {
      type: 'tool-call',
      id: sketch.id ?? `call-${calls}`,
      name: sketch.name,
      arguments: asArguments(sketch.arguments),
      opaque: null,
    };
  });
  return answer([...leading(more), ...parts], more.finish ?? 'tool-calls');
}

/** An answer of text alone; nothing at all for an empty one. */
export function say(text: string, finish: UnifiedFinishReason = 'stop'): GenerateResult {
  return answer(leading({ text }), finish);
}

function leading({ text = '', thinking = '' }: { text?: string; thinking?: string }): AssistantPart[] {
  const opaque = {
    provider: 'anthropic' as const,
    modelId: 'scripted',
    data: { signature: `of ${thinking}` },
  };
  return [
    ...(thinking === '' ? [] : [{ type: 'reasoning' as const, text: thinking, opaque }]),
    ...(text === '' ? [] : [{ type: 'text' as const, text, opaque: null }]),
  ];
}

function answer(parts: AssistantPart[], unified: UnifiedFinishReason): GenerateResult {
  const finishReason: FinishReason = { unified, raw: `raw-${unified}` };
  const usage = { input: 100, cacheRead: 10, cacheWrite: 1, output: 20, reasoning: 5 };
  return { parts, finishReason, usage, requestId: null, modelId: 'scripted' };
}

function asArguments(given: CallSketch['arguments']): ToolArguments {
  if (typeof given === 'string') return { outcome: 'malformed', text: given };
  return { outcome: 'parsed', value: given ?? {} };
}
