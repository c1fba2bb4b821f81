import { closeSync } from 'node:fs';
import type { RunEvent } from '../domain/event.ts';
import { appendTo, dropTornLine, openLines } from './append-line.ts';

export interface EventJournal {
  /** The last line of an earlier sitting was cut off when it was killed; it was taken away. */
  readonly wasTorn: boolean;
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

/** `events.jsonl`: each event with `atMs`, milliseconds since the journal was opened; whole lines only. */
export function openEventJournal(input: OpenEventJournalInput): EventJournal {
  const startedAt = input.now();
  let descriptor: number | null = null;
  let wasTorn = false;
  const guard = (work: (open: number) => void) => {
    try {
      if (descriptor !== null) work(descriptor);
    } catch (cause) {
      const failed = descriptor;
      descriptor = null;
      if (failed !== null) closeSync(failed);
      input.onError(cause);
    }
  };
  try {
    descriptor = openLines(input.path);
  } catch (cause) {
    input.onError(cause);
  }
  guard((open) => {
    wasTorn = dropTornLine(open);
  });
  return {
    wasTorn,
    write(event) {
      guard((open) =>
        appendTo(open, JSON.stringify({ atMs: Math.round(input.now() - startedAt), ...event })),
      );
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}
