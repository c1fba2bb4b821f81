import type { Cause } from '../../domain/cause.ts';
import type { ProviderId } from '../../domain/reviewer.ts';
import type { GenerateRequest, GenerateResult, LanguageModel, ToolResult } from '../language-model.ts';
import { ProviderError, type ProviderErrorKind, type TimeoutStage } from '../provider-error.ts';

/** What a recorded model did at one request: answered, or failed for good. */
export type RecordedStep = { type: 'answer'; result: GenerateResult } | { type: 'error'; cause: Cause };

/** What a tool answered when the session was recorded. */
export interface RecordedToolAnswer {
  turn: number;
  callId: string;
  tool: string;
  text: string;
  isError: boolean;
}

/** A tool answers otherwise than it did when the session was recorded, or was not called again. */
export interface ReplayDifference {
  turn: number;
  callId: string;
  tool: string;
  recorded: string;
  /** null: the recorded call has no answer now. */
  live: string | null;
}

export interface ReplayModelInput {
  provider: ProviderId;
  modelId: string;
  steps: readonly RecordedStep[];
  answers: readonly RecordedToolAnswer[];
  onDifference: (difference: ReplayDifference) => void;
}

/**
 * A model that says again what it said in a recorded session, whatever it is told; the tools' live answers are
 * compared with the recorded ones. Beyond the recording's end it fails with the kind `protocol`.
 */
export function createReplayModel(input: ReplayModelInput): LanguageModel {
  const { provider, modelId, steps } = input;
  const recorded = new Map(input.answers.map((answer) => [answer.callId, answer]));
  let next = 0;
  return {
    provider,
    modelId,
    async generate(request, { signal }) {
      signal.throwIfAborted();
      compareAnswers(request, recorded, input.onDifference);
      const step = steps[next];
      next += 1;
      if (step?.type === 'answer') return structuredClone(step.result);
      if (step?.type === 'error') throw restoreError(step.cause, provider, modelId);
      throw new ProviderError('the recorded session ends here, and the model is asked again', {
        provider,
        modelId,
        kind: 'protocol',
        isRetryable: false,
      });
    },
  };
}

function compareAnswers(
  request: GenerateRequest,
  recorded: Map<string, RecordedToolAnswer>,
  onDifference: (difference: ReplayDifference) => void,
): void {
  const last = request.messages.at(-1);
  const results: readonly ToolResult[] = last?.role === 'tool' ? last.results : [];
  for (const result of results) {
    const answer = recorded.get(result.callId);
    if (answer === undefined) continue;
    recorded.delete(result.callId);
    if (answer.text !== result.text || answer.isError !== result.isError)
      onDifference({
        turn: answer.turn,
        callId: answer.callId,
        tool: answer.tool,
        recorded: answer.text,
        live: result.text,
      });
  }
}

function restoreError(cause: Cause, provider: ProviderId, modelId: string): ProviderError {
  const stage = /^timeout-(.+)$/.exec(cause.code)?.[1];
  return new ProviderError(cause.message, {
    provider,
    modelId,
    kind: stage === undefined ? (cause.code as ProviderErrorKind) : 'timeout',
    ...(stage === undefined ? {} : { timeout: stage as TimeoutStage }),
    isRetryable: false,
  });
}
