import { createInterface } from 'node:readline';
import type { CommandInput } from './prepare-run.ts';
import type { Ask } from './resolve-dialogue.ts';

/** Asks a person for lines. The terminal edits its lines itself, so that its own keys (Ctrl-C, Ctrl-D) keep their meaning. */
export function openLines(
  stdin: CommandInput['stdin'],
  write: (text: string) => void,
  signal: AbortSignal,
): { ask: Ask; close: () => void } {
  const reader = createInterface({ input: stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const stop = () => reader.close();
  signal.addEventListener('abort', stop, { once: true });
  return {
    ask: async (question) => {
      signal.throwIfAborted();
      write(question);
      const next = await lines.next();
      signal.throwIfAborted();
      return next.done === true ? null : next.value;
    },
    close: () => {
      signal.removeEventListener('abort', stop);
      reader.close();
    },
  };
}
