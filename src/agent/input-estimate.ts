import type { GenerateRequest, Message } from '../provider/language-model.ts';
import { mostTokens } from './most-tokens.ts';

/** What a vendor adds of its own to a request that offers tools, and to each message, in tokens. */
const vendorOverhead = 1_500;
const messageOverhead = 20;

/**
 * The most tokens that the next request's input can have. What a vendor counted for the last request stands; only
 * what came after it is estimated.
 */
export class InputEstimate {
  /** Tokens of the first `messages` messages and of all that stands before them; null before the first count. */
  private counted: { messages: number; tokens: number } | null = null;

  /** `messages` were sent and answered; `tokens` is all input and output of that request, null when unknown. */
  count(messages: readonly Message[], tokens: number | null): void {
    this.counted = tokens === null ? null : { messages: messages.length, tokens };
  }

  /** What was counted does not stand any more: messages were changed. */
  forget(): void {
    this.counted = null;
  }

  most(request: Pick<GenerateRequest, 'system' | 'tools' | 'messages'>): number {
    const { counted } = this;
    if (counted !== null) {
      const added = request.messages.slice(counted.messages);
      // The answer itself is among what was counted.
      const unknown = added[0]?.role === 'assistant' ? added.slice(1) : added;
      return counted.tokens + mostOfMessages(unknown);
    }
    const fixed = [...request.system.map((block) => block.text), JSON.stringify(request.tools)];
    return (
      vendorOverhead +
      fixed.reduce((sum, text) => sum + mostTokens(text), 0) +
      mostOfMessages(request.messages)
    );
  }
}

/** Fewer tokens than any vendor counts for the texts of a request: one for twelve characters. */
export function leastTokens(request: Pick<GenerateRequest, 'system' | 'messages'>): number {
  const ofMessage = (message: Message): number => {
    if (message.role === 'user') return message.text.length;
    if (message.role === 'tool') return message.results.reduce((sum, { text }) => sum + text.length, 0);
    return 0;
  };
  const system = request.system.reduce((sum, { text }) => sum + text.length, 0);
  const messages = request.messages.reduce((sum, message) => sum + ofMessage(message), 0);
  return Math.floor((system + messages) / 12);
}

function mostOfMessages(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + messageOverhead + mostOf(message), 0);
}

function mostOf(message: Message): number {
  if (message.role === 'user') return mostTokens(message.text);
  if (message.role === 'tool')
    return message.results.reduce((sum, { text }) => sum + messageOverhead + mostTokens(text), 0);
  return mostTokens(JSON.stringify(message.parts));
}
