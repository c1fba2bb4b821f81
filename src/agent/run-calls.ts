import { makeVisible } from '../domain/visible-text.ts';
import type { ToolCallPart } from '../provider/language-model.ts';
import type { Clock } from './agent-session.ts';
import { type AgentTool, failed, type ToolAnswer } from './agent-tool.ts';
import type { OpenedFiles } from './opened-files.ts';

export interface CallAnswer extends ToolAnswer {
  call: ToolCallPart;
  durationMs: number;
}

export interface RunCallsInput {
  calls: readonly ToolCallPart[];
  tools: ReadonlyMap<string, AgentTool>;
  /** An answer for a call that is not to be carried out; null to carry it out. */
  refuse: (call: ToolCallPart, index: number) => ToolAnswer | null;
  /** Gets what answers say was opened, before anything is reported. */
  opened: OpenedFiles;
  /** For one call, in milliseconds. */
  toolMs: number;
  signal: AbortSignal;
  clock: Clock;
}

export interface RunCallsResult {
  /** In the order of the calls; all of them unless something was thrown. */
  answers: CallAnswer[];
  /** The signal's reason, or what no tool may throw; null when every call was answered. */
  thrown: { error: unknown } | null;
}

const atOnce = 8;

/**
 * Carries out the calls of one turn: what reads, up to eight at once; after that what reports, one by one. Never
 * rejects, so that no answer is lost when others could not be had.
 */
export async function runCalls(input: RunCallsInput): Promise<RunCallsResult> {
  const { calls, tools, clock } = input;
  const answers = new Map<ToolCallPart, CallAnswer>();
  const run = async (call: ToolCallPart, index: number) => {
    const started = clock.now();
    const answer = input.refuse(call, index) ?? (await carryOut(call, input));
    const text = makeVisible(answer.text);
    answers.set(call, { ...answer, text, call, durationMs: clock.now() - started });
    input.opened.add(answer.opened ?? []);
  };
  const jobs = calls.map((call, index) => ({ call, index }));
  const isReport = (call: ToolCallPart) => tools.get(call.name)?.access === 'report';
  const reading = jobs.filter(({ call }) => !isReport(call));
  const workers = Array.from({ length: Math.min(atOnce, reading.length) }, async () => {
    for (let job = reading.shift(); job !== undefined; job = reading.shift()) await run(job.call, job.index);
  });
  const report = async () => {
    for (const { call, index } of jobs) if (isReport(call)) await run(call, index);
  };
  const ends = [...(await Promise.allSettled(workers)), ...(await Promise.allSettled([report()]))];
  const broken = ends.find((end) => end.status === 'rejected');
  return {
    answers: calls.flatMap((call) => answers.get(call) ?? []),
    thrown: broken === undefined ? null : { error: broken.reason },
  };
}

async function carryOut(call: ToolCallPart, input: RunCallsInput): Promise<ToolAnswer> {
  const tool = input.tools.get(call.name);
  if (tool === undefined || call.arguments.outcome === 'malformed')
    throw new TypeError(`the call of ${call.name} cannot be carried out`);
  const toolMs = tool.timeoutMs ?? input.toolMs;
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(toolMs)));
  const signal = AbortSignal.any([input.signal, timeout]);
  try {
    return await untilAborted(tool.execute(call.arguments.value, { signal }), signal);
  } catch (cause) {
    if (input.signal.aborted) throw input.signal.reason;
    if (timeout.aborted)
      return failed(
        `${call.name}: no answer within ${toolMs / 1000} seconds. This says nothing about the code. Ask for less.`,
      );
    throw cause;
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
