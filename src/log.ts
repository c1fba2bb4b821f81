import type { Emit, RunEvent } from './domain/event.ts';
import type { ReviewerId } from './domain/reviewer.ts';
import { type Detail, formatDuration, formatEvent, progress } from './log/format-event.ts';
import { makeLogLine } from './log/log-line.ts';

export { appendLine, dropTornLine, openLines } from './log/append-line.ts';
export { type EventJournal, openEventJournal } from './log/event-journal.ts';
export { describeBroken, formatError } from './log/format-error.ts';
export { type Detail, formatEvent } from './log/format-event.ts';
export { breakCommands, makeLogLine } from './log/log-line.ts';

/** The part of a terminal or file that is written to. */
export interface TextOutput {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface Terminal {
  emit: Emit;
  /** Removes the live lines; call before anything else is printed. */
  close(): void;
}

export interface CreateTerminalInput {
  output: TextOutput;
  detail: Detail;
  color: boolean;
  /** Milliseconds on a monotonic clock. */
  now: () => number;
}

/**
 * Shows a run on stderr: plain lines everywhere, and on a terminal one live line for each reviewer at work, redrawn
 * at most ten times a second.
 */
export function createTerminal(input: CreateTerminalInput): Terminal {
  const { output, detail } = input;
  const live = output.isTTY === true && detail !== 'quiet';
  const lines = new Map<ReviewerId, LiveLine>();
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;

  const erase = () => {
    if (drawn > 0) output.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (!live) return;
    erase();
    for (const [reviewer, line] of lines) {
      const elapsed = formatDuration(input.now() - line.startedAt);
      const text = clip(makeLogLine(`${reviewer} ${elapsed}: ${line.text}`), output.columns ?? 80);
      output.write(`${input.color ? `\u001b[2m${text}\u001b[0m` : text}\n`);
      drawn += 1;
    }
    drawnAt = input.now();
  };
  return {
    emit(event) {
      followLiveLines(lines, event, input.now());
      const hidden = live && event.type === 'reviewer-progress';
      const line = hidden ? null : formatEvent(event, detail);
      if (line !== null) {
        erase();
        output.write(`${line}\n`);
        draw();
      } else if (live && input.now() - drawnAt >= 100) draw();
    },
    close: erase,
  };
}

interface LiveLine {
  text: string;
  startedAt: number;
}

function followLiveLines(lines: Map<ReviewerId, LiveLine>, event: RunEvent, now: number): void {
  if (event.type === 'reviewer-start') lines.set(event.reviewer, { text: 'starting', startedAt: now });
  if (event.type === 'reviewer-end') lines.delete(event.reviewer);
  if (event.type === 'reviewer-progress') {
    const startedAt = lines.get(event.reviewer)?.startedAt ?? now;
    lines.set(event.reviewer, { text: progress(event), startedAt });
  }
}

function clip(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
