import type { Cause } from '../domain/cause.ts';
import type { ToolCallRecord } from '../domain/review.ts';
import type { GenerateResult, ToolCallPart } from '../provider/language-model.ts';
import type { RunAgentInput } from './agent-session.ts';
import { type AgentTool, failed, type ToolAnswer } from './agent-tool.ts';
import { judgeBudget } from './budget.ts';
import { Conversation } from './conversation.ts';
import { describeCall, describeCalls, toolName } from './describe-calls.ts';
import type { Ending } from './describe-failure.ts';
import { RepetitionCounter, toleratedRepeats } from './repetition.ts';
import { type CallAnswer, runCalls } from './run-calls.ts';

/** Turns a session has to hand in after its budget is used up. */
const closingTurns = 3;
/** Turns in a row with a call that was cut off or could not be read, before the session is ended. */
const toleratedRepairs = 2;
/** Calls in a row with an unknown name or wrong arguments, before the session is ended. */
const toleratedBadCalls = 5;

const thinking = 'thinking';

type Nudge = 'empty' | 'no-finish' | 'go-on';

/** One session: what is asked, what is made of the answers, when it ends; see `runAgent`. */
export class AgentLoop {
  readonly toolCalls: ToolCallRecord[] = [];
  readonly conversation: Conversation;

  private readonly input: RunAgentInput;
  private readonly signal: AbortSignal;
  private readonly startedAt: number;
  private readonly tools: ReadonlyMap<string, AgentTool>;
  private readonly repetition = new RepetitionCounter();
  /** Set when the budget is used up: nothing is read any more. */
  private closing: { cause: Cause; turnsLeft: number } | null = null;
  private wasReminded = false;
  /** Said since the last tool call; each is said once. */
  private readonly nudged = new Set<Nudge>();
  private repairs = 0;
  private badCalls = 0;
  private wasRepeating = false;

  constructor(input: RunAgentInput, signal: AbortSignal, startedAt: number) {
    this.input = input;
    this.signal = signal;
    this.startedAt = startedAt;
    this.conversation = new Conversation(input, signal, startedAt);
    this.tools = new Map(input.tools.map((tool) => [tool.definition.name, tool]));
  }

  /** Rejects with what `describeFailure` explains. */
  async converse(): Promise<Ending> {
    for (;;) {
      this.signal.throwIfAborted();
      const stop = await this.checkBudget();
      if (stop !== null) return stop;
      await this.progress(thinking);
      const result = await this.conversation.ask(this.purpose);
      const ending = result === null ? null : await this.react(result);
      if (ending !== null) return ending;
    }
  }

  /** Says what is left, or that it is time to hand in; gives how the session ends when not even that is affordable. */
  private async checkBudget(): Promise<Ending | null> {
    const budget = judgeBudget(this.input.limits, {
      turns: this.conversation.turn,
      toolCalls: this.toolCalls.length,
      elapsedMs: this.input.clock.now() - this.startedAt,
      costUsd: this.conversation.spending.knownCostUsd,
      mostUsd: this.input.money?.purse.limitUsd() ?? null,
      tokens: this.conversation.spending.tokens,
    });
    if (this.closing !== null) {
      if (this.closing.turnsLeft === 0) return { status: 'partial', cause: this.closing.cause };
      this.closing.turnsLeft -= 1;
    } else if (budget.state === 'used-up') await this.close(budget.cause);
    else if (budget.state === 'low' && !this.wasReminded) {
      this.wasReminded = true;
      await this.conversation.say('almost', { left: budget.left });
    }
    if (this.closing === null) {
      const grant = this.conversation.grant('work');
      if (grant.outcome === 'granted') return null;
      await this.close(grant.cause);
    }
    return this.requireFinish();
  }

  private get purpose(): 'work' | 'finish' {
    return this.closing === null ? 'work' : 'finish';
  }

  private async close(cause: Cause): Promise<void> {
    this.closing = { cause, turnsLeft: closingTurns - 1 };
    await this.conversation.say('budget', { reason: cause.message });
  }

  /** The request to finish is sent without the newest answers when only so it is affordable, or not at all. */
  private async requireFinish(): Promise<Ending | null> {
    if (this.conversation.grant('finish').outcome === 'granted') return null;
    await this.conversation.dropNewestAnswers();
    const again = this.conversation.grant('finish');
    return again.outcome === 'granted' ? null : { status: 'partial', cause: again.cause };
  }

