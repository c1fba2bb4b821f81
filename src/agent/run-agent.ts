import { createHash } from 'node:crypto';
import { wordTimeLimit } from '../domain/time-limit.ts';
import { InternalError } from '../errors.ts';
import { ProviderError } from '../provider/provider-error.ts';
import { AgentLoop } from './agent-loop.ts';
import type { AgentOutcome, RunAgentInput } from './agent-session.ts';
import { describeFailure, type Ending } from './describe-failure.ts';

/** Milliseconds that timers may differ by. */
const timerSlack = 50;

/**
 * One session of a model with tools, until the tool that ends it was answered, a limit was reached, or something
 * failed: turn, tool calls, answers, next turn. Never rejects for anything that can happen on the way; the status
 * says it, and what tools took in before stays with them. Throws `InternalError` for two tools of one name.
 */
export async function runAgent(input: RunAgentInput): Promise<AgentOutcome> {
  const { clock, limits, signal } = input;
  const names = new Set(input.tools.map((tool) => tool.definition.name));
  if (names.size !== input.tools.length) throw new InternalError('two tools have the same name');
  const started = { at: clock.now(), date: clock.date().toISOString() };
  const deadline = new AbortController();
  const message = `the reviewer’s time of ${wordTimeLimit(limits.deadlineMs)} was over`;
  const endTime = () => deadline.abort(new DOMException(message, 'TimeoutError'));
  const timer = setTimeout(endTime, Math.min(limits.deadlineMs, 2 ** 31 - 1));
  const loop = new AgentLoop(input, AbortSignal.any([signal, deadline.signal]), started.at);
  let ending: Ending;
  try {
    await input.record({
      type: 'session',
      schemaVersion: 1,
      provider: input.model.provider,
      modelId: input.model.modelId,
      effort: input.effort,
      startedAt: started.date,
      digest: digestOf(input),
      system: [...input.system],
      firstMessage: input.firstMessage,
      tools: input.tools.map((tool) => tool.definition),
    });
    ending = await loop.converse();
  } catch (error) {
    // The last request waits no longer than the reviewer may: whichever timer is first, that time was over.
    const leftMs = limits.deadlineMs - (clock.now() - started.at);
    if (leftMs < timerSlack && error instanceof ProviderError && error.kind === 'timeout') endTime();
    ending = describeFailure(error, { signal, deadline: deadline.signal });
  } finally {
    clearTimeout(timer);
    input.money?.purse.close();
  }
  const outcome: AgentOutcome = {
    ...ending,
    turns: loop.conversation.turn,
    toolCalls: loop.toolCalls,
    usage: loop.conversation.spending.usage,
    costUsd: loop.conversation.spending.costUsd,
    lost: loop.conversation.spending.lost,
    startedAt: started.date,
    durationMs: clock.now() - started.at,
  };
  return recordEnd(input, outcome);
}

/** A transcript without its end is one of a session that was killed, so failing to write it is a failure. */
async function recordEnd(input: RunAgentInput, outcome: AgentOutcome): Promise<AgentOutcome> {
  const { status, cause, usage, costUsd, durationMs } = outcome;
  try {
    await input.record({ type: 'end', status, cause, usage, costUsd, durationMs });
    return outcome;
  } catch (error) {
    if (status !== 'completed') return outcome;
    const message = error instanceof Error ? error.message : String(error);
    return { ...outcome, status: 'failed', cause: { code: 'transcript', message, retryable: true } };
  }
}

function digestOf({ system, firstMessage, tools }: RunAgentInput): string {
  const content = [system, firstMessage, tools.map((tool) => tool.definition)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
