import type { RunEvent } from '../domain/event.ts';
import { wordHandedIn } from '../domain/handed-in.ts';
import { printUsd } from '../domain/print-usd.ts';
import { reviewerName } from '../domain/reviewer.ts';
import { makeLogLine } from './log-line.ts';
import { writeAnnotationCommands } from './workflow-command.ts';

export type Detail = 'quiet' | 'normal' | 'verbose';

/** One plain line for people, or null where this much detail was not asked for. Safe to print on a terminal. */
export function formatEvent(event: RunEvent, detail: Detail): string | null {
  // A command to the runner, which it shows beside the code: no line for people.
  if (event.type === 'annotation') return writeAnnotationCommands([event.annotation])[0] ?? null;
  if (event.type === 'notice' && event.level === 'warning') return makeLogLine(`warning: ${event.message}`);
  if (detail === 'quiet') return null;
  const line = formatNormal(event) ?? (detail === 'verbose' ? formatVerbose(event) : null);
  return line === null ? null : makeLogLine(line);
}

function formatNormal(event: RunEvent): string | null {
  switch (event.type) {
    case 'run-start':
      return `${event.resumed ? 'continuing' : 'reviewing'} ${event.target} (${event.runId})`;
    case 'reviewer-start':
      return `${reviewerName(event.reviewer)} starts`;
    case 'reviewer-end': {
      const why = event.cause === null ? '' : ` (${event.cause.message})`;
      return `${reviewerName(event.reviewer)} ${event.status}${why}: ${wordHandedIn(event)}`;
    }
    case 'notice':
      return event.message;
    default:
      return null;
  }
}

function formatVerbose(event: RunEvent): string | null {
  switch (event.type) {
    case 'stage-start':
      return `${event.stage} …`;
    case 'stage-end':
      return `${event.stage} ${event.reused ? 'taken from the run' : `done in ${formatDuration(event.durationMs)}`}`;
    case 'finding-report':
      return `${reviewerName(event.reviewer)} ${event.id} ${event.outcome}: ${event.title}`;
    case 'finding-withdraw':
      return `${reviewerName(event.reviewer)} withdraws ${event.id}: ${event.reason}`;
    case 'reviewer-progress':
      return `${reviewerName(event.reviewer)} ${progress(event)}`;
    case 'run-end':
      return `run ${event.status}`;
    default:
      return null;
  }
}

/** `turn 4 · 12 tool calls · 31 k tokens · $0.12 · reading a.go` */
export function progress(event: Extract<RunEvent, { type: 'reviewer-progress' }>): string {
  const tokens =
    event.inputTokens === null || event.outputTokens === null ? null : event.inputTokens + event.outputTokens;
  return [
    `turn ${event.turn}`,
    `${event.toolCalls} tool calls`,
    tokens === null ? 'tokens unknown' : `${Math.round(tokens / 1000)} k tokens`,
    event.costUsd === null ? 'cost unknown' : `$${printUsd(event.costUsd)}`,
    event.activity,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** `850 ms`, `12 s`, `3 min 4 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