  private async react(result: GenerateResult): Promise<Ending | null> {
    const { parts, finishReason } = result;
    if (finishReason.unified === 'refusal' || finishReason.unified === 'safety') {
      const message = `the model declined to answer (${finishReason.raw})`;
      return { status: 'refused', cause: { code: finishReason.unified, message, retryable: false } };
    }
    if (parts.length > 0) this.conversation.push({ role: 'assistant', parts });
    const calls = parts.filter((part) => part.type === 'tool-call');
    if (calls.length > 0) return this.answer(calls);
    if (finishReason.unified === 'malformed-call') return this.repair('lost-call');
    const isEmpty = parts.every((part) => part.type !== 'text' || part.text.trim() === '');
    if (finishReason.unified === 'length')
      return this.nudge('go-on', partial('length', 'the answer was cut off at its length limit, twice'));
    if (isEmpty) {
      const cause = { code: 'empty', message: 'the model sent empty messages', retryable: true };
      return this.nudge('empty', { status: 'failed', cause });
    }
    return this.nudge(
      'no-finish',
      partial('no-finish', `the model stopped without ${this.input.finishTool}`),
    );
  }

  /** Says so once; the second time in a row it is the end. */
  private async nudge(kind: Nudge, ending: Ending): Promise<Ending | null> {
    if (this.closing !== null) return { status: 'partial', cause: this.closing.cause };
    if (this.nudged.has(kind)) return ending;
    this.nudged.add(kind);
    await this.conversation.say(kind);
    return null;
  }

  private async repair(text: string | null): Promise<Ending | null> {
    this.repairs += 1;
    if (this.repairs > toleratedRepairs)
      return partial('malformed-call', 'the model could not write a complete tool call');
    if (text !== null) await this.conversation.say(text);
    return null;
  }

  private async answer(calls: readonly ToolCallPart[]): Promise<Ending | null> {
    const { limits, clock, opened, record } = this.input;
    this.nudged.clear();
    await this.progress(describeCalls(calls));
    const counts = this.repetition.countTurn(calls);
    const { answers, thrown } = await runCalls({
      calls,
      tools: this.tools,
      refuse: (call, index) => this.refuse({ call, index, count: counts[index]?.count ?? 1 }),
      opened,
      toolMs: limits.toolMs,
      signal: this.signal,
      clock,
    });
    for (const answer of answers) {
      const { call, text, isError, durationMs } = answer;
      this.toolCalls.push(describeCall(answer, this.conversation.turn));
      await record({
        type: 'tool-call',
        turn: this.conversation.turn,
        callId: call.id,
        tool: call.name,
        arguments: call.arguments,
        answer: text,
        isError,
        durationMs,
      });
    }
    if (thrown !== null) throw thrown.error;
    this.conversation.push({
      role: 'tool',
      results: answers.map(({ call, text, isError }) => ({
        callId: call.id,
        name: call.name,
        text,
        isError,
      })),
    });
    return this.judgeAnswers(
      answers,
      counts.some(({ count }) => count >= toleratedRepeats),
    );
  }

  private async judgeAnswers(answers: readonly CallAnswer[], isRepeating: boolean): Promise<Ending | null> {
    if (answers.some((answer) => answer.ends === true))
      return this.closing === null
        ? { status: 'completed', cause: null }
        : { status: 'partial', cause: this.closing.cause };
    if (isRepeating && this.wasRepeating)
      return partial('no-progress', 'the model made the same call again and again');
    this.wasRepeating = isRepeating;
    for (const answer of answers) this.badCalls = answer.badArguments === true ? this.badCalls + 1 : 0;
    if (this.badCalls > toleratedBadCalls)
      return partial('bad-calls', 'the model called tools that do not exist, or with wrong arguments');
    if (answers.some(({ call }) => call.arguments.outcome === 'malformed')) return this.repair(null);
    this.repairs = 0;
    return null;
  }

  /** The answer to a call that is not carried out; null for one that is. */
  private refuse(input: { call: ToolCallPart; index: number; count: number }): ToolAnswer | null {
    const { call, index, count } = input;
    const tool = this.tools.get(call.name);
    const isOver = this.closing !== null || this.toolCalls.length + index >= this.input.limits.toolCalls;
    if (tool === undefined) {
      const tools = [...this.tools.keys()].join(', ');
      return {
        ...failed(this.conversation.text('unknown-tool', { name: toolName(call), tools })),
        badArguments: true,
      };
    }
    if (call.arguments.outcome === 'malformed') return failed(this.conversation.text('cut-call'));
    if (count >= toleratedRepeats)
      return failed(this.conversation.text('repeated', { count: String(count) }));
    return isOver && tool.access === 'read' ? failed(this.conversation.text('unavailable')) : null;
  }

  private async progress(activity: string): Promise<void> {
    const { spending } = this.conversation;
    // What is thought about is the turn to come.
    const turn = this.conversation.turn + (activity === thinking ? 1 : 0);
    await this.input.onProgress({
      turn,
      toolCalls: this.toolCalls.length,
      usage: spending.usage,
      costUsd: spending.costUsd,
      activity,
    });
  }
}

function partial(code: string, message: string): Ending {
  return { status: 'partial', cause: { code, message, retryable: true } };
}
