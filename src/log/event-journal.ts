import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { RunEvent } from '../domain/event.ts';

export interface EventJournal {
  /** Appends one line. Never throws: the first failure goes to `onError`, later events are then not recorded. */
  write(event: RunEvent): void;
  close(): void;
}

export interface OpenEventJournalInput {
  path: string;
  /** Milliseconds on a monotonic clock. */
  now: () => number;
  onError: (cause: unknown) => void;
}

/** Through no link: what stands in a run's folder may have come from others. */
const appendOnly =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** `events.jsonl`: each event with `atMs`, milliseconds since the journal was opened. A cut last line is ignored. */
export function openEventJournal(input: OpenEventJournalInput): EventJournal {
  const startedAt = input.now();
  let descriptor: number | null = null;
  const guard = (work: () => void) => {
    try {
      work();
    } catch (cause) {
      descriptor = null;
      input.onError(cause);
    }
  };
  guard(() => {
    descriptor = openSync(input.path, appendOnly);
    // A line that a killed process left half written ends here, so that it cannot spoil the next one.
    if (descriptor !== null) writeSync(descriptor, '\n');
  });
  return {
    write(event) {
      guard(() => {
        if (descriptor !== null)
          writeSync(
            descriptor,
            `${JSON.stringify({ atMs: Math.round(input.now() - startedAt), ...event })}\n`,
          );
      });
    },
    close() {
      guard(() => {
        if (descriptor !== null) closeSync(descriptor);
        descriptor = null;
      });
    },
  };
}
