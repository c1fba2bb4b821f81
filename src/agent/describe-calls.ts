import type { ToolCallRecord } from '../domain/review.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import type { ToolCallPart } from '../provider/language-model.ts';
import type { CallAnswer } from './run-calls.ts';

/** What a session is doing, on one line. */
export function describeCalls(calls: readonly ToolCallPart[]): string {
  const [first] = calls;
  if (first === undefined) return '';
  const more = calls.length > 1 ? ` and ${calls.length - 1} more` : '';
  return `${toolName(first)} ${shortArguments(first).slice(0, 100)}${more}`;
}

/** As the appendix of a report lists the call. */
export function describeCall({ call, text, isError, durationMs }: CallAnswer, turn: number): ToolCallRecord {
  return {
    turn,
    tool: toolName(call),
    arguments: shortArguments(call),
    isError,
    durationMs,
    answerBytes: Buffer.byteLength(text),
  };
}

/** A model may call its tool anything at any length. */
export function toolName(call: ToolCallPart): string {
  return makeVisibleLine(call.name.slice(0, 100));
}

function shortArguments(call: ToolCallPart): string {
  const { arguments: given } = call;
  const text = given.outcome === 'parsed' ? JSON.stringify(given.value) : given.text;
  const line = makeVisibleLine(text.slice(0, 1_000));
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
