import { forgetReasoning } from '../provider/forget-reasoning.ts';
import type { Message } from '../provider/language-model.ts';
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
    if (message.role !== 'tool' || !old.has(index)) return message;
    return {
      ...message,
      results: message.results.map((result) => {
        if (result.text.length <= worthTaking) return result;
        callIds.push(result.callId);
        return { ...result, text: fillText(texts, 'forgotten', { length: String(result.text.length) }) };
      }),
    };
  });
  return callIds.length === 0 ? null : { messages: forgetReasoning(shortened), callIds };
}
