import type { Message } from './language-model.ts';

/**
 * The messages without the model's reasoning. Needed when anything before the end of a conversation is changed (old
 * tool results shortened, say): some vendors bind reasoning to all that stood before it, and refuse it afterwards.
 */
export function forgetReasoning(messages: readonly Message[]): Message[] {
  return messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.filter((part) => part.type !== 'reasoning') }
      : message,
  );
}
