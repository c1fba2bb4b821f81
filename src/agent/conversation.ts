import { soundUsage } from '../domain/usage.ts';
import type { GenerateRequest, GenerateResult, Message } from '../provider/language-model.ts';
import { ProviderError } from '../provider/provider-error.ts';
import { withRetry } from '../provider/retry.ts';
import type { RunAgentInput } from './agent-session.ts';
import { Allowance, type Grant } from './allowance.ts';
import { type CompactedHistory, compactHistory, dropNewestAnswers } from './compact-history.ts';
import { fillText } from './load-texts.ts';
import { SpendingMeter, totalTokens } from './spending-meter.ts';

/** `finish`: all that is left to do is to hand in. */
export type Purpose = 'work' | 'finish';

interface Answered {
  result: GenerateResult;
  /** null when unknown. */
  costUsd: number | null;
  /** What the budget was charged, in USD; null without a budget. */
  bookedUsd: number | null;
}

/** What was said in a session, and the asking: retries, prices, records. */
export class Conversation {
  /** Answers so far. */
  turn = 0;
  readonly spending: SpendingMeter;

  private readonly input: RunAgentInput;
  private readonly signal: AbortSignal;
  private readonly startedAt: number;
  private readonly allowance: Allowance;
  private messages: Message[];
  private wasCompacted = false;
  private answers = 0;
  /** What the last request that failed was booked at, in USD; null when it costs nothing or is not known. */
  private lostUsd: number | null = null;

  constructor(input: RunAgentInput, signal: AbortSignal, startedAt: number) {
    this.input = input;
    this.signal = signal;
    this.startedAt = startedAt;
    this.spending = new SpendingMeter(input.priceOf);
    this.allowance = new Allowance({ limits: input.limits, money: input.money, spending: this.spending });
    this.messages = [{ role: 'user', text: input.firstMessage }];
  }

  push(message: Message): void {
    this.messages.push(message);
  }

  /** Says one of the texts of `context/loop`, named as the file. */
  async say(name: string, values: Record<string, string> = {}): Promise<void> {
    const text = this.text(name, values);
    this.messages.push({ role: 'user', text });
    await this.input.record({ type: 'user-message', turn: this.turn, reason: name, text });
  }

  text(name: string, values: Record<string, string> = {}): string {
    return fillText(this.input.texts, name, { finishTool: this.input.finishTool, ...values });
  }

  /** Whether the next request is affordable. */
  grant(purpose: Purpose): Grant {
    const isFirst = purpose === 'work' && this.answers === 0;
    return this.allowance.grant(this.request(), isFirst ? 'first' : purpose);
  }

  async dropNewestAnswers(): Promise<void> {
    await this.replaceHistory(dropNewestAnswers(this.messages, this.input.texts));
  }

  /**
   * The model's next answer. null when a request broke off and another is not affordable any more. Rejects with a
   * `ProviderError` when there is none to be had, or as the signal says.
   */
  async ask(purpose: Purpose): Promise<GenerateResult | null> {
    const { clock, limits } = this.input;
    this.turn += 1;
    const started = clock.now();
    for (;;) {
      const remainingMs = limits.deadlineMs - (clock.now() - this.startedAt);
      try {
        const answered = await this.askWithRetries(purpose, Math.min(limits.stream.deadlineMs, remainingMs));
        if (answered === null) this.turn -= 1;
        else await this.recordTurn(answered, clock.now() - started);
        return answered?.result ?? null;
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        await this.recordError(error);
        if (error.kind !== 'context-too-long' || this.wasCompacted) throw error;
        this.wasCompacted = await this.replaceHistory(compactHistory(this.messages, this.input.texts));
        if (!this.wasCompacted) throw error;
        this.allowance.estimate.forget();
      }
    }
  }

  private askWithRetries(purpose: Purpose, deadlineMs: number): Promise<Answered | null> {
    const { onRetry, retryClock } = this.input;
    return withRetry(({ remainingMs }) => this.send(purpose, remainingMs), {
      signal: this.signal,
      deadlineMs: Math.max(1, deadlineMs),
      onRetry: async (event) => {
        await this.recordError(event.error);
        await onRetry?.(event);
      },
      ...(retryClock === undefined ? {} : { clock: retryClock }),
    });
  }

  /** One request, if it is affordable. One that broke off is booked at the most it can have cost. */
  private async send(purpose: Purpose, deadlineMs: number): Promise<Answered | null> {
    const { model, limits } = this.input;
    const grant = this.grant(purpose);
    if (grant.outcome === 'refused') return null;
    const request = { ...this.request(), maxOutputTokens: grant.maxOutputTokens };
    try {
      const answer = await model.generate(request, {
        signal: this.signal,
        limits: { ...limits.stream, deadlineMs },
      });
      const result = { ...answer, usage: soundUsage(answer.usage) };
      const costUsd = this.spending.add(result.usage, () => [request, result.parts]);
      const bookedUsd = this.allowance.settle(request, costUsd, totalTokens(result.usage));
      this.answers += 1;
      return { result, costUsd, bookedUsd };
    } catch (error) {
      this.lostUsd = null;
      if (error instanceof ProviderError && error.mayBeBilled) this.lostUsd = this.allowance.lose(request);
      throw error;
    }
  }

  private request(): GenerateRequest {
    const { system, tools, limits, effort, cacheKey } = this.input;
    return {
      system,
      messages: this.messages,
      tools: tools.map((tool) => tool.definition),
      maxOutputTokens: limits.maxOutputTokens,
      effort,
      cacheKey,
    };
  }

  private async recordTurn({ result, costUsd, bookedUsd }: Answered, durationMs: number): Promise<void> {
    const { parts, finishReason, usage, requestId, modelId } = result;
    const { turn } = this;
    await this.input.record({
      type: 'turn',
      turn,
      parts,
      finishReason,
      usage,
      costUsd,
      bookedUsd,
      requestId,
      modelId,
      durationMs,
    });
  }

  private async recordError(error: ProviderError): Promise<void> {
    const { turn, lostUsd: bookedUsd } = this;
    await this.input.record({ type: 'request-error', turn, cause: error.toCause(), bookedUsd });
  }

  private async replaceHistory(compacted: CompactedHistory | null): Promise<boolean> {
    if (compacted === null) return false;
    this.messages = compacted.messages;
    await this.input.record({ type: 'compaction', turn: this.turn, callIds: compacted.callIds });
    return true;
  }
}
