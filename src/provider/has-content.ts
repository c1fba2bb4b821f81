import type { AssistantMessage } from './language-model.ts';

/** Whether an answer says or does anything. One that only thought must not be sent back: no vendor takes it. */
export function hasContent(message: AssistantMessage): boolean {
  return message.parts.some(
    (part) => part.type === 'tool-call' || (part.type === 'text' && part.text.trim() !== ''),
  );
}
