import type { AssistantPart, Message } from './language-model.ts';

/** Gives tool calls whose id is already taken in the conversation or the answer an id of their own. */
export function withUniqueCallIds(
  parts: readonly AssistantPart[],
  messages: readonly Message[],
): AssistantPart[] {
  const taken = new Set<string>();
  for (const message of messages)
    if (message.role === 'assistant')
      for (const part of message.parts) if (part.type === 'tool-call') taken.add(part.id);
  return parts.map((part) => {
    if (part.type !== 'tool-call') return part;
    let id = part.id;
    for (let count = 2; taken.has(id); count += 1) id = `${part.id}-${count}`;
    taken.add(id);
    return { ...part, id };
  });
}
