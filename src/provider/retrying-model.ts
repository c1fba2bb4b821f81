import type { LanguageModel } from './language-model.ts';
import { type RetryClock, type RetryEvent, withRetry } from './retry.ts';

export interface RetryingModelOptions {
  onRetry?: (event: RetryEvent) => void | Promise<void>;
  clock?: RetryClock;
}

/** The same model with the retry policy around it. `limits.deadlineMs` then holds for all tries together. */
export function retryingModel(model: LanguageModel, options: RetryingModelOptions = {}): LanguageModel {
  return {
    provider: model.provider,
    modelId: model.modelId,
    generate: (request, call) =>
      withRetry(
        ({ remainingMs }) =>
          model.generate(request, { ...call, limits: { ...call.limits, deadlineMs: remainingMs } }),
        { signal: call.signal, deadlineMs: call.limits.deadlineMs, ...options },
      ),
  };
}
