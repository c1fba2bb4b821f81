import { forgetReasoning } from '../provider/forget-reasoning.ts';
import type { Message, ToolMessage } from '../provider/language-model.ts';
import { fillText } from './load-texts.ts';

/** Answers of these many last turns stay. */
const keptTurns = 2;
/** What is not longer is not worth taking out. */
const worthTaking = 400;

export interface CompactedHistory {
  messages: Message[];
  /** Calls whose answers were taken out. */
  callIds: string[];
}

/** The same for the answers that the model has not seen yet: nothing that it thought rests on them. */
export function dropNewestAnswers(
  messages: readonly Message[],
  texts: ReadonlyMap<string, string>,
): CompactedHistory | null {
  const newest = messages.findLastIndex((message) => message.role === 'tool');
  if (messages.slice(newest).some((message) => message.role === 'assistant')) return null;
  const callIds: string[] = [];
  const shortened = messages.map((message, index) =>
    index === newest && message.role === 'tool' ? shorten(message, texts, callIds) : message,
  );
  return callIds.length === 0 ? null : { messages: shortened, callIds };
}

/**
 * Makes room: answers of tools before the last turns are replaced by a mark that says so. The model's reasoning goes,
 * too, because vendors bind it to all that stood before it. null when there is nothing to take out.
 */
export function compactHistory(
  messages: readonly Message[],
  texts: ReadonlyMap<string, string>,
): CompactedHistory | null {
  const answered = messages.flatMap((message, index) => (message.role === 'tool' ? [index] : []));
  const old = new Set(answered.slice(0, -keptTurns));
  const callIds: string[] = [];
  const shortened = messages.map((message, index) => {
    return message.role === 'tool' && old.has(index) ? shorten(message, texts, callIds) : message;
  });
  return callIds.length === 0 ? null : { messages: forgetReasoning(shortened), callIds };
}

/** Long answers become a mark; their calls are added to `callIds`. */
function shorten(message: ToolMessage, texts: ReadonlyMap<string, string>, callIds: string[]): ToolMessage {
  const results = message.results.map((result) => {
    if (result.text.length <= worthTaking) return result;
    callIds.push(result.callId);
    return { ...result, text: fillText(texts, 'forgotten', { length: String(result.text.length) }) };
  });
  return { ...message, results };
}
